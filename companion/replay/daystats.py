"""Statistics of the last 24 hours of one coin."""

from __future__ import annotations

from dataclasses import dataclass

from companion.replay.candles import BASE_INTERVAL, DAY
from companion.replay.tape import CoinTape, activity

_CANDLES_BEFORE = DAY // BASE_INTERVAL - 1


@dataclass(frozen=True, slots=True)
class DayStats:
    """Statistics of the window's closed candles; the caller adds the forming one."""

    open_time: int
    open: float
    high: float
    low: float
    volume: float
    quote: float
    trades: int
    first_trade: int
    previous_close: float


def day_stats(tape: CoinTape, row: int) -> DayStats:
    """The 287 closed candles before candle `row` (fewer after a listing)."""
    first = max(0, row - _CANDLES_BEFORE)
    rows = tape.candles.rows(first, max(row, first + 1))
    traded = row > first
    sums = activity(rows, tape.grid)
    return DayStats(
        int(rows.time[0]),
        float(rows.open[0]),
        float(rows.high.max()) if traded else float(rows.open[0]),
        float(rows.low.min()) if traded else float(rows.open[0]),
        float(rows.volume.sum()) if traded else 0.0,
        float(sums.quote.sum()) if traded else 0.0,
        int(sums.trades.sum()) if traded else 0,
        tape.first_trade(first),
        float(tape.candles.close[first - 1]) if first else float(rows.open[0]),
    )
