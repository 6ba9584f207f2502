"""Where an event is put: at positions that the market before it has opened. What follows cannot change them."""

from __future__ import annotations

from collections.abc import Callable

from companion.ground.errors import CompanionError
from companion.replay.embedded.specification import CANDLE_MS
from companion.stress.watched import WatchedRun, WatchedTrade

_LATEST_SHARE = 0.5


def open_at(run: WatchedRun, at: int) -> list[WatchedTrade]:
    """Positions that are open when the candle of ``at`` opens."""
    return [trade for trade in run.trades if trade.is_open_at(at)]


def busiest(run: WatchedRun, side: int) -> int:
    """The moment in the first half of the run at which most notional of ``side`` is open (0: of both sides)."""
    first = min(trade.opened_at for trade in run.trades)
    last = max(trade.closed_at for trade in run.trades)
    times = range(first, int(first + (last - first) * _LATEST_SHARE), CANDLE_MS)
    return max(times, key=lambda at: sum(t.notional for t in open_at(run, at) if side in (0, t.side)))


def trade_where(run: WatchedRun, wanted: Callable[[WatchedTrade], bool], what: str) -> WatchedTrade:
    """The first trade that is ``wanted``. Raises CompanionError saying ``what`` was looked for."""
    for trade in run.trades:
        if trade.closed_at > trade.opened_at + CANDLE_MS and wanted(trade):
            return trade
    raise CompanionError(f"the generated market has no trade for this tape: {what}")
