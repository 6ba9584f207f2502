"""The candle memory against an oracle that keeps every candle in a dict."""

from __future__ import annotations

from collections import Counter
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.market import candles
from companion.market.candles import FIELDS, Arrival, CandleMemory

WINDOW = 4
CAPACITY = WINDOW + 36
ROWS = 3
Candle: TypeAlias = tuple[float, float, float, float, float]


def candle(price: float, volume: float = 1.0) -> Candle:
    return (price, price * 1.5, price * 0.5, price, volume)


class Oracle:
    """What the memory has to know: candles by row and bar, no older than the ring reaches."""

    def __init__(self) -> None:
        self.candles: dict[tuple[int, int], Candle] = {}
        self.newest = -1

    def put(self, row: int, bar: int, values: Candle, *, correct: bool) -> Arrival:
        opened, high, low, close, volume = values
        if not (0 < low <= min(opened, close) and max(opened, close) <= high and volume >= 0):
            return Arrival.IMPOSSIBLE
        if bar <= self.newest - CAPACITY:
            return Arrival.TOO_OLD
        self.newest = max(self.newest, bar)
        self.candles = {key: kept for key, kept in self.candles.items() if key[1] > self.newest - CAPACITY}
        known = self.candles.get((row, bar))
        if known == values:
            return Arrival.REPEATED
        if known is not None and not correct:
            return Arrival.CONFLICTING
        self.candles[row, bar] = values
        return Arrival.ADDED if known is None else Arrival.CORRECTED

    def whole(self, row: int, bar: int, begin: int) -> bool:
        if not self.newest - 36 <= bar <= self.newest:
            return False
        first = max(bar - WINDOW + 1, begin)
        return first <= bar and all((row, b) in self.candles for b in range(first, bar + 1))


bars = st.integers(0, 90)
values = st.builds(candle, st.sampled_from([1.0, 2.0]), st.sampled_from([0.0, 3.0]))
bad = st.sampled_from(
    [
        (1.0, 0.5, 0.5, 1.0, 1.0),
        (1.0, 2.0, 1.5, 1.0, 1.0),
        (0.0, 0.0, 0.0, 0.0, 1.0),
        (1.0, 1.0, 1.0, 1.0, -1.0),
        (float("nan"), 1.0, 1.0, 1.0, 1.0),
    ]
)
single = st.tuples(st.just("put"), st.integers(0, ROWS - 1), bars, st.one_of(values, bad), st.booleans())
stretch = st.tuples(
    st.just("many"), st.integers(0, ROWS - 1), bars,
    st.lists(st.one_of(values, values, values, st.none(), bad), min_size=1, max_size=60), st.just(True),  # noqa: FBT003
)  # fmt: skip


