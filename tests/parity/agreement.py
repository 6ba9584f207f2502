"""What two runs have to agree on, trade by trade, and every difference with its class."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from freqtrade.persistence import LocalTrade, Order
from freqtrade.persistence.pairlock import PairLock

CANDLE_SECONDS = 300


def candle_of(moment: datetime) -> int:
    """Clock number of the 5m candle that contains a moment."""
    return int(moment.timestamp()) // CANDLE_SECONDS


@dataclass(frozen=True)
class Lock:
    """A lock of a pair, or of all pairs (`*`): the candles in which it begins and ends."""

    pair: str
    begin: int
    end: int

    @classmethod
    def of(cls, lock: PairLock) -> Lock:
        """Read a lock of either run."""
        return cls(
            lock.pair, *(candle_of(at.replace(tzinfo=UTC)) for at in (lock.lock_time, lock.lock_end_time))
        )

    def stops(self, pair: str, candle: int) -> bool:
        """Whether the pair cannot be entered at some moment of a candle."""
        return self.pair in (pair, "*") and self.begin <= candle < self.end


@dataclass(frozen=True)
class Exit:
    """One filled exit order: candle, code, price, amount."""

    candle: int
    code: str
    price: float
    amount: float


@dataclass(frozen=True)
class TradeRecord:
    """A trade as either run made it; candles are clock numbers. `filled` None: its order is still waiting."""

    pair: str
    is_short: bool
    placed: int
    filled: int | None
    leverage: float
    entry_price: float
    amount: float
    exits: tuple[Exit, ...]
    closed: int | None
    code: str
    profit: float
    values: dict[str, Any] = field(compare=False, repr=False, default_factory=dict)

    @classmethod
    def of(cls, trade: LocalTrade) -> TradeRecord:
        """Read a trade of either kind."""
        entry = next(order for order in trade.orders if order.ft_order_side == trade.entry_side)
        filled = entry.order_filled_utc if entry.safe_filled > 0.0 else None
        exits = tuple(
            _exit(order)
            for order in trade.orders
            if order.ft_order_side == trade.exit_side and order.safe_filled > 0.0
        )
        closed = None if trade.is_open or trade.close_date_utc is None else candle_of(trade.close_date_utc)
        return cls(
            trade.pair, bool(trade.is_short), candle_of(entry.order_date_utc),
            None if filled is None else candle_of(filled), float(trade.leverage), float(entry.safe_price),
            float(entry.safe_amount), exits, closed, trade.exit_reason or "", float(trade.close_profit_abs or 0.0),
            {name: getattr(trade, name) for name in _LEVELLED},
        )  # fmt: skip

    @property
    def key(self) -> tuple[str, int | None]:
        """What makes two records the same trade."""
        return self.pair, self.filled


RESULT = ("close_rate", "close_rate_requested", "close_profit", "close_profit_abs", "realized_profit",
          "funding_fees", "exit_reason", "stake_amount", "max_stake_amount")  # fmt: skip
_LEVELLED = (*RESULT, "amount", "amount_requested", "open_rate",
             "open_rate_requested", "open_trade_value", "fee_open", "fee_close", "leverage", "is_short", "enter_tag",
             "stop_loss", "open_date")  # fmt: skip


def _exit(order: Order) -> Exit:
    when = order.order_filled_utc or order.order_date_utc
    return Exit(candle_of(when), order.ft_order_tag or "", float(order.safe_price), float(order.safe_filled))


@dataclass(frozen=True)
class Difference:
    """One thing that differs. `why` is its class; empty: nothing explains it."""

    what: str
    pair: str
    candle: str
    backtest: str
    dry_run: str
    why: str


@dataclass
class Agreement:
    """Counts of what was compared and every difference."""

    tries: int = 0
    tries_unequal_state: int = 0
    entries: int = 0
    exits: int = 0
    reductions: int = 0
    cancels: int = 0
    lock_looks: int = 0
    loops: int = 0
    differences: list[Difference] = field(default_factory=list)

    def of(self, *what: str, explained: bool | None = None) -> list[Difference]:
        """Differences of some kinds; with `explained` only those with or without a class."""
        return [
            difference
            for difference in self.differences
            if difference.what in what and (explained is None or bool(difference.why) == explained)
        ]

    def by_class(self) -> dict[str, int]:
        """How many differences of each kind and class there are."""
        named = Counter(f"{each.what}: {each.why or 'UNEXPLAINED'}" for each in self.differences)
        return dict(named.most_common())

    def report(self) -> dict[str, Any]:
        """Plain values of all."""
        return {**asdict(self), "by_class": self.by_class()}

    def text(self) -> str:
        """Some lines for a reader."""
        lines = [
            f"{self.tries} tries to enter from equal states, {self.entries} of them became orders",
            f"{self.tries_unequal_state} tries to enter from unequal states",
            f"{self.exits} closes, {self.reductions} reductions, {self.cancels} cancelled orders",
            f"{self.lock_looks} looks at locks, {self.loops} loops",
            f"{len(self.differences)} differences",
        ]
        lines += [f"{count:5} {name}" for name, count in self.by_class().items()]
        lines += [
            f"{each.what:10} {each.pair:18} {each.candle}  backtest {each.backtest} | dry run {each.dry_run}"
            f"  [{each.why or 'UNEXPLAINED'}]"
            for each in self.differences
        ]
        return "\n".join(lines)
