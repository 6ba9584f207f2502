"""Closed trades as the core reads them: net of fees and funding, read once each from Freqtrade."""

from __future__ import annotations

from datetime import UTC, datetime

from freqtrade.persistence import LocalTrade, Trade

from hhq.closed_trade import ClosedTrade
from hhq.reason_sources import from_freqtrade
from hhq.reasons import CloseReason, reason_named

LEVEL_KEY = "hhq_stop_code"
PATTERN_TRADES, FEWEST_PATTERN_TRADES = 100, 20


class ClosedTrades:
    """All closed trades, oldest first; ``fresh`` returns those that were not seen before."""

    def __init__(self) -> None:
        self.records: list[ClosedTrade] = []
        self._seen: set[int] = set()
        self._read = 0
        self.levels: dict[int, CloseReason] = {}

    def clear(self) -> None:
        """Forget everything, before another run of a backtest."""
        self.records.clear()
        self._seen.clear()
        self.levels.clear()
        self._read = 0

    def fresh(self) -> list[ClosedTrade]:
        """Read the trades that have closed since the last call, by close time."""
        added = sorted((self._record(trade) for trade in self._unseen()), key=lambda record: record.closed_at)
        self.records.extend(added)
        return added

    def pattern_records(self) -> list[ClosedTrade]:
        """Return the trades that trade patterns are read from: the last 100, none while there are fewer than 20."""
        return self.records[-PATTERN_TRADES:] if len(self.records) >= FEWEST_PATTERN_TRADES else []

    def _unseen(self) -> list[LocalTrade]:
        if Trade.use_db:
            closed = Trade.get_trades_proxy(is_open=False, close_date=self._last_close())
        else:
            closed = LocalTrade.bt_trades[self._read :]
            self._read = len(LocalTrade.bt_trades)
        unseen = [
            trade for trade in closed if trade.id not in self._seen and trade.nr_of_successful_entries > 0
        ]
        self._seen.update(trade.id for trade in unseen)
        return unseen

    def _last_close(self) -> datetime:
        # Inclusive by a second: two trades may close at the same moment, the ids tell which one is known.
        last = self.records[-1].closed_at - 1.0 if self.records else 0.0
        return datetime.fromtimestamp(last, UTC)

    def _record(self, trade: LocalTrade) -> ClosedTrade:
        notional = trade.max_stake_amount * trade.leverage or trade.stake_amount * trade.leverage
        closed_at = (
            trade.close_date_utc.timestamp() if trade.close_date_utc else trade.open_date_utc.timestamp()
        )
        return ClosedTrade(
            pair=trade.pair,
            closed_at=closed_at,
            net_pct=(trade.close_profit_abs or 0.0) / notional * 100.0,
            fees_pct=(trade.fee_open + trade.fee_close) * 100.0,
            reason=from_freqtrade(trade.exit_reason or "", level=self._level(trade)).code,
            side=-1 if trade.is_short else 1,
        )

    def _level(self, trade: LocalTrade) -> CloseReason | None:
        known = self.levels.pop(trade.id, None)
        if known is not None or not Trade.use_db:
            return known
        stored = trade.get_custom_data(LEVEL_KEY)
        return reason_named(stored) if isinstance(stored, str) else None
