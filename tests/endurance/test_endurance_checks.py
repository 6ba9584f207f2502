"""The checks of the endurance run find what they are made for: each defect is planted in a sound picture."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from hhq.exits.position import state_record
from hhq.exits.slots import StateSlot
from tests.endurance import checks, restart_checks
from tests.endurance.inside_bot import hexadecimal
from tests.endurance.plan import kills
from tests.endurance.snapshot import Snapshot

STATE = np.linspace(1.0, 2.0, len(StateSlot)) / 3.0
STATE[StateSlot.SIDE] = 1.0
LOCK = {
    "pair": "SOL/USDT:USDT",
    "reason": "KILL_SWITCH: 1 event",
    "lock_time": "2026-01-01 10:00:00",
    "lock_end_time": "2026-01-01 12:00:00",
    "active": 1,
}


def order(number: int, side: str, amount: float, tag: str, *, is_open: bool = False) -> dict[str, Any]:
    return {
        "id": number,
        "ft_trade_id": 1,
        "ft_order_side": side,
        "ft_order_tag": tag,
        "ft_is_open": is_open,
        "filled": amount,
    }


def sound() -> Snapshot:
    """One LONG with a reduction, its state, its signal, a lock and an account."""
    return Snapshot(
        {1: {"id": 1, "pair": "SOL/USDT:USDT", "is_open": 1, "is_short": 0, "enter_tag": "TRENDING"}},
        [order(1, "buy", 4.0, "TRENDING"), order(2, "sell", 1.0, "TP1")],
        {(1, "hhq_state"): state_record(STATE), (1, "hhq_signal"): {"pair": "SOL/USDT:USDT", "candle": 7}},
        {1: dict(LOCK)},
        {
            "peak_equity": [[20_000, 10_500.0]],
            "daily_loss": [20_000, 10_400.0, False],
            "kill_switch_events": [["SOL/USDT:USDT", 5.0, "KILL_SWITCH_PARTIAL"]],
            "waiting": {},
        },
        [],
    )


def test_a_sound_picture_has_no_findings() -> None:
    assert list(checks.left_behind(sound())) == []
    assert list(checks.survived(sound(), sound())) == []


def _second_entry(picture: Snapshot) -> None:
    picture.orders.append(order(3, "buy", 4.0, "TRENDING"))


def _second_reduction(picture: Snapshot) -> None:
    picture.orders.append(order(3, "sell", 1.0, "TP1"))


def _too_much_sold(picture: Snapshot) -> None:
    picture.orders.append(order(3, "sell", 3.5, "SL_HIT"))


def _signal_lost(picture: Snapshot) -> None:
    del picture.custom[1, "hhq_signal"]


def _locked_again(picture: Snapshot) -> None:
    picture.locks[2] = {**LOCK, "lock_time": "2026-01-01 11:00:00"}


def _open_twice(picture: Snapshot) -> None:
    picture.trades[2] = {**picture.trades[1], "id": 2}


def _damage(picture: Snapshot) -> None:
    picture.damage.append("row 3 missing from index")


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (_second_entry, "TWICE"),
        (_second_reduction, "TWICE TP1"),
        (_too_much_sold, "AMOUNT"),
        (_signal_lost, "SIGNAL"),
        (_locked_again, "LOCK"),
        (_open_twice, "TWICE"),
        (_damage, "DAMAGE"),
    ],
)
def test_a_defect_in_what_is_left_behind_is_found(spoil: Any, word: str) -> None:
    picture = sound()
    spoil(picture)
    assert any(finding.startswith(word) for finding in checks.left_behind(picture))


@pytest.mark.parametrize(
    "slot", [StateSlot.TRAIL_ACTIVE, StateSlot.PARTIALS_DONE, StateSlot.STOP, StateSlot.PEAK]
)
def test_a_state_that_goes_back_is_found(slot: StateSlot) -> None:
    state = STATE.copy()
    state[slot] = np.nextafter(state[slot], 0.0)
    later = replace(sound(), custom={**sound().custom, (1, "hhq_state"): state_record(state)})
    assert any(slot.name in finding for finding in checks.survived(sound(), later))


@pytest.mark.parametrize("missing", ["peak_equity", "daily_loss", "kill_switch_events"])
def test_an_account_that_forgets_is_found(missing: str) -> None:
    later = copy.deepcopy(sound())
    later.account[missing] = None
    assert list(checks.survived(sound(), later))


def test_a_lost_trade_and_a_lost_lock_are_found() -> None:
    later = replace(sound(), trades={}, locks={}, orders=[], custom={})
    findings = list(checks.survived(sound(), later))
    assert [finding.split()[:2] for finding in findings] == [["LOST", "trade"], ["LOST", "lock"]]


def position(**changes: Any) -> dict[str, Any]:
    values = {"trade": 1, "pair": "SOL/USDT:USDT", "side": 1, "stop": 95.0, "level": 95.0, "tick": 0.01}
    return {**values, "price": 100.0, "state": hexadecimal(STATE), **changes}


def a_loop(number: int, **changes: Any) -> list[dict[str, Any]]:
    end = {"event": "loop ends", "loop": number, "positions": [position(**changes)], "failures": {}}
    return [{"event": "loop begins", "loop": number, "positions": [1]}, end]


def test_a_position_with_its_stop_after_the_first_loop_is_in_order() -> None:
    assert list(restart_checks.stops([*a_loop(1), *a_loop(2, stop=96.0, level=96.0)])) == []


@pytest.mark.parametrize("wrong", [{"stop": None}, {"stop": 90.1}, {"state": None}])
def test_a_position_without_its_stop_after_one_loop_is_found(wrong: dict[str, Any]) -> None:
    assert list(restart_checks.stops(a_loop(1, **wrong)))


def test_a_stop_has_one_loop_to_follow_its_level() -> None:
    assert list(restart_checks.stops([*a_loop(1), *a_loop(2, level=97.0)])) == []
    assert list(restart_checks.stops([*a_loop(1), *a_loop(2, level=97.0), *a_loop(3, level=97.0)]))


def test_one_other_bit_in_a_restored_state_is_found() -> None:
    other = STATE.copy()
    other[StateSlot.PEAK] = np.nextafter(other[StateSlot.PEAK], 9.0)
    same = [{"event": "restored", "trade": 1, "state": hexadecimal(STATE)}, *a_loop(1)]
    assert list(restart_checks.restored(sound(), same)) == []
    wrong = [{"event": "restored", "trade": 1, "state": hexadecimal(other)}, *a_loop(1)]
    assert list(restart_checks.restored(sound(), wrong)) == ["RESTORED trade 1 differs in PEAK"]
    assert list(restart_checks.restored(sound(), a_loop(1))), "a state that was made anew"


def test_what_was_only_in_memory_is_found_but_for_the_time_of_the_last_look() -> None:
    assert restart_checks.memory_was_stored(a_loop(1), sound()) == (1, [])
    state = STATE.copy()
    state[StateSlot.LAST_AT] += 5.0
    assert restart_checks.memory_was_stored(a_loop(1, state=hexadecimal(state)), sound()) == (1, [])
    state[StateSlot.BEYOND_COUNT] += 1.0
    compared, findings = restart_checks.memory_was_stored(a_loop(1, state=hexadecimal(state)), sound())
    assert compared == 1
    assert findings == ["MEMORY trade 1: BEYOND_COUNT were not stored"]


def test_the_same_seed_gives_the_same_kills() -> None:
    assert list(kills(50, 3)) == list(kills(50, 3))
    assert list(kills(50, 3)) != list(kills(50, 4))
    assert len({kill.moment for kill in kills(50, 3)}) > 10
