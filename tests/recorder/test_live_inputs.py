"""Samples and sums against plain lists; and what is n/a because nobody was listening."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.market.coverage import EventFeed
from companion.market.memory import MarketMemory
from companion.market.universe import Coin
from companion.recorder.live_inputs import LiveInputs
from companion.settings.recorder import RecorderSettings
from hhq_shared.recorded_format import COLUMNS
from tests.recorder.conftest import CLOSE, OPEN, make_market, open_feeds, set_book, set_mark

SETTINGS = RecorderSettings()
LONG_AGO = OPEN - 3_600_000


def known(inputs: LiveInputs, close_ms: int, row: int = 0) -> dict[str, float]:
    """The row of one coin with a sample taken at the close."""
    values = inputs.row(inputs.sample(close_ms, close_ms), close_ms)
    return {name: float(values[number, row]) for number, name in enumerate(COLUMNS)}


def started(market: MarketMemory) -> LiveInputs:
    open_feeds(market, LONG_AGO)
    return LiveInputs(market, SETTINGS)


def test_the_row_holds_the_book_and_the_mark_price_of_the_close() -> None:
    market = make_market()
    inputs = started(market)
    set_book(market, 0, CLOSE - 100, 99.0, 101.0, 3.0, 1.0)
    set_mark(market, 0, CLOSE - 100, 100.1, 100.0, 0.01)
    row = known(inputs, CLOSE)
    assert row["spread_pct"] == pytest.approx(2.0, rel=1e-6)
    assert row["imbalance"] == pytest.approx(50.0, rel=1e-6)
    assert row["basis_pct"] == pytest.approx(0.1, rel=1e-5)
    assert row["funding_rate"] == pytest.approx(0.01, rel=1e-6)


@pytest.mark.parametrize(("age_ms", "there"), [(30_000, True), (30_001, False)])
def test_a_stale_book_and_a_stale_mark_price_are_not_available(age_ms: int, *, there: bool) -> None:
    market = make_market()
    inputs = started(market)
    set_book(market, 0, CLOSE - age_ms, 99.0, 101.0, 1.0, 1.0)
    set_mark(market, 0, CLOSE - age_ms, 100.0, 100.0, 0.0)
    row = known(inputs, CLOSE)
    for name in ("spread_pct", "imbalance", "basis_pct", "funding_rate"):
        assert math.isfinite(row[name]) is there, name
    if there:
        # A balanced book, no basis and no funding are values.
        assert (row["imbalance"], row["basis_pct"], row["funding_rate"]) == (0.0, 0.0, 0.0)


@given(st.lists(st.integers(1, 99), min_size=30, max_size=101))
def test_the_trend_compares_the_samples_of_the_last_30_seconds_with_those_before(shares: list[int]) -> None:
    market = make_market()
    inputs = started(market)
    for number, share in enumerate(shares, start=1 - len(shares)):
        at = CLOSE + 3_000 * number
        set_book(market, 0, at, 1.0, 1.0, float(share), 100.0 - share)
        book = inputs.sample(at, at)
    leaning = [2.0 * share - 100.0 for share in shares]
    expected = statistics.fmean(leaning[-10:]) - statistics.fmean(leaning[-30:-10])
    assert book.imbalance_trend[0] == pytest.approx(expected, abs=1e-9)


def test_a_sample_that_was_slept_through_makes_the_trend_not_available_until_30_have_been_taken_again() -> (
    None
):
    market = make_market()
    inputs = started(market)
    available = []
    for number in range(-80, 1):
        at = CLOSE + 3_000 * number
        set_book(market, 0, at, 1.0, 1.0, 2.0, 1.0)
        if number != -40:
            available.append(math.isfinite(inputs.sample(at, at).imbalance_trend[0]))
    assert available == ([False] * 29 + [True] * 11) * 2


EVENTS = st.lists(
    st.tuples(st.integers(-400, 20), st.integers(0, 2), st.sampled_from([1, -1]), st.integers(1, 400)),
    max_size=80,
)


@given(EVENTS)
def test_sums_count_the_events_until_the_close_by_their_own_time(
    events: list[tuple[int, int, int, int]],
) -> None:
    market = make_market()
    inputs = started(market)
    # A trade every 30 s keeps the feed of every coin alive; it is not a whale's.
    for seconds in range(-390, 1, 30):
        for row in range(3):
            inputs.trade(row, CLOSE + seconds * 1000, 1, 5.0)
    for seconds, row, side, thousands in events:
        inputs.trade(row, CLOSE + seconds * 1000, side, thousands * 1000.0)
        inputs.liquidation_order(row, CLOSE + seconds * 1000, side, thousands * 1000.0)
    for row in range(3):
        own = [event for event in events if event[1] == row]
        found = known(inputs, CLOSE, row)
        whales = [e for e in own if -300 < e[0] <= 0 and e[3] >= 100]
        assert found["whale_flow"] == sum(e[2] * e[3] * 1000.0 for e in whales)
        for name, side in (("liquidated_shorts", 1), ("liquidated_longs", -1)):
            assert found[name] == sum(e[3] * 1000.0 for e in own if -30 < e[0] <= 0 and e[2] == side)


def test_without_an_event_a_working_feed_says_0_and_a_dead_one_nothing() -> None:
    market = make_market()
    inputs = started(market)
    assert known(inputs, CLOSE)["liquidated_shorts"] == 0.0
    market.coverage.interrupted(EventFeed.LIQUIDATION_ORDERS, market.rows[:1])
    assert math.isnan(known(inputs, CLOSE)["liquidated_shorts"])
    assert math.isnan(known(inputs, CLOSE)["liquidated_longs"])
    assert known(inputs, CLOSE, row=1)["liquidated_longs"] == 0.0
    # Back again: a window that the feed has not covered from its start is unknown.
    market.coverage.opened(EventFeed.LIQUIDATION_ORDERS, market.rows, CLOSE + 1)
    assert math.isnan(known(inputs, CLOSE + 30_000)["liquidated_shorts"])
    assert known(inputs, CLOSE + 30_001)["liquidated_shorts"] == 0.0


def test_a_coin_whose_trades_are_not_watched_has_no_whale_flow() -> None:
    inputs = started(make_market())
    assert math.isnan(known(inputs, CLOSE)["whale_flow"])


def test_a_minute_without_any_trade_is_a_gap_in_the_feed() -> None:
    inputs = started(make_market())
    for seconds in (*range(-400, -200, 20), *range(-130, 301, 20)):
        inputs.trade(0, CLOSE + seconds * 1000, 1, 10.0)
    assert math.isnan(known(inputs, CLOSE)["whale_flow"])
    assert known(inputs, CLOSE + 180_000)["whale_flow"] == 0.0
    assert math.isnan(known(inputs, CLOSE + 400_000)["whale_flow"])


def test_the_whale_z_needs_20_candles_and_is_standardised_on_those_before() -> None:
    market = make_market()
    inputs = started(market)
    flows = [float(120_000 + 10_000 * (number % 7)) for number in range(25)]
    found = []
    for number, flow in enumerate(flows):
        close = CLOSE + number * 300_000
        for seconds in range(-330 if number == 0 else -270, 1, 30):
            inputs.trade(0, close + seconds * 1000, 1, 10.0)
        inputs.trade(0, close - 1_000, 1, flow)
        values = inputs.row(inputs.sample(close, close), close)
        found.append(float(values[COLUMNS.index("whale_z"), 0]))
        inputs.close(values, close)
    assert all(math.isnan(z) for z in found[:20])
    for number in range(20, 25):
        past = flows[:number]
        expected = (flows[number] - statistics.fmean(past)) / statistics.stdev(past)
        assert found[number] == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_a_coin_listed_later_joins_without_a_past_or_with_the_one_of_an_earlier_run() -> None:
    market = make_market()
    inputs = started(market)
    inputs.restore({"SOL/USDT:USDT": np.arange(30.0)})
    book = inputs.sample(CLOSE - 3_000, CLOSE - 3_000)
    market.update_listings([*market.universe.coins, Coin("SOL/USDT:USDT", "SOLUSDT")])
    inputs.trade(3, CLOSE - 1, 1, 200_000.0)
    assert inputs.row(book, CLOSE).shape == (len(COLUMNS), 3)
    inputs.close(inputs.row(book, CLOSE), CLOSE)
    open_feeds(market, LONG_AGO)
    for seconds in range(0, 301, 30):
        inputs.trade(3, CLOSE + seconds * 1000, 1, 10.0)
    row = known(inputs, CLOSE + 300_000, row=3)
    assert row["whale_flow"] == 0.0
    assert row["whale_z"] == pytest.approx(-14.5 / statistics.stdev(range(30)), rel=1e-6)
