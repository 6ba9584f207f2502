"""Guards on closed trades: frequency of losing stops, blacklist, daily loss."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hhq.closed_trade import ClosedTrade, Outcome, outcome
from hhq.guards.blacklist import blacklist_lock
from hhq.guards.daily_loss import DailyLossState, step_daily_loss
from hhq.guards.lock_causes import Guard, LosingStreak
from hhq.guards.records import ALL_PAIRS, Lock, is_losing_stop
from hhq.guards.stoploss_frequency import (
    FrequencyState,
    LockChange,
    clear_until,
    step_stoploss_frequency,
)
from hhq.reasons import CloseReason as R
from hhq.settings.base import SettingsError, parse
from hhq.settings.guards import (
    BlacklistSettings,
    DailyLossSettings,
    GuardSettings,
    StoplossFrequencySettings,
)

NOW = 1_700_000_000.0
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
FREQUENCY = StoplossFrequencySettings()
NO_LOCK = FrequencyState()


def trade(minutes_ago: float, net: float = -1.0, reason: R | None = R.SL_HIT, pair: str = "A") -> ClosedTrade:
    return ClosedTrade(pair, NOW - minutes_ago * MINUTE, net, 0.1, reason)


def frequency(
    *trades: ClosedTrade,
    state: FrequencyState = NO_LOCK,
    at: float = NOW,
    settings: StoplossFrequencySettings = FREQUENCY,
    clear: bool = False,
) -> tuple[FrequencyState, list[LockChange]]:
    after, actions = step_stoploss_frequency(state, trades, at, settings, clear=clear)
    return after, [action.change for action in actions]


@pytest.mark.parametrize(
    ("net", "expected"),
    [
        (1.0, Outcome.WIN),
        (0.1, Outcome.WIN),
        (0.09, Outcome.NEUTRAL),
        (0.0, Outcome.NEUTRAL),
        (-0.09, Outcome.NEUTRAL),
        (-0.1, Outcome.LOSS),
        (math.nan, Outcome.NEUTRAL),
    ],
)
def test_a_result_smaller_than_the_fees_is_neither_win_nor_loss(net: float, expected: Outcome) -> None:
    assert outcome(net, 0.1) is expected


def test_without_fees_nothing_at_all_is_neutral() -> None:
    assert outcome(0.0, 0.0) is Outcome.NEUTRAL


def test_the_stoploss_guard_does_not_count_winners() -> None:
    """Lesson 37: a profitable trail counted as a stop loss."""
    assert not is_losing_stop(trade(1, net=2.0, reason=R.TRAILING_STOP))
    assert not is_losing_stop(trade(1, net=0.05, reason=R.BREAKEVEN))
    assert not is_losing_stop(trade(1, net=-2.0, reason=R.TIME_FORCE))
    assert not is_losing_stop(trade(1, net=-2.0, reason=None))
    for reason in (R.SL_HIT, R.TRAILING_STOP, R.EMERGENCY_SL, R.KILL_SWITCH_FULL, R.LIQUIDATION):
        assert is_losing_stop(trade(1, net=-2.0, reason=reason))


def test_three_losing_stops_in_an_hour_lock_all_pairs_for_half_an_hour() -> None:
    state, changes = frequency(trade(50), trade(5, pair="B"), trade(20, reason=R.KILL_SWITCH_FULL))
    assert changes == [LockChange.SET]
    (lock,) = state.locks
    assert (lock.guard, lock.pair, lock.until) == (Guard.STOPLOSS_FREQUENCY, ALL_PAIRS, NOW + 25 * MINUTE)
    assert lock.reason == "SL_GUARD: 3 losing stops in 60 min, cooldown 30 min"


@pytest.mark.parametrize(
    "trades",
    [
        (trade(50), trade(5)),
        (trade(60), trade(20), trade(5)),
        (trade(50), trade(20), trade(5, net=3.0, reason=R.TRAILING_STOP)),
        (trade(59), trade(50), trade(40)),
        (trade(-1), trade(20), trade(5)),
    ],
    ids=["two", "one too old", "one won", "cooldown over", "one of the future"],
)
def test_what_does_not_lock(trades: tuple[ClosedTrade, ...]) -> None:
    assert frequency(*trades) == (FrequencyState(), [])


def test_a_lock_ends_once_and_the_same_stops_do_not_lock_again() -> None:
    trades = (trade(10), trade(5), trade(1))
    state, _ = frequency(*trades)
    state, changes = frequency(*trades, state=state, at=NOW + 28 * MINUTE)
    assert (len(state.locks), changes) == (1, [])
    state, changes = frequency(*trades, state=state, at=NOW + 29 * MINUTE)
    assert (state.locks, changes) == ((), [LockChange.EXPIRED])
    assert frequency(*trades, state=state, at=NOW + 30 * MINUTE) == (state, [])


def test_a_further_losing_stop_makes_the_lock_longer() -> None:
    state, _ = frequency(trade(10), trade(5), trade(1))
    state, changes = frequency(trade(10), trade(5), trade(1), trade(-5), state=state, at=NOW + 6 * MINUTE)
    assert changes == [LockChange.SET]
    assert state.locks[0].until == NOW + 35 * MINUTE


@pytest.mark.parametrize(
    "changed",
    [
        {"max_stoplosses": 10},
        {"cooldown_minutes": 5.0},
        {"cooldown_minutes": 120.0},
        {"enabled": False},
    ],
)
def test_an_active_lock_is_kept_when_settings_change(changed: dict[str, object]) -> None:
    trades = (trade(10), trade(5), trade(1))
    state, _ = frequency(*trades)
    settings = parse(StoplossFrequencySettings, changed)
    assert frequency(*trades, state=state, at=NOW + MINUTE, settings=settings) == (state, [])


def test_clearing_ends_the_lock_and_forgets_the_stops_before_it() -> None:
    trades = (trade(10), trade(5), trade(1))
    state, _ = frequency(*trades)
    state, changes = frequency(*trades, state=state, clear=True)
    assert (state, changes) == (FrequencyState((), NOW), [LockChange.CLEARED])
    assert frequency(*trades, trade(-1), state=state, at=NOW + 2 * MINUTE) == (state, [])


def test_clearing_a_lock_that_is_over_says_that_it_expired() -> None:
    state, _ = frequency(trade(10), trade(5), trade(1))
    assert frequency(state=state, at=NOW + HOUR, clear=True)[1] == [LockChange.EXPIRED]


def test_the_guard_can_count_each_pair_separately() -> None:
    settings = StoplossFrequencySettings(only_per_pair=True, max_stoplosses=2)
    state, _ = frequency(trade(5), trade(4), trade(3, pair="B"), settings=settings)
    assert [lock.pair for lock in state.locks] == ["A"]
    state, changes = frequency(
        trade(5), trade(4), trade(3, pair="B"), trade(2, pair="B"), state=state, settings=settings
    )
    assert [lock.pair for lock in state.locks] == ["A", "B"]
    assert changes == [LockChange.SET]


@given(st.permutations([trade(50), trade(20), trade(5), trade(3, net=4.0), trade(70)]))
def test_the_order_of_the_trades_does_not_matter(trades: list[ClosedTrade]) -> None:
    """Lesson 34: trade history was newest first and the last ones were taken from the wrong end."""
    assert frequency(*trades)[0].locks[0].until == NOW + 25 * MINUTE
    assert blacklist_lock(trades, "A", NOW, BlacklistSettings()) is None
    assert blacklist_lock(trades, "A", NOW - 4 * MINUTE, BlacklistSettings()) is not None


def test_two_losing_trades_in_a_row_lock_their_coin_for_two_hours() -> None:
    trades = [trade(30, reason=R.TIME_FORCE), trade(10), trade(5, pair="B")]
    lock = blacklist_lock(trades, "A", NOW, BlacklistSettings())
    assert lock == Lock("A", NOW - 10 * MINUTE, NOW + 110 * MINUTE, LosingStreak(2))
    assert lock.reason == "BLACKLIST: 2 losing trades in a row"
    assert blacklist_lock(trades, "A", NOW + 110 * MINUTE, BlacklistSettings()) is None
    assert blacklist_lock(trades, "B", NOW, BlacklistSettings()) is None


def test_a_win_breaks_the_row_and_a_neutral_trade_does_not() -> None:
    assert blacklist_lock([trade(30), trade(20, net=1.0), trade(10)], "A", NOW, BlacklistSettings()) is None
    assert (
        blacklist_lock([trade(30), trade(20, net=0.0), trade(10)], "A", NOW, BlacklistSettings()) is not None
    )


def test_the_blacklist_can_be_switched_off() -> None:
    assert blacklist_lock([trade(30), trade(10)], "A", NOW, BlacklistSettings(enabled=False)) is None


DAILY = DailyLossSettings()
MIDNIGHT = math.floor(NOW / DAY) * DAY + 21 * HOUR  # in Istanbul


def test_a_day_that_lost_five_percent_takes_no_entries_until_the_next() -> None:
    state, lock = step_daily_loss(None, MIDNIGHT, 10_000.0, DAILY)
    assert lock is None
    state, lock = step_daily_loss(state, MIDNIGHT + HOUR, 9_501.0, DAILY)
    assert lock is None
    state, lock = step_daily_loss(state, MIDNIGHT + 2 * HOUR, 9_500.0, DAILY)
    assert lock is not None
    assert (lock.pair, lock.until) == (ALL_PAIRS, MIDNIGHT + DAY)
    assert lock.reason == "DAILY_LOSS: equity lost 5 % since the day's start"
    state, lock = step_daily_loss(state, MIDNIGHT + 3 * HOUR, 10_500.0, DAILY)
    assert lock is not None
    state, lock = step_daily_loss(state, MIDNIGHT + DAY, 9_400.0, DAILY)
    assert lock is None
    assert state is not None
    assert (state.start_equity, state.reached) == (9_400.0, False)


def test_an_unknown_equity_changes_nothing() -> None:
    assert step_daily_loss(None, NOW, math.nan, DAILY) == (None, None)
    locked = DailyLossState(math.floor((NOW + 3 * HOUR) / DAY), 10_000.0, reached=True)
    state, lock = step_daily_loss(locked, NOW, math.nan, DAILY)
    assert state == locked
    assert lock is not None
    assert step_daily_loss(locked, NOW + DAY, math.nan, DAILY) == (locked, None)


def test_the_daily_limit_can_be_switched_off() -> None:
    off = DailyLossSettings(enabled=False)
    state, _ = step_daily_loss(None, NOW, 10_000.0, off)
    assert step_daily_loss(state, NOW, 1.0, off)[1] is None


def test_clearing_the_frequency_guard_forgets_only_stops_and_locks_until_then() -> None:
    stops = [trade(minutes) for minutes in (50, 30, 10)]
    locked, _ = step_stoploss_frequency(NO_LOCK, stops, NOW, FREQUENCY)
    assert len(locked.locks) == 1
    cleared = clear_until(locked, ALL_PAIRS, NOW)
    again, actions = step_stoploss_frequency(cleared, stops, NOW, FREQUENCY)
    assert (again.locks, actions) == ((), ())
    assert clear_until(locked, ALL_PAIRS, NOW - 20 * MINUTE).locks == locked.locks
    assert clear_until(locked, "B", NOW).locks == locked.locks


def test_unknown_guard_settings_are_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"stoploss_frequency\.max_stoplosses"):
        parse(GuardSettings, {"stoploss_frequency": {"max_stoplosses": 0}})
    with pytest.raises(SettingsError, match=r"daily_loss\.loss: unknown setting"):
        parse(GuardSettings, {"daily_loss": {"loss": 1}})
