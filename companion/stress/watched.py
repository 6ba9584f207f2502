"""What a run shows: the trades, their orders, and the stop that rested at every candle of every trade."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fill:
    """One filled order. ``at`` is the open time of its candle in ms; amount in coins, price in USDT."""

    at: int
    entry: bool
    price: float
    amount: float
    code: str


@dataclass(frozen=True, slots=True)
class Look:
    """A trade at one candle: open time in ms, resting stop as judged at its open, funding so far in USDT."""

    at: int
    stop: float
    funding: float


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels of a trade at its fill; prices in USDT, ``…_pct`` in percent of the entry."""

    stop: float
    target: float
    liquidation: float
    emergency: float
    breakeven_arm_pct: float
    trail_activation_pct: float
    partial_base_pct: float


@dataclass(frozen=True, slots=True)
class WatchedTrade:
    """One trade of a run; times in ms, money in USDT. ``closed_at`` is the open time of the exit's candle."""

    pair: str
    side: int
    opened_at: int
    closed_at: int
    entry: float
    exit: float
    leverage: float
    margin: float
    profit: float
    fee_rate: float
    tick: float
    reason: str
    fills: tuple[Fill, ...]
    looks: tuple[Look, ...]
    levels: Levels

    @property
    def amount(self) -> float:
        """Coins of the entry."""
        return sum(fill.amount for fill in self.fills if fill.entry)

    @property
    def notional(self) -> float:
        """Value of the entry in USDT."""
        return self.amount * self.entry

    @property
    def loss_at_stop(self) -> float:
        """What the trade loses at its first stop, both fees included, in USDT."""
        distance = max((self.entry - self.levels.stop) * self.side, 0.0)
        return self.amount * distance + 2.0 * self.fee_rate * self.notional

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the reductions and of the close, in their order."""
        reductions = (fill.code for fill in self.fills if not fill.entry)
        return (*list(reductions)[:-1], self.reason)

    def is_open_at(self, at: int) -> bool:
        """Whether the position was open before the candle that opens at ``at``, and not closed yet."""
        return self.opened_at < at <= self.closed_at


@dataclass(frozen=True, slots=True)
class WatchedRun:
    """A whole run. ``failures`` counts callbacks that raised; ``daily_loss_pct`` is the configured limit."""

    trades: tuple[WatchedTrade, ...]
    locks: tuple[str, ...]
    failures: dict[str, int]
    wallet: float
    daily_loss_pct: float
    """Limit of the day in % of equity, of the settings of this run."""
