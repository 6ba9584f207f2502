"""Locks that have ended, kept out of Freqtrade's way while a backtest runs."""

from __future__ import annotations

from datetime import datetime

from freqtrade.persistence import PairLocks
from freqtrade.persistence.pairlock import PairLock

from hhq.guards.records import ALL_PAIRS

_WORTH_A_LOOK = 16
"""So many locks are set before the ended ones among them are looked for again."""


class EndedLocks:
    """Takes ended locks out of the list that Freqtrade keeps in a backtest, and puts them back for its report.

    Freqtrade looks through every lock that was ever set, several times at each signal: in a backtest of some weeks
    that is a sixth of its time, and it grows with the square of the length.
    """

    def __init__(self) -> None:
        self._all: list[PairLock] = []
        self._left = 0

    def take_out(self, now: datetime) -> None:
        """Leave only the locks that have not ended at ``now`` in Freqtrade's list, where enough were set since."""
        locks = PairLocks.locks
        if len(locks) - self._left < _WORTH_A_LOOK:
            return
        self._all.extend(locks[self._left :])
        locks[:] = [lock for lock in locks if lock.lock_end_time > now]
        self._left = len(locks)

    def put_back(self) -> None:
        """Give Freqtrade's list the locks of the backtest again, in the order in which they were set."""
        found = self._all + PairLocks.locks[self._left :]
        PairLocks.locks[:] = [lock for at, lock in enumerate(found) if not _is_covered(lock, found[:at])]
        self._all, self._left = [], 0


def _is_covered(lock: PairLock, earlier: list[PairLock]) -> bool:
    """Return whether Freqtrade has set the lock only because the one that covers it was taken out.

    Its protections look from losses on, so that a lock can have ended when it is set, and look then for one at its end.
    """
    return lock.lock_end_time <= lock.lock_time and any(
        other.lock_end_time >= lock.lock_end_time
        and other.pair in (lock.pair, ALL_PAIRS)
        and other.side in (lock.side, "*")
        for other in earlier
    )
