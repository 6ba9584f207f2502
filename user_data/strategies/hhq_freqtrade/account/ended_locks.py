"""Keeps locks that have ended out of Freqtrade's way while a backtest runs."""

from __future__ import annotations

from datetime import datetime

from freqtrade.persistence import PairLocks
from freqtrade.persistence.pairlock import PairLock

from hhq.guards.records import ALL_PAIRS

_WORTH_A_LOOK = 16
"""How many more locks must have been set before the ended ones are taken out again."""


class EndedLocks:
    """Takes ended locks out of the list that Freqtrade keeps in a backtest, and puts them back for its report.

    At each signal Freqtrade searches every lock ever set, several times over: in a backtest of a few weeks that is a
    sixth of the time, and it grows with the square of the length.
    """

    def __init__(self) -> None:
        self._all: list[PairLock] = []
        self._left = 0

    def take_out(self, now: datetime) -> None:
        """Take the locks that have ended at ``now`` out of Freqtrade's list, if enough were set since the last time."""
        locks = PairLocks.locks
        if len(locks) - self._left < _WORTH_A_LOOK:
            return
        self._all.extend(locks[self._left :])
        locks[:] = [lock for lock in locks if lock.lock_end_time > now]
        self._left = len(locks)

    def put_back(self) -> None:
        """Put all locks of the backtest back into Freqtrade's list, in the order in which they were set."""
        found = self._all + PairLocks.locks[self._left :]
        PairLocks.locks[:] = [lock for at, lock in enumerate(found) if not _is_covered(lock, found[:at])]
        self._all, self._left = [], 0


def _is_covered(lock: PairLock, earlier: list[PairLock]) -> bool:
    """Return whether Freqtrade set this lock only because an earlier one that covers it had been taken out.

    Its protections count from the time of the losses, so a lock may already be over when it is set; whether another
    one covers it is checked at that past end.
    """
    return lock.lock_end_time <= lock.lock_time and any(
        other.lock_end_time >= lock.lock_end_time
        and other.pair in (lock.pair, ALL_PAIRS)
        and other.side in (lock.side, "*")
        for other in earlier
    )
