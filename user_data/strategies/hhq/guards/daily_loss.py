"""Daily loss limit: no more entries on a day that has lost too much (docs/exits.md)."""

from __future__ import annotations

import math
from typing import NamedTuple

from hhq.guards.lock_causes import DayLost
from hhq.guards.records import ALL_PAIRS, Lock
from hhq.settings.guards import DailyLossSettings

_DAY = 86400.0


class DailyLossState(NamedTuple):
    """The day (days since 1970 in the user's time), its first equity, and whether its limit was reached."""

    day: int
    start_equity: float
    reached: bool


def step_daily_loss(
    state: DailyLossState | None, now: float, equity: float, settings: DailyLossSettings
) -> tuple[DailyLossState | None, Lock | None]:
    """Return the state after ``equity`` (of one unit, free of transfers) was observed at ``now`` (s), and the day's lock.

    The lock lasts until the next day, even if equity recovers. Unknown equity (NaN) changes nothing.
    """
    offset = settings.day_offset_hours * 3600.0
    day = math.floor((now + offset) / _DAY)
    if math.isfinite(equity):
        if state is None or state.day != day:
            state = DailyLossState(day, equity, reached=False)
        limit = state.start_equity * (1.0 - settings.loss_pct / 100.0)
        if settings.enabled and equity <= limit:
            state = state._replace(reached=True)
    if state is None or not state.reached or state.day != day:
        return state, None
    return state, Lock(ALL_PAIRS, now, (day + 1) * _DAY - offset, DayLost(settings.loss_pct))
