"""Answers of Freqtrade's API (2026.9) as typed values; those about trades are in :mod:`companion.bot.trade_models`.

Fields that we do not know are ignored, fields that we need must be there. Freqtrade writes NaN as null: where it may,
the field can be None = n/a. Rates (prices) in USDT, amounts in coins, ratios as fractions, timestamps in ms UTC.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

LockSide: TypeAlias = Literal["*", "long", "short"]


class Answer(BaseModel):
    """One of Freqtrade's answers."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Ping(Answer):
    """Answer of /ping, which needs no login."""

    status: Literal["pong"]


class Version(Answer):
    """Answer of /version."""

    version: str


class ShowConfig(Answer):
    """How the bot runs: ``state`` running, paused or stopped; ``runmode`` dry_run or live."""

    version: str
    api_version: float
    bot_name: str
    state: str
    runmode: str
    dry_run: bool
    strategy: str | None = None
    strategy_version: str | None = None
    timeframe: str | None = None
    exchange: str
    trading_mode: str
    margin_mode: str
    stake_currency: str
    stake_amount: str
    max_open_trades: float
    """−1: no limit."""
    stoploss_on_exchange: bool
    force_entry_enable: bool


class CurrencyBalance(Answer):
    """One currency, or one position (``is_position``), of the wallet; values in the stake currency."""

    currency: str
    free: float
    balance: float
    used: float
    position: float
    side: str
    is_position: bool
    is_bot_managed: bool
    est_stake: float | None
    bot_owned: float | None = None


class Balance(Answer):
    """The wallet: ``total`` is the equity of the account, ``total_bot`` the part of it that the bot may use."""

    currencies: tuple[CurrencyBalance, ...]
    total: float
    total_bot: float
    stake: str
    starting_capital: float
    starting_capital_ratio: float
    note: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the bot's wallet holds anything: an empty one is not known, not an equity of 0 (``hhq.equity``)."""
        coins = [row for row in self.currencies if not row.is_position]
        held = not coins or any(row.is_bot_managed and row.balance > 0.0 for row in coins)
        return self.total > 0.0 and held


class Profit(Answer):
    """What the bot has earned; ratios are of the starting capital, drawdown as Freqtrade measures it."""

    profit_closed_coin: float
    profit_closed_ratio: float
    profit_all_coin: float
    profit_all_ratio: float
    trade_count: int
    closed_trade_count: int
    winning_trades: int
    losing_trades: int
    winrate: float | None
    profit_factor: float | None
    expectancy: float | None
    max_drawdown: float | None
    max_drawdown_abs: float | None
    current_drawdown: float | None
    current_drawdown_abs: float | None
    trading_volume: float | None = None
    bot_start_timestamp: int


class PairLock(Answer):
    """A lock of a pair ("*" = all pairs) for a side ("*" = both)."""

    id: int
    active: bool
    pair: str
    side: str
    reason: str | None = None
    lock_timestamp: int
    lock_end_timestamp: int


class Locks(Answer):
    """Answer of /locks."""

    lock_count: int
    locks: tuple[PairLock, ...]


class Blacklist(Answer):
    """Pairs, or patterns of pairs, that the bot never enters, and the pairs that the patterns match."""

    blacklist: tuple[str, ...]
    blacklist_expanded: tuple[str, ...]
    errors: dict[str, Any]


class Whitelist(Answer):
    """The pairs that the bot follows, in the order in which it tries entries."""

    whitelist: tuple[str, ...]
    method: tuple[str, ...]


class StatusMessage(Answer):
    """What a control call reports."""

    status: str


class ResultMessage(Answer):
    """What a forced exit reports."""

    result: str


class PairCandles(Answer):
    """Analysed candles of a pair: ``data`` rows by ``columns``, oldest first; no rows = not analysed yet."""

    pair: str
    timeframe: str
    timeframe_ms: int
    strategy: str
    columns: tuple[str, ...]
    data: tuple[tuple[Any, ...], ...]
    length: int
    last_analyzed_ts: int
    data_stop_ts: int
    """Opening time of the newest candle, ms; 0 without candles."""

    def newest(self, column: str) -> object:
        """The newest value of a column, None where it is n/a or not there."""
        if not self.data or column not in self.columns:
            return None
        return self.data[-1][self.columns.index(column)]


class CustomValue(Answer):
    """One value that the strategy has stored with a trade."""

    key: str
    type: str
    value: Any


class CustomData(Answer):
    """What the strategy has stored with a trade."""

    trade_id: int
    custom_data: tuple[CustomValue, ...]

    @property
    def values(self) -> dict[str, Any]:
        """The stored values by key."""
        return {item.key: item.value for item in self.custom_data}


class Logs(Answer):
    """The newest records of the bot's log: [time, ms, logger, level, message]."""

    log_count: int
    logs: tuple[tuple[str, float, str, str, str], ...]


class Health(Answer):
    """When the bot's loop last ran; None before its first run."""

    last_process_ts: int | None = Field(description="s UTC")
    bot_start_ts: int | None = None
    bot_startup_ts: int | None = None
