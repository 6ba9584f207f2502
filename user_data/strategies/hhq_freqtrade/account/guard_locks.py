"""What the guards remember, and the locks that they set in Freqtrade, which FreqUI shows and the database keeps."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime

from hhq.guards.blacklist import blacklist_lock
from hhq.guards.daily_loss import DailyLossState, step_daily_loss
from hhq.guards.kill_switch_memory import (
    KillSwitchEvent,
    forget_until,
    kill_switch_lock,
    kill_switch_penalty,
    remember,
)
from hhq.guards.lock_causes import FrequentStops, Guard, details
from hhq.guards.records import ALL_PAIRS, Lock
from hhq.guards.stoploss_frequency import (
    FrequencyState,
    LockAction,
    LockChange,
    clear_until,
    step_stoploss_frequency,
)
from hhq.settings.guards import GuardSettings
from hhq_freqtrade.account.active_locks import (
    ActiveLock,
    active_locks,
    end_locks,
    equal_lock,
    longest_lock,
    set_lock,
)
from hhq_freqtrade.account.closed_trades import ClosedTrades
from hhq_freqtrade.account.stored import StoredAccount
from hhq_freqtrade.running_settings import RunningSettings
from hhq_shared.request_file import GuardRequest, Wish

logger = logging.getLogger("hhq.guard")

_CLEARED_BY = {
    Wish.FORGET_KILL_SWITCH: Guard.KILL_SWITCH,
    Wish.CLEAR_STOPLOSS_GUARD: Guard.STOPLOSS_FREQUENCY,
}


class GuardLocks:
    """Holds the state of the guards. Guards block entries; nothing here can stop an exit.

    A running bot (``live``) logs each lock; in a backtest they are counted (:mod:`lock_refusals`).
    """

    def __init__(self, settings: RunningSettings, closed: ClosedTrades, *, live: bool) -> None:
        self._settings = settings
        self._closed = closed
        self._live = live
        self.frequency = FrequencyState()
        self.daily: DailyLossState | None = None
        self.kill_events: tuple[KillSwitchEvent, ...] = ()
        self.forgotten: dict[str, float] = {}
        """By pair (or "*"), the time (s) up to which the user has cleared the kill switch's events."""

    @property
    def _rules(self) -> GuardSettings:
        return self._settings.current.guards

    def restore(self, stored: StoredAccount, now: datetime) -> None:
        """Restore what the last run stored, and the frequency guard's active locks, so that none is set twice."""
        # Fills that were reported during the bot's start have already been noted: they are kept.
        events = dict.fromkeys((*stored.kill_events, *self.kill_events))
        self.forgotten, self.kill_events, self.daily = stored.forgotten, tuple(events), stored.daily
        own = (
            Lock(lock.pair, lock.since, lock.until, lock.cause)
            for lock in active_locks(now)
            if isinstance(lock.cause, FrequentStops)
        )
        self.frequency = FrequencyState(tuple(own))

    def catch_up(self, events: Iterable[KillSwitchEvent], now: datetime) -> None:
        """Remember those of the kill switch's events that are not remembered yet."""
        for event in events:
            if event not in self.kill_events:
                self.kill_switch(event, now)

    def trades_closed(self, pairs: Iterable[str], now: datetime) -> None:
        """Set the locks that follow now that trades in these ``pairs`` have closed."""
        for pair in sorted(set(pairs)):
            trades = self._closed.of_pair(pair)
            self._lock(blacklist_lock(trades, pair, now.timestamp(), self._rules.blacklist), now)

    def kill_switch(self, event: KillSwitchEvent, now: datetime) -> None:
        """Remember an event of the kill switch and block its coin, unless the user has cleared it."""
        if forget_until((event,), self.forgotten) == ():
            return
        memory = self._rules.kill_switch_memory
        self.kill_events = remember(self.kill_events, event, memory)
        self._lock(kill_switch_lock(self.kill_events, event.pair, now.timestamp(), memory), now)

    def answer(self, request: GuardRequest, now: datetime) -> None:
        """Carry out a request of the user; one that was carried out before changes nothing."""
        if request.wish is Wish.FORGET_KILL_SWITCH:
            self.forgotten[request.pair] = max(self.forgotten.get(request.pair, 0.0), request.seconds)
            self.kill_events = forget_until(self.kill_events, self.forgotten)
        else:
            self.frequency = clear_until(self.frequency, request.pair, request.seconds)
        for lock in end_locks(lambda lock: _is_cleared(lock, request), now):
            logger.info("%s: %s lock cleared by the user", _CLEARED_BY[request.wish], _scope(lock.pair))

    def step(self, now: datetime, equity: float) -> None:
        """Run the guards that depend on time and equity (of one unit, free of transfers), once per loop."""
        seconds, rule = now.timestamp(), self._rules.stoploss_frequency
        recent = self._closed.since(seconds - rule.lookback_minutes * 60.0)
        self.frequency, actions = step_stoploss_frequency(self.frequency, recent, seconds, rule)
        for action in actions:
            self._carry_out(action, now)
        self.daily, lock = step_daily_loss(self.daily, seconds, equity, self._rules.daily_loss)
        self._lock(lock, now)

    def penalty(self, pair: str, now: datetime) -> float:
        """Return the points (≥ 0) that the kill switch's memory takes off the pair's entry score."""
        return kill_switch_penalty(self.kill_events, pair, now.timestamp(), self._rules.kill_switch_memory)

    def _carry_out(self, action: LockAction, now: datetime) -> None:
        if action.change is not LockChange.SET:
            if self._live:
                logger.info("SL_GUARD: %s lock expired", _scope(action.lock.pair))
            return
        active = self._lock(action.lock, now)
        if active is not None:
            # The guard's own lock ends when Freqtrade's does, so that its end is logged at that time.
            lasting = action.lock._replace(until=active.until)
            locks = (lasting if lock == action.lock else lock for lock in self.frequency.locks)
            self.frequency = self.frequency._replace(locks=tuple(locks))

    def _lock(self, lock: Lock | None, now: datetime) -> ActiveLock | None:
        """Set a lock unless an equal one is active; return whichever is then active."""
        if lock is None:
            return None
        known = equal_lock(lock, now)
        if known is not None:
            return known
        active = set_lock(lock, now)
        if self._live:
            _log_set(lock)
        return active


