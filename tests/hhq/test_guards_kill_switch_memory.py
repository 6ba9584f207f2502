"""The memory of the kill switch: blocked coins, penalties on the score, and what is forgotten."""

from __future__ import annotations

from hhq.guards.kill_switch_memory import (
    KillSwitchEvent,
    forget_until,
    kill_switch_lock,
    kill_switch_penalty,
    remember,
)
from hhq.guards.records import ALL_PAIRS
from hhq.reasons import CloseReason as R
from hhq.settings.guards import KillSwitchMemorySettings

NOW = 1_700_000_000.0
HOUR = 3600.0
MEMORY = KillSwitchMemorySettings()


def event(hours_ago: float, pair: str = "A") -> KillSwitchEvent:
    return KillSwitchEvent(pair, NOW - hours_ago * HOUR, R.KILL_SWITCH_PARTIAL)


def remembered(*events: KillSwitchEvent) -> tuple[KillSwitchEvent, ...]:
    known: tuple[KillSwitchEvent, ...] = ()
    for item in events:
        known = remember(known, item, MEMORY)
    return known


def test_the_kill_switch_blocks_its_coin_for_a_day() -> None:
    events = remembered(event(30), event(2))
    lock = kill_switch_lock(events, "A", NOW, MEMORY)
    assert lock is not None
    assert (lock.pair, lock.until) == ("A", NOW + 22 * HOUR)
    assert lock.reason == "KILL_SWITCH: kill switch acted, blocked for 24 h"
    assert kill_switch_lock(events, "A", NOW + 22 * HOUR, MEMORY) is None
    assert kill_switch_lock(events, "B", NOW, MEMORY) is None


def test_each_event_of_seven_days_costs_five_points_and_thirty_at_most() -> None:
    assert kill_switch_penalty(remembered(event(2), event(100), event(3, "B")), "A", NOW, MEMORY) == 10.0
    assert kill_switch_penalty(remembered(event(2), event(167)), "A", NOW + 2 * HOUR, MEMORY) == 5.0
    many = remembered(*(event(hours) for hours in range(10)))
    assert kill_switch_penalty(many, "A", NOW, MEMORY) == 30.0
    assert kill_switch_penalty(many, "B", NOW, MEMORY) == 0.0


def test_an_event_counts_once_and_old_ones_are_dropped() -> None:
    assert remembered(event(200), event(2), event(2)) == (event(2),)
    assert remembered(event(2), event(200)) == (event(2),)


def test_forgetting_a_coin_clears_block_and_penalty() -> None:
    events = forget_until(remembered(event(2), event(3, "B")), {"A": NOW})
    assert kill_switch_lock(events, "A", NOW, MEMORY) is None
    assert kill_switch_penalty(events, "A", NOW, MEMORY) == 0.0
    assert kill_switch_lock(events, "B", NOW, MEMORY) is not None


def test_what_happens_after_a_request_to_forget_counts_again() -> None:
    events = remembered(event(5), event(2), event(3, "B"))
    assert forget_until(events, {"A": NOW - 4 * HOUR}) == remembered(event(2), event(3, "B"))
    assert forget_until(events, {ALL_PAIRS: NOW - 2.5 * HOUR}) == (event(2),)
