"""A position that was lost or invented is found, and so is a lock that nothing justifies: each is planted."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from hhq.guards.lock_causes import DayLost, FrequentStops, KillSwitchActed, LosingStreak, lock_reason
from tests.day.locks import Equity, false_locks, seconds
from tests.day.positions import Lasting, Picture, history_differences, open_differences, settled
from tests.day.rows import BTC, ETH, NOON, closed, order, snapshot, trade
from tests.endurance.snapshot import Row, Snapshot


def shown(number: int, size: float = 2.0) -> dict[str, Any]:
    return {"trade_id": number, "pair": BTC, "size": size}


def test_positions_that_both_know_do_not_differ() -> None:
    assert open_differences(snapshot(trade(1)), [shown(1), shown(2, 0.0)]) == set()


@pytest.mark.parametrize(
    ("seen", "sentence"),
    [
        ([], f"trade 1 of {BTC} is not shown"),
        ([shown(1), shown(7)], f"trade 7 of {BTC} is shown"),
        ([shown(1, 1.9)], f"trade 1 of {BTC} has another size"),
    ],
)
def test_a_lost_an_invented_and_another_position_are_found(seen: list[dict[str, Any]], sentence: str) -> None:
    assert open_differences(snapshot(trade(1)), seen) == {sentence}


def test_the_last_picture_is_taken_again_while_the_companion_may_be_behind() -> None:
    late = Picture(snapshot(trade(1)), [], [])
    there = Picture(snapshot(trade(1)), [shown(1)], [])
    assert settled(iter([late, late, there]), lambda: False) == there
    assert settled(iter([late, there]), lambda: True) == late


def test_a_difference_counts_once_it_lasts() -> None:
    lasting = Lasting(300.0)
    for now in (0.0, 200.0, 300.0):
        lasting.look(now, {"late"})
    assert not lasting.found
    lasting.look(350.0, set())
    lasting.look(400.0, {"late"})
    assert not lasting.found
    lasting.look(701.0, {"late"})
    assert lasting.found == {"late"}
    assert lasting.longest == 301.0


def test_what_differed_before_a_known_trouble_is_forgotten() -> None:
    lasting = Lasting(300.0)
    lasting.look(0.0, {"late"})
    lasting.forget()
    lasting.look(301.0, {"late"})
    assert not lasting.found


def stored(number: int, net: float) -> dict[str, Any]:
    milliseconds = int(seconds(trade(number)["open_date"]) * 1000)
    return {"trade_id": f"{number}-{milliseconds}", "net_pnl": net}


def test_a_complete_history_does_not_differ() -> None:
    data = snapshot(closed(1, NOON, -3.0), trade(2))
    assert not list(history_differences(data, [stored(1, -3.0)]))


@pytest.mark.parametrize(
    ("history", "words"),
    [
        ([], "is missing"),
        ([stored(1, -3.0), stored(1, -3.0)], "is there twice"),
        ([stored(1, -2.0)], "has another result"),
        ([stored(1, -3.0), stored(9, 1.0)], "is not in the database"),
    ],
)
def test_what_is_wrong_with_a_history_is_found(history: list[dict[str, Any]], words: str) -> None:
    (found,) = history_differences(snapshot(closed(1, NOON, -3.0)), history)
    assert words in found


# ---------------------------------------------------------------------- locks


def lock(reason: str, pair: str = "*", at: str = NOON) -> Row:
    return {"pair": pair, "reason": reason, "lock_time": at, "lock_end_time": at}


LOSSES = tuple(closed(number, f"2026-12-01 11:5{number}:00", -3.0) for number in (1, 2, 3))
STOPS = lock(lock_reason(FrequentStops(3, 60.0, 30.0)))
STREAK = lock(lock_reason(LosingStreak(2)), BTC)
KILLED = lock(lock_reason(KillSwitchActed(24.0)), BTC)
LOST = lock(lock_reason(DayLost(5.0)))
COOLDOWN = lock("Cooldown period for 2 candles.", BTC)
LOW_PROFIT = lock("-0.6 < -0.05 in 864 candles, locking for 144 candles.", BTC)
DRAWDOWN = lock("0.2 passed 0.15 in 288 candles, locking for 48 candles.")
DAY = [Equity(seconds("2026-12-01 00:00:00"), 10_000.0), Equity(seconds("2026-12-01 11:59:00"), 9_480.0)]
FOUR = tuple(closed(number, f"2026-12-01 11:5{number}:00", -3.0) for number in (1, 2, 3, 4))
TWENTY = tuple(closed(number, f"2026-12-01 11:{number + 10}:00", -90.0) for number in range(1, 21))
AHEAD = (closed(21, "2026-12-01 09:00:00", 500.0), *({**each, "close_profit_abs": -10.0} for each in TWENTY))
REDUCED = (order("sell", 1.0, "KILL_SWITCH_PARTIAL"),)


@pytest.mark.parametrize(
    ("data", "equity"),
    [
        (snapshot(*LOSSES, locks=(STOPS,)), []),
        (snapshot(*LOSSES, locks=(STREAK,)), []),
        (snapshot(trade(1), locks=(KILLED,), orders=REDUCED), []),
        (snapshot(locks=(LOST,)), DAY),
        (snapshot(LOSSES[0], locks=(COOLDOWN,)), []),
        (snapshot(*FOUR, locks=(LOW_PROFIT,)), []),
        (snapshot(*TWENTY, locks=(DRAWDOWN,)), []),
    ],
    ids=["stops", "streak", "kill switch", "day", "cooldown", "low profit", "drawdown"],
)
def test_a_lock_with_a_cause_is_justified(data: Snapshot, equity: list[Equity]) -> None:
    assert not list(false_locks(data, equity))


@pytest.mark.parametrize(
    ("data", "equity"),
    [
        (snapshot(*LOSSES[:2], locks=(STOPS,)), []),
        (snapshot(LOSSES[0], closed(2, "2026-12-01 11:55:00", 3.0), locks=(STREAK,)), []),
        (snapshot(trade(1), locks=(KILLED,)), []),
        (snapshot(locks=(LOST,)), [DAY[0], Equity(DAY[1].time, 9_600.0)]),
        (snapshot(locks=(LOST,)), []),
        (snapshot({**LOSSES[0], "close_date": "2026-12-01 09:00:00"}, locks=(COOLDOWN,)), []),
        (snapshot({**LOSSES[0], "pair": ETH}, locks=(COOLDOWN,)), []),
        (snapshot(*FOUR[:3], locks=(LOW_PROFIT,)), []),
        (snapshot(*AHEAD, locks=(DRAWDOWN,)), []),
        (snapshot(*LOSSES, locks=(lock("DIGEST_MISMATCH: scanner=1a strategy=2b candle=3", BTC),)), []),
        (snapshot(*LOSSES, locks=(lock("because", BTC),)), []),
    ],
    ids=[
        "too few stops",
        "a win in between",
        "no kill switch",
        "lost too little",
        "nothing known of the day",
        "long ago",
        "another pair",
        "too few trades of the pair",
        "results in % of the margins",
        "digest",
        "unknown",
    ],
)
def test_a_lock_without_a_cause_is_found(data: Snapshot, equity: list[Equity]) -> None:
    (found,) = false_locks(data, equity)
    assert found.startswith("LOCK ")


@pytest.mark.parametrize("reason", [STREAK, COOLDOWN, LOW_PROFIT], ids=["streak", "cooldown", "low profit"])
def test_closes_after_the_lock_do_not_justify_it(reason: Row) -> None:
    late = tuple({**each, "close_date": each["close_date"].replace("11:", "13:")} for each in FOUR)
    assert list(false_locks(snapshot(*copy.deepcopy(late), locks=(reason,)), []))
