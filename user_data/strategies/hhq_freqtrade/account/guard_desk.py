"""The guards' answers as Freqtrade pair locks with a reason: visible in FreqUI, stored in its database."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from freqtrade.persistence import PairLocks
from freqtrade.persistence.pairlock import PairLock

from hhq.guards.blacklist import blacklist_lock
from hhq.guards.daily_loss import DailyLossState, step_daily_loss
from hhq.guards.kill_switch_memory import (
    KillSwitchEvent,
    forget_until,
    kill_switch_lock,
    kill_switch_penalty,
    remember,
)
from hhq.guards.records import ALL_PAIRS, Guard, Lock
from hhq.guards.stoploss_frequency import (
    FrequencyState,
    LockChange,
    clear_until,
    step_stoploss_frequency,
)
from hhq.settings.guards import GuardSettings
from hhq_freqtrade.account.closed_trades import ClosedTrades
from hhq_shared.request_file import GuardRequest, Wish

logger = logging.getLogger("hhq.guard")

_A_MOMENT = timedelta(milliseconds=1)


class GuardDesk:
    """Owns the guards' states. Guards block entries; nothing here can stop an exit."""

    def __init__(self, settings: GuardSettings) -> None:
        self.settings = settings
        self.frequency = FrequencyState()
        self.daily: DailyLossState | None = None
        self.kill_events: tuple[KillSwitchEvent, ...] = ()
        self.forgotten: dict[str, float] = {}
        """By pair (or "*") the time in s until which the user wants the kill switch's events forgotten."""

    def restore(self, now: datetime) -> None:
        """Take over the frequency guard's locks that stand in Freqtrade's database, so that none is set twice."""
        standing = []
        for lock in PairLocks.get_pair_locks(None, now):
            reason = lock.reason or ""
            if reason.startswith(f"{Guard.STOPLOSS_FREQUENCY}:"):
                since, until = _seconds(lock.lock_time), _seconds(lock.lock_end_time)
                text = reason.split(": ", 1)[1]
                standing.append(Lock(Guard.STOPLOSS_FREQUENCY, lock.pair, since, until, text))
        self.frequency = FrequencyState(tuple(standing))

    def closed(self, pairs: Iterable[str], trades: ClosedTrades, now: datetime) -> None:
        """Set the locks that follow from trades of these ``pairs`` that have just closed."""
        for pair in sorted(set(pairs)):
            self._lock(
                blacklist_lock(trades.of_pair(pair), pair, now.timestamp(), self.settings.blacklist), now
            )

    def kill_switch(self, event: KillSwitchEvent, now: datetime) -> None:
        """Remember an event of the kill switch and block its coin, unless the user has had it forgotten."""
        if forget_until((event,), self.forgotten) == ():
            return
        memory = self.settings.kill_switch_memory
        self.kill_events = remember(self.kill_events, event, memory)
        self._lock(kill_switch_lock(self.kill_events, event.pair, now.timestamp(), memory), now)

    def answer(self, request: GuardRequest, now: datetime) -> None:
        """Do what the user asks for; a request that was answered before changes nothing."""
        if request.wish is Wish.FORGET_KILL_SWITCH:
            self.forgotten[request.pair] = max(self.forgotten.get(request.pair, 0.0), request.seconds)
            self.kill_events = forget_until(self.kill_events, self.forgotten)
            self._unlock(Guard.KILL_SWITCH, request, now)
        else:
            self.frequency = clear_until(self.frequency, request.pair, request.seconds)
            self._unlock(Guard.STOPLOSS_FREQUENCY, request, now)

    def _unlock(self, guard: Guard, request: GuardRequest, now: datetime) -> None:
        """End the guard's locks that were set before the request."""
        for lock in PairLocks.get_pair_locks(None, now):
            of_guard = (lock.reason or "").startswith(f"{guard}:")
            asked = request.pair in (ALL_PAIRS, lock.pair)
            if of_guard and asked and _seconds(lock.lock_time) <= request.seconds:
                lock.active = False
                logger.info("%s: %s lock cleared by the user", guard, _scope(lock.pair))
        if PairLocks.use_db:
            PairLock.session.commit()

    def step(self, now: datetime, equity: float, trades: ClosedTrades) -> None:
        """Ask the guards that depend on time and equity; once per loop."""
        seconds = now.timestamp()
        rule = self.settings.stoploss_frequency
        recent = trades.since(seconds - rule.lookback_minutes * 60.0)
        self.frequency, actions = step_stoploss_frequency(self.frequency, recent, seconds, rule)
        for action in actions:
            if action.change is LockChange.SET:
                self._stand(action.lock, self._lock(action.lock, now))
            else:
                logger.info("SL_GUARD: %s lock expired", _scope(action.lock.pair))
        self.daily, lock = step_daily_loss(self.daily, seconds, equity, self.settings.daily_loss)
        self._lock(lock, now)

    def penalty(self, pair: str, now: datetime) -> float:
        """Return the points that the kill switch's memory takes off the pair's entry score."""
        return kill_switch_penalty(self.kill_events, pair, now.timestamp(), self.settings.kill_switch_memory)

    def report_rejection(self, pair: str, side: str, now: datetime) -> None:
        """Log an accepted signal that a standing lock keeps from being entered, and by what.

        Freqtrade itself does not ask the strategy about locked pairs.
        """
        lock = PairLocks.get_pair_longest_lock(pair, now) or PairLocks.get_pair_longest_lock(ALL_PAIRS, now)
        if lock is None:
            return
        reason = lock.reason or "locked"
        if reason.startswith(f"{Guard.STOPLOSS_FREQUENCY}:"):
            logger.info("SL_GUARD: %s %s rejected, %s", pair, side, reason.split(": ", 1)[1])
        else:
            logger.info("BLOCKED: %s %s GUARD %s", pair, side, reason)

    def _lock(self, lock: Lock | None, now: datetime) -> float:
        """Set a lock unless it stands already; return when Freqtrade ends it (s)."""
        if lock is None:
            return math.nan
        until = datetime.fromtimestamp(lock.until, UTC)
        for known in PairLocks.get_pair_locks(lock.pair, now):
            if known.reason == lock.reason and known.lock_end_time_utc >= until:
                return float(known.lock_end_time_utc.timestamp())
        # Freqtrade rounds up to the next candle, a whole candle more where the end is the start of one.
        stored = PairLocks.lock_pair(lock.pair, until - _A_MOMENT, lock.reason, now=now)
        if lock.guard is Guard.STOPLOSS_FREQUENCY:
            logger.info("SL_GUARD: %s lock activated (%s)", _scope(lock.pair), lock.text)
        else:
            logger.info(
                "%s: %s locked until %s, %s", lock.guard, lock.pair, f"{until:%Y-%m-%d %H:%M}", lock.text
            )
        return float(stored.lock_end_time_utc.timestamp())

    def _stand(self, lock: Lock, until: float) -> None:
        """Let the frequency guard's lock end when Freqtrade's does, so that its end is logged then."""
        locks = (known._replace(until=until) if known == lock else known for known in self.frequency.locks)
        self.frequency = self.frequency._replace(locks=tuple(locks))


def _scope(pair: str) -> str:
    return "global" if pair == ALL_PAIRS else pair


def _seconds(moment: datetime) -> float:
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
