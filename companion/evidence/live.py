"""A bot's trades sorted out by what can be said of them, and as the core takes them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from companion.evidence.bot_database import BotTrade
from companion.evidence.entry_record import EntryRecord
from hhq.costs import Costs
from hhq.evidence.booked import FilledOrders, Terms, trades_of
from hhq.evidence.groups import Groups
from hhq.evidence.live import Entries, LiveTrades, live_trades
from hhq.evidence.live_match import Signalled
from hhq.panel import CANDLE_MS

_DAY_MS = 86_400_000
_HALF_A_CENT = 0.005


@dataclass(frozen=True, slots=True)
class SortedTrades:
    """A bot's trades: those whose signal was the bot's own, closed and open, and how many closed ones are left out.

    ``forced``: a user's entries; ``without_record``: of another strategy, or with a lost record; ``never_filled``: closed
    trades without a filled entry.
    """

    closed: tuple[tuple[BotTrade, EntryRecord], ...]
    still_open: tuple[tuple[BotTrade, EntryRecord], ...]
    forced: int
    without_record: int
    never_filled: int

    @property
    def coins(self) -> tuple[str, ...]:
        """Pairs of the bot's own signals, in alphabetical order."""
        return tuple(sorted({trade.pair for trade, _ in (*self.closed, *self.still_open)}))

    def had(self, number: dict[str, int]) -> Signalled:
        """Return every signal that the bot had a trade of, with the numbers of the coins."""
        every = (*self.closed, *self.still_open)
        return Signalled(
            np.array([number[trade.pair] for trade, _ in every], dtype=np.int64),
            np.array([record.candle for _, record in every], dtype=np.int64),
            np.array([record.side for _, record in every], dtype=np.float64),
        )


def sort_out(trades: Sequence[BotTrade]) -> SortedTrades:
    """Return the trades by what can be said of them."""
    filled = [trade for trade in trades if any(fill.is_entry for fill in trade.fills)]
    own = [(trade, trade.record) for trade in filled if trade.record is not None and not trade.record.forced]
    closed = [trade for trade in filled if not trade.is_open]
    return SortedTrades(
        closed=tuple((trade, record) for trade, record in own if not trade.is_open),
        still_open=tuple((trade, record) for trade, record in own if trade.is_open),
        forced=sum(trade.record is not None and trade.record.forced for trade in closed),
        without_record=sum(trade.record is None for trade in closed),
        never_filled=sum(not trade.is_open for trade in trades) - len(closed),
    )


@dataclass(frozen=True, slots=True)
class Booked:
    """Closed trades in % of their notional, and how many of them come to another net result than Freqtrade booked."""

    trades: LiveTrades
    differing: int


def booked(closed: Sequence[tuple[BotTrade, EntryRecord]], number: dict[str, int], costs: Costs) -> Booked:
    """Return closed trades, with the numbers of their coins."""
    terms, orders = _terms(closed), FilledOrders.of([trade.fills for trade, _ in closed])
    net = trades_of(terms, orders, costs).net
    freqtrade = np.array([_number(trade.profit) for trade, _ in closed], dtype=np.float64)
    differing = int((np.abs(net - freqtrade) >= _HALF_A_CENT).sum())
    return Booked(live_trades(_entries(closed, number), terms, orders, costs), differing)


def _entries(closed: Sequence[tuple[BotTrade, EntryRecord]], number: dict[str, int]) -> Entries:
    return Entries(
        coin=np.array([number[trade.pair] for trade, _ in closed], dtype=np.int64),
        candle=np.array([record.candle for _, record in closed], dtype=np.int64),
        signal_price=np.array([_number(record.price) for _, record in closed], dtype=np.float64),
        limit_price=np.array([_number(record.entry_price) for _, record in closed], dtype=np.float64),
        price=np.array([_average(trade) for trade, _ in closed], dtype=np.float64),
        wait_seconds=np.array(
            [(_first_fill_ms(trade) - (record.candle + 1) * CANDLE_MS) / 1000.0 for trade, record in closed],
            dtype=np.float64,
        ),
    )


def _terms(closed: Sequence[tuple[BotTrade, EntryRecord]]) -> Terms:
    trades = [trade for trade, _ in closed]
    return Terms(
        day=np.array([_first_fill_ms(trade) // _DAY_MS for trade in trades], dtype=np.int64),
        side=np.array([trade.side for trade in trades], dtype=np.float64),
        leverage=np.array([trade.leverage for trade in trades], dtype=np.float64),
        entry_fee_pct=np.array([_number(trade.entry_fee_pct) for trade in trades], dtype=np.float64),
        exit_fee_pct=np.array([_number(trade.exit_fee_pct) for trade in trades], dtype=np.float64),
        funding=np.array([trade.funding for trade in trades], dtype=np.float64),
        code=Groups.named([trade.code for trade in trades]),
    )


def _first_fill_ms(trade: BotTrade) -> int:
    return next(fill.time_ms for fill in trade.fills if fill.is_entry)


def _average(trade: BotTrade) -> float:
    entries = [fill for fill in trade.fills if fill.is_entry]
    amount = math.fsum(fill.amount for fill in entries)
    return math.fsum(fill.amount * fill.price for fill in entries) / amount


def _number(value: float | None) -> float:
    return math.nan if value is None else value
