"""Stop-loss frequency guard: too many losing stops in a short time lock entries (docs/exits.md).

It sets locks of its own, because Freqtrade's StoplossGuard does not see losses that are closed by custom exits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from hhq.closed_trade import ClosedTrade
from hhq.guards.lock_causes import FrequentStops
from hhq.guards.records import ALL_PAIRS, Lock, is_losing_stop
from hhq.settings.guards import StoplossFrequencySettings


class FrequencyState(NamedTuple):
    """The guard's active locks, and the time (s) up to which stops do not count because the user cleared them."""

    locks: tuple[Lock, ...] = ()
    cleared_at: float = -math.inf


class LockChange(StrEnum):
    """What happened to a lock."""

    SET = "set"
    EXPIRED = "expired"
    CLEARED = "cleared"


class LockAction(NamedTuple):
    """A change that the owner carries out and logs."""

    change: LockChange
    lock: Lock


def step_stoploss_frequency(
    state: FrequencyState,
    trades: Iterable[ClosedTrade],
    now: float,
    settings: StoplossFrequencySettings,
    *,
    clear: bool = False,
) -> tuple[FrequencyState, tuple[LockAction, ...]]:
    """Return the locks that are active at ``now`` (s) and what changed; ``trades`` in any order.

    A lock ends ``cooldown_minutes`` after the last losing stop that counted. Changed settings leave an active lock
    alone; only a further losing stop extends it. ``clear`` drops all locks, and earlier stops no longer count.
    """
    actions: list[LockAction] = []
    active: dict[str, Lock] = {}
    for lock in state.locks:
        if clear or lock.until <= now:
            change = LockChange.CLEARED if clear and lock.until > now else LockChange.EXPIRED
            actions.append(LockAction(change, lock))
        else:
            active[lock.pair] = lock
    cleared_at = now if clear else state.cleared_at
    for lock in _wanted(trades, now, cleared_at, settings):
        known = active.get(lock.pair)
        if known is None or (lock.since > known.since and lock.until > known.until):
            active[lock.pair] = lock
            actions.append(LockAction(LockChange.SET, lock))
    return FrequencyState(tuple(active.values()), cleared_at), tuple(actions)


def clear_until(state: FrequencyState, pair: str, time: float) -> FrequencyState:
    """Return the state with the locks of ``pair`` ("*": all) that were caused up to ``time`` (s) cleared.

    The losing stops of all pairs are forgotten either way: only those after ``time`` still count.
    """
    asked = (lock for lock in state.locks if lock.since > time or pair not in (ALL_PAIRS, lock.pair))
    return FrequencyState(tuple(asked), max(state.cleared_at, time))


def _wanted(
    trades: Iterable[ClosedTrade], now: float, cleared_at: float, settings: StoplossFrequencySettings
) -> list[Lock]:
    if not settings.enabled:
        return []
    earliest = max(now - settings.lookback_minutes * 60.0, cleared_at)
    stops: dict[str, list[float]] = {}
    for trade in trades:
        if earliest < trade.closed_at <= now and is_losing_stop(trade):
            scope = trade.pair if settings.only_per_pair else ALL_PAIRS
            stops.setdefault(scope, []).append(trade.closed_at)
    locks = (_lock(scope, times, settings) for scope, times in sorted(stops.items()))
    return [lock for lock in locks if lock is not None and lock.until > now]


def _lock(scope: str, times: list[float], settings: StoplossFrequencySettings) -> Lock | None:
    if len(times) < settings.max_stoplosses:
        return None
    last = max(times)
    cause = FrequentStops(len(times), settings.lookback_minutes, settings.cooldown_minutes)
    return Lock(scope, last, last + settings.cooldown_minutes * 60.0, cause)
