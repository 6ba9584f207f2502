"""Closed trades as the core sees them: net of fees and funding, each read from Freqtrade once."""

from __future__ import annotations

from datetime import UTC, datetime

from freqtrade.persistence import LocalTrade, Trade

from hhq.closed_trade import ClosedTrade, closed_trade
from hhq.panel import CANDLE_MS
from hhq.reason_sources import from_freqtrade
from hhq.reasons import CloseReason, reason_named
from hhq_freqtrade.account.trade_identity import TradeIdentity, identity, side_of
from hhq_freqtrade.account.trade_records import store_with
from hhq_shared.trade_keys import REASON_KEY

PATTERN_TRADES, FEWEST_PATTERN_TRADES = 100, 20
_A_MOMENT = 1e-3
_LATE_SECONDS = 3600.0
"""How long after a later close a trade with an earlier one may still become known (its order was slow)."""


class ClosedTrades:
    """All closed trades read so far, oldest first."""

    def __init__(self) -> None:
        self.records: list[ClosedTrade] = []
        self._seen: set[TradeIdentity] = set()
        self._read = 0
        self._reasons: dict[TradeIdentity, CloseReason] = {}

    def note_reason(self, trade: LocalTrade, reason: CloseReason) -> None:
        """Note why a trade was closed, as its state said at that moment."""
        if identity(trade) not in self._seen:
            self._reasons[identity(trade)] = reason
        if Trade.use_db:
            store_with(trade, REASON_KEY, reason.name)

    def read_further(self) -> list[ClosedTrade]:
        """Read the trades that have closed since the last call, and return them by close time."""
        added = sorted((self._record(trade) for trade in self._unseen()), key=_closed_at)
        in_order = not added or not self.records or self.records[-1].closed_at <= added[0].closed_at
        self.records.extend(added)
        if not in_order:
            self.records.sort(key=_closed_at)
        return added

    def since(self, earliest: float) -> list[ClosedTrade]:
        """Return the trades that closed at or after ``earliest`` (s)."""
        start = len(self.records)
        while start > 0 and self.records[start - 1].closed_at >= earliest:
            start -= 1
        return self.records[start:]

    def of_pair(self, pair: str) -> list[ClosedTrade]:
        """Return the trades of a pair."""
        return [trade for trade in self.records if trade.pair == pair]

    def pattern_records(self) -> list[ClosedTrade]:
        """Return the trades that count for the trade patterns: the last 100, or none while there are fewer than 20."""
        return self.records[-PATTERN_TRADES:] if len(self.records) >= FEWEST_PATTERN_TRADES else []

    def _unseen(self) -> list[LocalTrade]:
        if Trade.use_db:
            closed = Trade.get_trades_proxy(is_open=False, close_date=self._known_until())
        else:
            closed = LocalTrade.bt_trades[self._read :]
            self._read = len(LocalTrade.bt_trades)
        unseen = [
            trade
            for trade in closed
            if identity(trade) not in self._seen and trade.nr_of_successful_entries > 0
        ]
        self._seen.update(identity(trade) for trade in unseen)
        return unseen

    def _known_until(self) -> datetime:
        last = self.records[-1].closed_at - _LATE_SECONDS if self.records else 0.0
        return datetime.fromtimestamp(max(last, 0.0), UTC)

    def _record(self, trade: LocalTrade) -> ClosedTrade:
        return closed_trade(
            trade.pair,
            known_at(trade.close_date_utc or trade.open_date_utc),
            net=trade.close_profit_abs or 0.0,
            notional=(trade.max_stake_amount or trade.stake_amount) * trade.leverage,
            fee_rate=trade.fee_open + (trade.fee_close or 0.0),
            reason=self._reason(trade),
            side=side_of(trade),
        )

    def _reason(self, trade: LocalTrade) -> CloseReason | None:
        known = self._reasons.pop(identity(trade), None)
        if known is None and Trade.use_db:
            stored = trade.get_custom_data(REASON_KEY)
            known = reason_named(stored) if isinstance(stored, str) else None
        return known or from_freqtrade(trade.exit_reason or "").code


def known_at(filled: datetime) -> float:
    """Return the time (s) from which a fill counts.

    A backtest stamps a fill with the open of the candle in which it happened. There it counts from the candle's last
    moment, so that locks and other effects that last a while from it end on the same candle as live.
    """
    moment = filled.timestamp()
    return moment if Trade.use_db else moment + CANDLE_MS / 1000.0 - _A_MOMENT


def _closed_at(trade: ClosedTrade) -> float:
    return trade.closed_at
