"""HHQ-1 as a Freqtrade strategy: columns and callback answers all come from the core. No formula lives here."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from freqtrade.constants import Config
from freqtrade.enums import CandleType, ExitCheckTuple, RunMode
from freqtrade.exceptions import OperationalException
from freqtrade.persistence import Order, Trade
from freqtrade.strategy import DecimalParameter, IStrategy
from pandas import DataFrame

try:
    from hhq_freqtrade.analysis.pair_analysis import PairAnalysis
except ModuleNotFoundError as error:
    raise OperationalException(
        "HHQStrategy needs the package 'hhq' beside it to be importable: install the project (make setup) or set "
        f"PYTHONPATH to the strategies folder ({error})."
    ) from None

from hhq.coins import BTC, ETH
from hhq.digest import settings_digest
from hhq.settings import HHQSettings, SettingsError
from hhq_freqtrade.account.protections import protections
from hhq_freqtrade.analysis.context import BotContext
from hhq_freqtrade.analysis.contracts import Contracts
from hhq_freqtrade.analysis.exchange_facts import ExchangeFacts, lowest_tiers
from hhq_freqtrade.analysis.market_data import FUNDING_TIMEFRAME
from hhq_freqtrade.analysis.pair_tables import PairTables
from hhq_freqtrade.analysis.plot import PLOT_CONFIG
from hhq_freqtrade.callbacks import guarded, note_failure
from hhq_freqtrade.entry.user_entry import answer_users
from hhq_freqtrade.evidence_gate import EvidenceGate
from hhq_freqtrade.parameter_file import ParameterFile, declared_parameters
from hhq_freqtrade.position.deliveries import report_rare_reloads
from hhq_freqtrade.run import Run
from hhq_freqtrade.running_settings import RunningSettings
from hhq_shared.bot_configuration import tiers_path
from hhq_shared.parameters import PARAMETERS
from hhq_shared.strategy_version import strategy_version
from hhq_shared.tiers_file import write_tiers

logger = logging.getLogger("hhq.trace")


class HHQStrategy(IStrategy):
    """Scores every coin on the whitelist, enters on the pullback and exits by the exit engine."""

    INTERFACE_VERSION = 3
    can_short = True
    timeframe = "5m"
    startup_candle_count = 1500
    process_only_new_candles = True
    use_exit_signal = True
    use_custom_stoploss = True
    use_custom_roi = True
    position_adjustment_enable = True
    max_entry_position_adjustment = 0
    # Never reached: the first fill sets the real stop, and liquidation and the kill switch come long before this.
    stoploss = -0.99
    minimal_roi: dict[int, float] = {}  # noqa: RUF012 (Freqtrade reads it as a class attribute)
    plot_config = PLOT_CONFIG

    z_score_threshold = DecimalParameter(0.8, 3.0, default=1.6, decimals=2, space="buy")
    entry_tightness = DecimalParameter(0.5, 4.0, default=1.8, decimals=2, space="buy")
    min_confidence = DecimalParameter(50, 95, default=68, decimals=0, space="buy")
    sl_atr = DecimalParameter(1.0, 5.0, default=2.0, decimals=2, space="sell")
    tp_atr = DecimalParameter(1.5, 6.0, default=3.0, decimals=2, space="sell")
    exit_tightness = DecimalParameter(0.3, 4.0, default=1.2, decimals=2, space="sell")
    trail_activation = DecimalParameter(0.5, 3.0, default=1.5, decimals=2, space="sell")
    trail_distance = DecimalParameter(0.3, 2.0, default=1.0, decimals=2, space="sell")

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.failures: Counter[str] = Counter()
        self.live = config.get("runmode") in (RunMode.LIVE, RunMode.DRY_RUN)
        self.parameter_file = ParameterFile.of(self)
        file = self.parameter_file if self.live else None
        try:
            self.running = RunningSettings(config, declared_parameters(self), file)
            self.evidence = EvidenceGate(config, self.running)
        except SettingsError as error:
            raise OperationalException(f"HHQ settings: {error}") from None
        facts, tables = ExchangeFacts(self), PairTables(live=self.live)
        contracts = Contracts(self, live=self.live)
        unproven = self.evidence.no_entries
        self.context = BotContext(config, self.live, self.running, facts, tables, contracts, unproven)
        self.analysis = PairAnalysis(self.context, self, self.timeframe)
        self.run = Run(self.context, self)
        self._exits_are_ours = False

    def informative_pairs(self) -> list[tuple[str, str, CandleType]]:
        """Return BTC and ETH for the market filters, and the funding history of every coin."""
        market = [(pair, self.timeframe, CandleType.FUTURES) for pair in (BTC, ETH)]
        coins = dict.fromkeys((BTC, ETH, *self.dp.current_whitelist()))
        return market + [(pair, FUNDING_TIMEFRAME, CandleType.FUNDING_RATE) for pair in coins]

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Add the features of the coin and the state of the market."""
        return self._analysed("populate_indicators", self.analysis.with_features, dataframe, metadata["pair"])

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Decide every candle from the feature columns alone, with the current parameters."""
        return self._analysed("populate_entry_trend", self._with_decisions, dataframe, metadata["pair"])

    def _analysed(
        self, name: str, analyse: Callable[[DataFrame, str], DataFrame], frame: DataFrame, pair: str
    ) -> DataFrame:
        """Analyse a pair; count, log and re-raise an exception, and drop the pair so that no old signal is entered."""
        try:
            return analyse(frame, pair)
        except Exception:  # process boundary: Freqtrade logs a warning and keeps the older columns
            note_failure(self, name, pair)
            self.analysis.drop(pair)
            raise

    def _with_decisions(self, frame: DataFrame, pair: str) -> DataFrame:
        self.running.take_parameters(self._parameter_values())
        decided, side = self.analysis.with_decisions(frame, pair)
        if side:
            self.run.accepted(pair, side)
        return decided

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Return the frame unchanged: exits belong to the exit engine."""
        return dataframe

    @guarded(lambda *_, **__: None)
    def bot_start(self, **_: Any) -> None:
        """Log that the strategy is loaded; what survived the last run is restored in the first loop."""
        self._exits_are_ours = self._closes_alone()
        if self.live:
            logger.info("MODULE hhq loaded")
            self.run.begin()
            answer_users(self.dp)
            self._tell_tiers()
            self._look_at_reloads()

    @guarded(lambda *_, **__: None)
    def _tell_tiers(self) -> None:
        """Write the leverage tiers that this bot decides with to the file that the companion reads."""
        path, exchange = tiers_path(self.config), self.dp._exchange
        if path is not None and exchange is not None:
            write_tiers(path, lowest_tiers(exchange))

    @guarded(lambda *_, **__: None)
    def _look_at_reloads(self) -> None:
        if self.dp._exchange is not None:
            report_rare_reloads(self.dp._exchange, self.settings)

    @guarded(lambda *_, **__: None)
    def bot_loop_start(self, current_time: datetime, **_: Any) -> None:
        """Load changed settings and run the guards before anything is entered in this loop."""
        if self.live:
            self._take_changed_files()
        if self.run.is_over():
            self.run = Run(self.context, self)
        self.run.begin_loop(current_time)

    def _take_changed_files(self) -> None:
        """Take settings and parameters that have changed; a reload of the bot would cancel its waiting entries."""
        self.running.take_changed_files()
        self.parameter_file.look()
        for name, value in self.running.parameters.items():
            getattr(self, name).value = value
        self.evidence.look()

    @guarded(
        lambda strategy, **kwargs: strategy.run.entries.entry_failed(kwargs["pair"], kwargs["proposed_rate"])
    )
    def custom_entry_price(
        self, pair: str, trade: Trade | None, current_time: datetime, proposed_rate: float, entry_tag: str | None,
        side: str, **_: Any,
    ) -> float:  # fmt: skip
        """Return the pullback price of the signal; for a trade that exists already, the proposed rate."""
        if trade is not None:
            return proposed_rate
        return self.run.entries.entry_price(pair, side, current_time, proposed_rate, entry_tag)

    @guarded(lambda strategy, **kwargs: strategy.run.entries.entry_failed(kwargs["pair"], 1.0))
    def leverage(
        self, pair: str, current_time: datetime, current_rate: float, proposed_leverage: float, max_leverage: float,
        entry_tag: str | None, side: str, **_: Any,
    ) -> float:  # fmt: skip
        """Return the leverage of the plan; 1 without a plan, in which case the stake is 0 too."""
        return self.run.entries.leverage(pair, side, current_time, max_leverage, entry_tag, current_rate)

    @guarded(lambda *_, **__: 0.0)
    def custom_stake_amount(
        self, pair: str, current_time: datetime, current_rate: float, proposed_stake: float, min_stake: float | None,
        max_stake: float, leverage: float, entry_tag: str | None, side: str, **_: Any,
    ) -> float:  # fmt: skip
        """Return the margin of the plan in USDT; 0 refuses the entry."""
        return self.run.entries.stake(pair, side, current_time, min_stake, max_stake, leverage)

    @guarded(lambda *_, **__: False)
    def confirm_trade_entry(
        self, pair: str, order_type: str, amount: float, rate: float, time_in_force: str, current_time: datetime,
        entry_tag: str | None, side: str, **_: Any,
    ) -> bool:  # fmt: skip
        """Refuse an entry that has no plan, or whose slot should go to a better signal."""
        return self.run.entries.confirm(pair, side, current_time)

    @guarded(lambda *_, **__: True)
    def check_entry_timeout(
        self, pair: str, trade: Trade, order: Order, current_time: datetime, **_: Any
    ) -> bool:
        """Cancel an entry order whose signal is gone, and one that cannot be judged."""
        return self.run.waiting_orders.is_over(trade, order, current_time)

    @guarded(lambda *_, **__: None)
    def order_filled(self, pair: str, trade: Trade, order: Order, current_time: datetime, **_: Any) -> None:
        """Fix the levels at the first fill, settle reductions, and note which level a stop was resting at when hit."""
        self.run.fills.take(trade, order, current_time)

    @guarded(lambda *_, **__: None)
    def custom_stoploss(
        self, pair: str, trade: Trade, current_time: datetime, current_rate: float, current_profit: float,
        after_fill: bool, **_: Any,
    ) -> float | None:  # fmt: skip
        """Return the resting stop relative to ``current_rate``, times leverage; None leaves the stop where it is."""
        return self.run.positions.stop(trade, current_time, current_rate)

    @guarded(lambda *_, **__: None)
    def custom_roi(
        self, pair: str, trade: Trade, current_time: datetime, trade_duration: int, entry_tag: str | None, side: str,
        **_: Any,
    ) -> float | None:  # fmt: skip
        """Return the target as Freqtrade's profit ratio, None where there is none."""
        return self.run.positions.target(trade, current_time)

    @guarded(lambda *_, **__: None)
    def custom_exit(
        self, pair: str, trade: Trade, current_time: datetime, current_rate: float, current_profit: float, **_: Any
    ) -> str | None:  # fmt: skip
        """Return the code of the rule that closes the position now, None while it stays open."""
        return self.run.positions.exit_code(trade, current_time, current_rate)

    def should_exit(
        self, trade: Trade, rate: float, current_time: datetime, **kwargs: Any
    ) -> list[ExitCheckTuple]:
        """Evaluate this moment, let Freqtrade find the exits, and name each by the code of the level that was hit."""
        self._before_exits(trade, current_time, rate)
        if self._exits_are_ours and self._is_quiet(trade, current_time, kwargs):
            trade.adjust_min_max_rates(kwargs["high"], kwargs["low"])
            return []
        found = super().should_exit(trade, rate, current_time, **kwargs)
        return self._named(trade, found, current_time)

    @guarded(lambda *_, **__: False)
    def _is_quiet(self, trade: Trade, now: datetime, asked: dict[str, Any]) -> bool:
        """Return whether nothing can close the trade in this candle of a backtest, so that Freqtrade need not search."""
        if self.live or asked["exit_"] or asked.get("force_stoploss"):
            return False
        return self.run.positions.is_quiet(trade, now, asked["low"], asked["high"])

    @guarded(lambda *_, **__: None)
    def _before_exits(self, trade: Trade, now: datetime, rate: float) -> None:
        self.run.positions.before_exits(trade, now, rate)

    @guarded(lambda _, __, found, ___: found)
    def _named(self, trade: Trade, found: list[ExitCheckTuple], now: datetime) -> list[ExitCheckTuple]:
        return self.run.positions.exits(trade, found, now)

    @guarded(lambda *_, **__: None)
    def adjust_trade_position(
        self, trade: Trade, current_time: datetime, current_rate: float, current_profit: float,
        min_stake: float | None, max_stake: float, current_entry_rate: float, current_exit_rate: float,
        current_entry_profit: float, current_exit_profit: float, **_: Any,
    ) -> tuple[float, str] | None:  # fmt: skip
        """Return the stake that a rule takes off now (negative) with the rule's code, None for no reduction."""
        return self.run.positions.reduction(trade, current_time, current_exit_rate)

    @property
    def protections(self) -> list[dict[str, Any]]:
        """Freqtrade's own protections: a cooldown after any exit, maximum drawdown, pairs that lose."""
        return protections()

    @property
    def settings(self) -> HHQSettings:
        """The settings in force."""
        return self.running.current

    def version(self) -> str:
        """Return the version that Freqtrade shows: name, what waits for a reload, digest of the settings in force."""
        return strategy_version(settings_digest(self.settings), self.parameter_file.waiting)

    def _closes_alone(self) -> bool:
        """Return whether only the exit engine closes trades; Freqtrade applies the configuration after ``__init__``."""
        callbacks = ("custom_exit", "custom_stoploss", "custom_roi", "should_exit", "adjust_trade_position")
        replaced = any(getattr(type(self), name) is not getattr(HHQStrategy, name) for name in callbacks)
        return not (replaced or self.trailing_stop or self.minimal_roi)

    def _parameter_values(self) -> dict[str, float]:
        return {name: float(getattr(self, name).value) for name in PARAMETERS}