def columns(candles: list[Candle | None]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    empty = (float("nan"),) * len(FIELDS)
    return np.array([empty if kept is None else kept for kept in candles]).T.copy()


@given(
    st.lists(st.one_of(single, stretch), max_size=60), st.lists(st.integers(-1, 60), min_size=3, max_size=3)
)
def test_the_memory_is_a_dict_of_the_newest_candles(steps: list[tuple], begins: list[int]) -> None:  # type: ignore[type-arg]
    memory, oracle = CandleMemory(ROWS, WINDOW), Oracle()
    for row, begin in enumerate(begins):
        memory.begin(row, begin)
    for kind, row, bar, given_values, correct in steps:
        if kind == "put":
            expected = oracle.put(row, bar, given_values, correct=correct)
            assert memory.put(row, bar, given_values, correct=correct) is expected
        else:
            # A whole stretch arrives at once: its newest candle moves the ring before the oldest ones are examined.
            known = [(bar + place, kept) for place, kept in enumerate(given_values) if kept is not None]
            fine = [
                b for b, kept in known if Oracle().put(0, b, kept, correct=True) is not Arrival.IMPOSSIBLE
            ]
            oracle.newest = max([oracle.newest, *fine])
            counts = Counter(
                oracle.put(row, b, kept, correct=True) for b, kept in known if kept[0] == kept[0]
            )
            assert memory.put_many(row, bar, columns(given_values)) == counts
    assert memory.newest_bar == oracle.newest
    for row in range(ROWS):
        own = [b for r, b in oracle.candles if r == row]
        panel = memory.panel(("a",), np.array([row]), max(oracle.newest, 0), CAPACITY)
        for column in range(CAPACITY):
            expected_candle = oracle.candles.get((row, panel.first_bar + column))
            found = [getattr(panel, name)[0, column] for name in FIELDS]
            assert np.isnan(found).all() if expected_candle is None else found == list(expected_candle)
            assert memory.values_at(row, panel.first_bar + column) == expected_candle
        stretches = memory.missing(row, 0, 95)
        absent = {b for first, last in stretches for b in range(first, last + 1)}
        oldest = max(0, oracle.newest - CAPACITY + 1)
        assert absent == {b for b in range(oldest, 96) if b not in own}
    for bar in range(-1, 96):
        expected_whole = [oracle.whole(row, bar, begins[row]) for row in range(ROWS)]
        assert memory.whole(bar).tolist() == expected_whole


def test_rows_that_are_added_later_begin_empty_and_leave_the_others_alone() -> None:
    memory = CandleMemory(1, WINDOW)
    memory.put(0, 50, candle(1.0))
    memory.grow(3)
    assert memory.rows == 3
    assert memory.last_bars.tolist() == [50, -1, -1]
    assert memory.put(2, 51, candle(2.0)) is Arrival.ADDED
    assert memory.values_at(0, 50) == candle(1.0)
    memory.grow(2)
    assert memory.rows == 3


@pytest.mark.parametrize("first", [True, False])
def test_a_coin_listed_inside_the_window_is_whole_with_what_exists(first: bool) -> None:
    memory = CandleMemory(1, WINDOW)
    if first:
        memory.begin(0, 98)
    for bar in (98, 99, 100):
        memory.put(0, bar, candle(1.0))
    if not first:
        assert not memory.whole(100)[0]
        memory.begin(0, 98)
    assert memory.whole(100)[0]
    assert not memory.whole(97)[0]


def test_more_coins_than_there_is_room_for_take_the_known_candles_with_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(candles, "_ROOM", 2)
    memory = CandleMemory(2, WINDOW)
    memory.put(1, 50, candle(1.0))
    memory.prepare(5)
    assert memory.values_at(1, 50) == candle(1.0)
    memory.grow(5)
    assert memory.values_at(1, 50) == candle(1.0)
    assert memory.put(4, 50, candle(2.0)) is Arrival.ADDED
    assert [memory.values_at(row, 50) is None for row in range(5)] == [True, False, True, True, False]


def test_room_that_was_prepared_changes_nothing_until_it_is_given_to_coins() -> None:
    memory = CandleMemory(1, WINDOW)
    memory.put(0, 50, candle(1.0))
    memory.prepare(3)
    assert memory.rows == 1
    assert memory.values_at(0, 50) == candle(1.0)
    memory.grow(3)
    assert memory.missing(2, 49, 50) == [(49, 50)]


@pytest.mark.parametrize("rows", [[0, 1, 2], [1, 2], [2, 0], [1], []])
@pytest.mark.parametrize("last", [44, 49, 55, 200])
def test_a_panel_holds_what_is_known_of_each_row_wherever_the_ring_begins(rows: list[int], last: int) -> None:
    memory = CandleMemory(3, WINDOW)
    for row in range(3):
        for bar in range(10, 52):
            memory.put(row, bar, candle(float(1 + row + bar)))
    panel = memory.panel(tuple("abc"[row] for row in rows), np.array(rows, dtype=np.int64), last, 20)
    for place, row in enumerate(rows):
        for column, bar in enumerate(range(last - 19, last + 1)):
            known = memory.values_at(row, bar)
            found = [getattr(panel, name)[place, column] for name in FIELDS]
            assert np.isnan(found).all() if known is None else tuple(found) == known
