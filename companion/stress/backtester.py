"""Freqtrade's own backtester in this process, watched from outside the strategy."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from freqtrade.configuration import setup_utils_configuration
from freqtrade.enums import RunMode
from freqtrade.optimize.backtesting import Backtesting
from freqtrade.persistence import LocalTrade

from companion.bot.configuration import STRATEGY, layer, replay_exchange, write_layer
from companion.ground.layout import STRATEGIES
from companion.replay.embedded.specification import CANDLE_MS
from companion.stress.watched import Fill, Levels, Look, WatchedRun, WatchedTrade
from hhq.exits.answers import stop_price
from hhq.exits.position import restore_state, state_record
from hhq.exits.slots import StateSlot
from hhq.guards.lock_causes import lock_cause

WALLET = 10_000.0
_LEVELS = (
    StateSlot.TARGET,
    StateSlot.LIQUIDATION,
    StateSlot.EMERGENCY,
    StateSlot.BREAKEVEN_ARM_PCT,
    StateSlot.TRAIL_ACTIVATION_PCT,
    StateSlot.PARTIAL_BASE_PCT,
)


@dataclass(frozen=True)
class Setting:
    """What a run is configured with: settings tables as in config/hhq.toml, and optimised parameters."""

    name: str = "default"
    tables: Mapping[str, Mapping[str, float | bool]] = field(default_factory=dict)
    parameters: Mapping[str, float] = field(default_factory=dict)

    def write(self, path: Path) -> Path:
        """Write the tables as TOML."""
        lines: list[str] = []
        for table, values in self.tables.items():
            lines.append(f"[{table}]")
            lines.extend(f"{key} = {json.dumps(value)}" for key, value in values.items())
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path


def run_backtest(
    data: Path,
    pairs: Sequence[str],
    port: int,
    setting: Setting,
    days: tuple[str, str],
    folder: Path,
    restart_at: int | None = None,
) -> WatchedRun:
    """Run the strategy over ``days`` of a data folder; ``port`` is where the replay exchange serves the markets.

    ``restart_at``: at this moment (ms) everything that a bot would only have in memory is forgotten, and the
    states of the positions are read back from what is stored with their trades.
    """
    folder.mkdir(parents=True, exist_ok=True)
    backtesting = Backtesting(_configuration(data, pairs, port, setting, days, folder))
    strategy: Any = backtesting.strategylist[0]
    for name, value in setting.parameters.items():
        getattr(strategy, name).value = value
    watch = _Watch(strategy)
    strategy.should_exit = watch.should_exit
    if restart_at is not None:
        strategy.bot_loop_start = _restarting(strategy, restart_at)
    candles, timerange = backtesting.load_bt_data()
    backtesting.backtest_one_strategy(strategy, candles, timerange)
    backtesting.exchange.close()
    content: Any = backtesting.all_bt_content[STRATEGY]
    trades = [watch.trade(trade) for trade in LocalTrade.bt_trades]
    return WatchedRun(
        trades=tuple(sorted(trades, key=lambda trade: (trade.opened_at, trade.pair))),
        locks=_guards(content["locks"]),
        failures=dict(strategy.failures),
        wallet=WALLET,
        daily_loss_pct=float(strategy.settings.guards.daily_loss.loss_pct),
    )


def _guards(locks: Sequence[Any]) -> tuple[str, ...]:
    """The guards whose locks were set; a backtest's foreign locks are those of Freqtrade's own protections."""
    causes = [lock_cause(lock.reason) for lock in locks]
    own = sorted({cause.guard.value for cause in causes if cause is not None})
    return (*own, "freqtrade's protections") if None in causes else tuple(own)


def _configuration(
    data: Path, pairs: Sequence[str], port: int, setting: Setting, days: tuple[str, str], folder: Path
) -> dict[str, Any]:
    made: dict[str, Any] = {**replay_exchange(port, pairs), "dry_run_wallet": WALLET}
    made["hhq"] = {"settings": str(setting.write(folder / "settings.toml"))}
    user_data = folder / "user_data"
    for name in ("data", "backtest_results", "logs"):
        (user_data / name).mkdir(parents=True, exist_ok=True)
    arguments: dict[str, Any] = {
        "config": [
            str(layer("base")),
            str(layer("backtest")),
            str(write_layer(folder / "config.json", made)),
        ],
        "strategy": STRATEGY,
        "strategy_path": str(STRATEGIES),
        "user_data_dir": str(user_data),
        "datadir": str(data),
        "timerange": "-".join(days),
        "enable_protections": True,
        "backtest_cache": "none",
        "verbosity": -1,
    }
    config: dict[str, Any] = setup_utils_configuration(arguments, RunMode.BACKTEST)
    config["export"] = "none"
    return config


class _Watch:
    """Sits in front of the strategy's ``should_exit`` and notes the stop at every candle."""

    def __init__(self, strategy: Any) -> None:
        self._strategy = strategy
        self._ask: Callable[..., Any] = strategy.should_exit
        self._looks: dict[int, list[Look]] = {}
        self._levels: dict[int, Levels] = {}

    def should_exit(self, trade: LocalTrade, rate: float, current_time: datetime, **arguments: Any) -> Any:
        """Ask the strategy, and note the stop that rests."""
        found = self._ask(trade, rate, current_time, **arguments)
        book = self._strategy.run.book
        state = book.state(trade)
        stop = float(stop_price(state, book.parameters))
        funding = float(trade.funding_fees or 0.0)
        self._looks.setdefault(trade.id, []).append(Look(_ms(current_time), stop, funding))
        if trade.id not in self._levels:
            self._levels[trade.id] = Levels(stop, *(float(state[slot]) for slot in _LEVELS))
        return found

    def trade(self, trade: LocalTrade) -> WatchedTrade:
        """A closed trade with what was noted of it."""
        nothing = Levels(*(np.nan,) * 7)
        return WatchedTrade(
            pair=trade.pair,
            side=-1 if trade.is_short else 1,
            opened_at=_ms(trade.date_entry_fill_utc or trade.open_date_utc),
            closed_at=_ms(trade.close_date_utc) if trade.close_date_utc else 0,
            entry=float(trade.open_rate),
            exit=float(trade.close_rate or np.nan),
            leverage=float(trade.leverage),
            margin=float(trade.max_stake_amount or trade.stake_amount),
            profit=float(trade.close_profit_abs or 0.0),
            fee_rate=float(trade.fee_open),
            tick=float(self._strategy.context.facts.of(trade.pair).tick_size),
            reason=self._reason(trade),
            fills=tuple(_fill(trade, order) for order in trade.orders if order.safe_filled > 0.0),
            looks=tuple(self._looks.get(trade.id, ())),
            levels=self._levels.get(trade.id, nothing),
        )

    def _reason(self, trade: LocalTrade) -> str:
        # What is still open at the end of a backtest is closed by Freqtrade.
        return "END" if trade.exit_reason == "force_exit" else str(trade.exit_reason)


def _fill(trade: LocalTrade, order: Any) -> Fill:
    return Fill(
        at=_ms(order.order_filled_utc),
        entry=order.ft_order_side == trade.entry_side,
        price=float(order.safe_price),
        amount=float(order.safe_filled),
        code=str(order.ft_order_tag or ""),
    )


def _restarting(strategy: Any, at: int) -> Callable[..., None]:
    """The strategy's ``bot_loop_start`` that at one moment loses what a killed process would lose."""
    ask: Callable[..., None] = strategy.bot_loop_start
    begun = False

    def bot_loop_start(current_time: datetime, **arguments: Any) -> None:
        nonlocal begun
        if not begun and _ms(current_time) >= at:
            begun = True
            book = strategy.run.book
            for trade in LocalTrade.bt_trades_open:
                if trade.id in book._states:
                    stored = json.loads(json.dumps(state_record(book.state(trade))))
                    book._states[trade.id] = restore_state(stored)
            book._judged.clear()
        ask(current_time=current_time, **arguments)

    return bot_loop_start


def _ms(moment: datetime) -> int:
    at = int(moment.timestamp() * 1000)
    return at // CANDLE_MS * CANDLE_MS
