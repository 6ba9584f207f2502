"""Memory of the kill switch: it blocks the coin, and takes points off its later signals (docs/exits.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from hhq.guards.lock_causes import KillSwitchActed
from hhq.guards.records import ALL_PAIRS, Lock
from hhq.reasons import CloseReason
from hhq.settings.guards import KillSwitchMemorySettings

_HOUR = 3600.0
_DAY = 86400.0


class KillSwitchEvent(NamedTuple):
    """The kill switch acted on a position of ``pair`` at ``time`` (s since 1970 UTC)."""

    pair: str
    time: float
    reason: CloseReason


def remember(
    events: tuple[KillSwitchEvent, ...], event: KillSwitchEvent, settings: KillSwitchMemorySettings
) -> tuple[KillSwitchEvent, ...]:
    """Return the events with ``event`` added, in order of time, without those that no longer have an effect.

    An event that is already there is not added again.
    """
    kept_for = max(settings.block_hours * _HOUR, settings.penalty_days * _DAY)
    known = {*events, event}
    newest = max(item.time for item in known)
    return tuple(sorted((item for item in known if item.time > newest - kept_for), key=_in_order))


def _in_order(event: KillSwitchEvent) -> tuple[float, str, int]:
    return event.time, event.pair, event.reason


def kill_switch_lock(
    events: tuple[KillSwitchEvent, ...], pair: str, now: float, settings: KillSwitchMemorySettings
) -> Lock | None:
    """Return the lock of ``pair`` that is active at ``now`` (s), None when there is none."""
    times = [event.time for event in events if event.pair == pair and event.time <= now]
    if not times:
        return None
    until = max(times) + settings.block_hours * _HOUR
    return Lock(pair, max(times), until, KillSwitchActed(settings.block_hours)) if until > now else None


def kill_switch_penalty(
    events: tuple[KillSwitchEvent, ...], pair: str, now: float, settings: KillSwitchMemorySettings
) -> float:
    """Return the points (≥ 0) that are taken off the entry score of ``pair`` at ``now`` (s)."""
    earliest = now - settings.penalty_days * _DAY
    count = sum(1 for event in events if event.pair == pair and earliest < event.time <= now)
    return min(count * settings.penalty_points, settings.largest_penalty)


def forget_until(
    events: tuple[KillSwitchEvent, ...], until: Mapping[str, float]
) -> tuple[KillSwitchEvent, ...]:
    """Return the events without those that the user cleared, whose block and penalty end with them.

    ``until``: by pair, or "*" for every pair, the time (s) up to which events no longer count.
    """
    everywhere = until.get(ALL_PAIRS, 0.0)
    return tuple(event for event in events if event.time > max(until.get(event.pair, 0.0), everywhere))
