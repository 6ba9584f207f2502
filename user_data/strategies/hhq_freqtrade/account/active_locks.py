"""Freqtrade's pair locks as data: which are active, whoever set them, and how to set and end them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from freqtrade.persistence import PairLocks
from freqtrade.persistence.pairlock import PairLock

from hhq.guards.lock_causes import LockCause, lock_cause
from hhq.guards.records import ALL_PAIRS, Lock

BOTH_SIDES = "*"
"""Direction of a lock on both LONG and SHORT, as Freqtrade writes it."""
_A_MOMENT = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class ActiveLock:
    """A lock that blocks entries of ``pair`` (or of all) now. ``since`` and ``until`` in s UTC.

    ``cause`` None: a foreign lock, set by the user, by Freqtrade's own protections or by another program.
    """

    pair: str
    since: float
    until: float
    reason: str | None
    cause: LockCause | None

    @classmethod
    def of(cls, lock: PairLock) -> ActiveLock:
        """Return a lock of Freqtrade as data."""
        since, until = _seconds(lock.lock_time), _seconds(lock.lock_end_time)
        return cls(lock.pair, since, until, lock.reason, lock_cause(lock.reason))


def active_locks(now: datetime) -> list[ActiveLock]:
    """Return all locks that are active at ``now``."""
    return [ActiveLock.of(lock) for lock in PairLocks.get_pair_locks(None, now)]


def longest_lock(pair: str, now: datetime) -> ActiveLock | None:
    """Return the longest active lock of a pair for both sides, or of all pairs if it has none of its own; else None."""
    lock = PairLocks.get_pair_longest_lock(pair, now) or PairLocks.get_pair_longest_lock(ALL_PAIRS, now)
    return None if lock is None else ActiveLock.of(lock)


def is_locked(pair: str, direction: str, now: datetime) -> bool:
    """Return whether a lock of the pair or of all pairs is active for ``direction``: "long", "short" or "*"."""
    return blocking_lock(pair, direction, now) is not None


def blocking_lock(pair: str, direction: str, now: datetime) -> ActiveLock | None:
    """Return the lock of the pair or of all pairs that blocks ``direction`` longest; None where none is active."""
    active = PairLocks.get_pair_locks(None, now, direction)
    blocking = [lock for lock in active if lock.pair in (pair, ALL_PAIRS)]
    return ActiveLock.of(max(blocking, key=lambda lock: lock.lock_end_time)) if blocking else None


def equal_lock(lock: Lock, now: datetime) -> ActiveLock | None:
    """Return an active lock of the same pair and reason that lasts at least as long as ``lock``, None without one."""
    until = datetime.fromtimestamp(lock.until, UTC)
    for known in PairLocks.get_pair_locks(lock.pair, now):
        if known.reason == lock.reason and known.lock_end_time_utc >= until:
            return ActiveLock.of(known)
    return None


def set_lock(lock: Lock, now: datetime) -> ActiveLock:
    """Lock entries, and return the lock as Freqtrade keeps it: it ends with a candle."""
    # Freqtrade rounds the end up to the next candle, and adds a whole candle where it is the start of one already.
    until = datetime.fromtimestamp(lock.until, UTC) - _A_MOMENT
    return ActiveLock.of(PairLocks.lock_pair(lock.pair, until, lock.reason, now=now))


def end_locks(wanted: Callable[[ActiveLock], bool], now: datetime) -> list[ActiveLock]:
    """End the active locks that ``wanted`` picks, and return them."""
    ended = []
    for lock in PairLocks.get_pair_locks(None, now):
        active = ActiveLock.of(lock)
        if wanted(active):
            lock.active = False
            ended.append(active)
    if PairLocks.use_db:
        PairLock.session.commit()
    return ended


def _seconds(moment: datetime) -> float:
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
