"""Closed trades: the history of the bots, each trade once, and the event that a new trade emits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from companion.store import events
from companion.store.paging import Rows
from companion.store.tables import TradeRow

TRADE_CLOSED = "trade_closed"
"""Kind of the event that a trade not known before emits; its payload names bot and trade_id."""


@dataclass(frozen=True, slots=True)
class TradeRecord:
    """A closed trade. ``bot`` and ``trade_id`` name it; ``side`` +1 long, −1 short; times in ms UTC.

    Prices in USDT, ``size`` in coins, ``stake`` (margin), PnL, fees (paid: positive) and funding (received: positive) in
    USDT; None = n/a. ``code`` names the close reason (hhq.reasons), ``reason`` is the text as received. ``snapshot``: what
    was known at entry (settings, features, layers). ``origin``: bot, import or external; ``for_learning`` is false for
    rows that learning must not use (no size, guessed side). ``fee_rate``: entry's and exit's fee together, a fraction.
    """

    bot: str
    trade_id: str
    pair: str
    side: int
    opened_ms: int
    closed_ms: int
    entry_price: float
    exit_price: float
    size: float | None = None
    stake: float | None = None
    leverage: float | None = None
    code: str = ""
    reason: str = ""
    gross_pnl: float | None = None
    fees: float | None = None
    funding: float | None = None
    net_pnl: float | None = None
    score: float | None = None
    snapshot: Mapping[str, Any] = field(default_factory=dict)
    origin: str = "bot"
    for_learning: bool = True
    fee_rate: float | None = None


class Recorded(StrEnum):
    """What storing a trade did."""

    NEW = "new"
    CHANGED = "changed"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class TradeFilter:
    """Which trades are wanted; None = all. Times are those of the close, ms UTC: from ``since_ms``, before ``until_ms``."""

    bot: str | None = None
    pair: str | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    for_learning: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter as conditions of a query."""
        wanted: list[ColumnElement[bool]] = []
        if self.bot is not None:
            wanted.append(TradeRow.bot == self.bot)
        if self.pair is not None:
            wanted.append(TradeRow.pair == self.pair)
        if self.since_ms is not None:
            wanted.append(TradeRow.closed_ms >= self.since_ms)
        if self.until_ms is not None:
            wanted.append(TradeRow.closed_ms < self.until_ms)
        if self.for_learning is not None:
            wanted.append(TradeRow.for_learning.is_(self.for_learning))
        return wanted


_NAMES = tuple(one.name for one in fields(TradeRecord))


def record_closed(session: Session, trade: TradeRecord, now_ms: int) -> Recorded:
    """Store a trade; one not known yet also emits the event ``trade_closed``, in the same transaction.

    A known trade is updated with the values given now (fees and funding are often known only later), but a value that was
    known and is now n/a stays: what was learnt is not forgotten.
    """
    row = _row(session, trade.bot, trade.trade_id, for_update=True)
    if row is None:
        session.add(TradeRow(**asdict(trade)))
        session.flush()
        key = f"{trade.bot}:{trade.trade_id}"
        payload = {"bot": trade.bot, "trade_id": trade.trade_id}
        events.publish(session, TRADE_CLOSED, key, payload, now_ms)
        return Recorded.NEW
    changes = {name: value for name, value in _told(trade).items() if getattr(row, name) != value}
    for name, value in changes.items():
        setattr(row, name, value)
    return Recorded.CHANGED if changes else Recorded.KNOWN


def record_all(session: Session, trades: Iterable[TradeRecord], now_ms: int) -> int:
    """Store trades in the order of their close; returns how many were not known before."""
    ordered = sorted(trades, key=lambda trade: (trade.closed_ms, trade.bot, trade.trade_id))
    return sum(record_closed(session, trade, now_ms) is Recorded.NEW for trade in ordered)


def get(session: Session, bot: str, trade_id: str) -> TradeRecord | None:
    """One trade, None if it is not known."""
    row = _row(session, bot, trade_id)
    return None if row is None else _trade(row)


def find(session: Session, wanted: TradeFilter, *, offset: int = 0, limit: int = 100) -> Rows[TradeRecord]:
    """The matching trades that closed last, after skipping ``offset`` of them."""
    conditions = wanted.conditions()
    total = session.scalar(select(func.count()).select_from(TradeRow).where(*conditions)) or 0
    rows = session.scalars(
        select(TradeRow)
        .where(*conditions)
        .order_by(TradeRow.closed_ms.desc(), TradeRow.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return Rows(total, tuple(_trade(row) for row in rows))


def newest_close_ms(session: Session, bot: str) -> int | None:
    """Close (ms UTC) of a bot's newest trade, from which its history has to be read on; None without any."""
    return session.scalar(select(func.max(TradeRow.closed_ms)).where(TradeRow.bot == bot))


def _row(session: Session, bot: str, trade_id: str, *, for_update: bool = False) -> TradeRow | None:
    query = select(TradeRow).where(TradeRow.bot == bot, TradeRow.trade_id == trade_id)
    return session.scalar(query.with_for_update() if for_update else query)


def _told(trade: TradeRecord) -> dict[str, Any]:
    """The values that the trade has: none that is n/a, an empty text or an empty document."""
    return {
        name: value
        for name in _NAMES
        if (value := getattr(trade, name)) is not None and value != "" and value != {}
    }


def _trade(row: TradeRow) -> TradeRecord:
    return TradeRecord(**{name: getattr(row, name) for name in _NAMES})
