"""Causes of locks as the text that Freqtrade stores, and back."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hhq.guards.lock_causes import (
    DayLost,
    FrequentStops,
    Guard,
    KillSwitchActed,
    LockCause,
    LosingStreak,
    lock_cause,
    lock_reason,
)


def told(least: float, most: float) -> st.SearchStrategy[float]:
    """Numbers in a setting's range, with as many digits as a reason shows."""
    return st.floats(least, most).map(lambda value: float(f"{value:g}"))


CAUSES: st.SearchStrategy[LockCause] = st.one_of(
    st.builds(FrequentStops, st.integers(1, 500), told(5.0, 240.0), told(5.0, 120.0)),
    st.builds(LosingStreak, st.integers(1, 10)),
    st.builds(DayLost, told(0.5, 50.0)),
    st.builds(KillSwitchActed, told(0.0, 336.0)),
)


@given(CAUSES)
@example(KillSwitchActed(1e-7))
@example(FrequentStops(3, 1e7, 30.0))
def test_a_cause_is_read_back_from_its_reason(cause: LockCause) -> None:
    assert lock_cause(lock_reason(cause)) == cause


@given(st.floats(5.0, 240.0), st.floats(5.0, 120.0))
def test_a_reason_is_written_back_as_it_was_even_with_fewer_digits(lookback: float, cooldown: float) -> None:
    reason = lock_reason(FrequentStops(3, lookback, cooldown))
    cause = lock_cause(reason)
    assert cause is not None
    assert lock_reason(cause) == reason


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (FrequentStops(3, 60.0, 30.0), "SL_GUARD: 3 losing stops in 60 min, cooldown 30 min"),
        (FrequentStops(4, 62.5, 7.25), "SL_GUARD: 4 losing stops in 62.5 min, cooldown 7.25 min"),
        (LosingStreak(2), "BLACKLIST: 2 losing trades in a row"),
        (DayLost(5.0), "DAILY_LOSS: equity lost 5 % since the day's start"),
        (KillSwitchActed(24.0), "KILL_SWITCH: kill switch acted, blocked for 24 h"),
    ],
)
def test_reasons_read_as_they_always_have(cause: LockCause, reason: str) -> None:
    """Locks of an earlier release are in the database, and users know the texts."""
    assert lock_reason(cause) == reason
    assert lock_cause(reason) == cause
    assert reason.startswith(f"{cause.guard}: ")


@pytest.mark.parametrize(
    "reason",
    [
        None,
        "",
        "Cooldown period for 2 candles.",
        "DIGEST_MISMATCH: scanner=0a strategy=0b candle=5",
        "STOPLOSS_FREQUENCY: my own note",
        "SL_GUARD",
        "SL_GUARD: ",
        "SL_GUARD: my own note",
        "SL_GUARD: 3 losing stops in 60 min, cooldown 30 min, says my other bot",
        "my note on SL_GUARD: 3 losing stops in 60 min, cooldown 30 min",
        "SL_GUARD: 3 losing stops in 60 min, cooldown 30 min\n",
        "SL_GUARD: 03 losing stops in 60 min, cooldown 30 min",
        "SL_GUARD: 3 losing stops in 60.0 min, cooldown 30 min",
        "SL_GUARD: many losing stops in 60 min, cooldown 30 min",
        f"KILL_SWITCH: kill switch acted, blocked for {'9' * 400} h",
        "BLACKLIST: equity lost 5 % since the day's start",
        "kill_switch: kill switch acted, blocked for 24 h",
    ],
)
def test_what_no_guard_has_written_is_a_foreign_reason(reason: str | None) -> None:
    assert lock_cause(reason) is None


@given(st.text(), st.sampled_from(Guard))
def test_a_note_behind_a_guards_name_is_a_foreign_reason_or_written_back_as_it_is(
    note: str, guard: Guard
) -> None:
    cause = lock_cause(f"{guard}: {note}")
    assert cause is None or lock_reason(cause) == f"{guard}: {note}"
