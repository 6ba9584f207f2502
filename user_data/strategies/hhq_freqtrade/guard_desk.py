"""The guards' answers as Freqtrade pair locks with a reason: visible in FreqUI, stored in its database."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime

from freqtrade.persistence import PairLocks

from hhq.closed_trade import ClosedTrade
from hhq.guards.blacklist import blacklist_lock
from hhq.guards.daily_loss import DailyLossState, step_daily_loss
from hhq.guards.kill_switch_memory import (
    KillSwitchEvent,
    kill_switch_lock,
    kill_switch_penalty,
    remember,
)
from hhq.guards.records import ALL_PAIRS, Guard, Lock
from hhq.guards.stoploss_frequency import FrequencyState, LockChange, step_stoploss_frequency
from hhq.settings.guards import GuardSettings

logger = logging.getLogger("hhq.guard")


class GuardDesk:
    """Owns the guards' states. Guards block entries; nothing here can stop an exit."""

    def __init__(self, settings: GuardSettings) -> None:
        self.settings = settings
        self.frequency = FrequencyState()
        self.daily: DailyLossState | None = None
        self.kill_events: tuple[KillSwitchEvent, ...] = ()
        self._recent: list[ClosedTrade] = []

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

    def closed(self, trades: Iterable[ClosedTrade], now: datetime) -> None:
        """Take trades that have closed and set the locks that follow from them."""
        fresh = list(trades)
        self._recent.extend(fresh)
        for pair in sorted({trade.pair for trade in fresh}):
            self._lock(blacklist_lock(self._recent, pair, now.timestamp(), self.settings.blacklist), now)

    def kill_switch(self, event: KillSwitchEvent, now: datetime) -> None:
        """Remember an event of the kill switch and block its coin."""
        memory = self.settings.kill_switch_memory
        self.kill_events = remember(self.kill_events, event, memory)
        self._lock(kill_switch_lock(self.kill_events, event.pair, now.timestamp(), memory), now)

    def step(self, now: datetime, equity: float) -> None:
        """Ask the guards that depend on time and equity; once per loop."""
        seconds = now.timestamp()
        keep_from = seconds - 60.0 * max(self.settings.stoploss_frequency.lookback_minutes, 2880.0)
        self._recent = [trade for trade in self._recent if trade.closed_at >= keep_from]
        rule = self.settings.stoploss_frequency
        self.frequency, actions = step_stoploss_frequency(self.frequency, self._recent, seconds, rule)
        for action in actions:
            if action.change is LockChange.SET:
                self._lock(action.lock, now)
            else:
                logger.info("SL_GUARD: %s lock expired", _scope(action.lock.pair))
        self.daily, lock = step_daily_loss(self.daily, seconds, equity, self.settings.daily_loss)
        self._lock(lock, now)

    def penalty(self, pair: str, now: datetime) -> float:
        """Return the points that the kill switch's memory takes off the pair's entry score."""
        return kill_switch_penalty(self.kill_events, pair, now.timestamp(), self.settings.kill_switch_memory)

    def _lock(self, lock: Lock | None, now: datetime) -> None:
        if lock is None:
            return
        until = datetime.fromtimestamp(lock.until, UTC)
        for known in PairLocks.get_pair_locks(lock.pair, now):
            if known.reason == lock.reason and known.lock_end_time_utc >= until:
                return
        PairLocks.lock_pair(lock.pair, until, lock.reason, now=now)
        if lock.guard is Guard.STOPLOSS_FREQUENCY:
            logger.info("SL_GUARD: %s lock activated (%s)", _scope(lock.pair), lock.text)
        else:
            logger.info(
                "%s: %s locked until %s, %s", lock.guard, lock.pair, f"{until:%Y-%m-%d %H:%M}", lock.text
            )


def _scope(pair: str) -> str:
    return "global" if pair == ALL_PAIRS else pair


def _seconds(moment: datetime) -> float:
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