def report_rejection(pair: str, side: str, now: datetime) -> bool:
    """If an active lock keeps an accepted signal from being entered, log that with the lock's cause; return whether.

    Freqtrade itself never asks the strategy about a locked pair.
    """
    lock = longest_lock(pair, now)
    if lock is None:
        return False
    if isinstance(lock.cause, FrequentStops):
        logger.info("SL_GUARD: %s %s rejected, %s", pair, side, details(lock.cause))
    else:
        logger.info("BLOCKED: %s %s GUARD %s", pair, side, lock.reason or "locked")
    return True


def _log_set(lock: Lock) -> None:
    told = details(lock.cause)
    if lock.guard is Guard.STOPLOSS_FREQUENCY:
        logger.info("SL_GUARD: %s lock activated (%s)", _scope(lock.pair), told)
    else:
        until = datetime.fromtimestamp(lock.until, UTC)
        logger.info("%s: %s locked until %s, %s", lock.guard, lock.pair, f"{until:%Y-%m-%d %H:%M}", told)


def _is_cleared(lock: ActiveLock, request: GuardRequest) -> bool:
    """Return whether a request ends this lock: it does if it names the lock's guard and came after its cause."""
    return (
        lock.cause is not None
        and lock.cause.guard is _CLEARED_BY[request.wish]
        and request.pair in (ALL_PAIRS, lock.pair)
        and lock.since <= request.seconds
    )


def _scope(pair: str) -> str:
    return "global" if pair == ALL_PAIRS else pair
