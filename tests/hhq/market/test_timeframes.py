"""Multi-timeframe decision: every row of docs/signal.md at its limits, missing timeframes, symmetry."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hhq.features.catalogue import Feature
from hhq.market.timeframes import (
    CHANGES,
    GAPS,
    TimeframeDecision,
    strong_trend,
    timeframe_decision,
    timeframe_trend,
)
from hhq.settings.market import TimeframeSettings

NAN = float("nan")
LONG, SHORT = 1.0, -1.0
RULE = TimeframeSettings()

GAP_AND_CHANGE = {
    2: (0.5, 1.5),
    1: (0.5, 0.5),
    0: (0.5, 0.1),
    -1: (-0.5, -0.5),
    -2: (-0.5, -1.5),
    None: (NAN, NAN),
}


def features(gaps: list[float], changes: list[float], strong: float = 0.0) -> np.ndarray:
    block = np.full((len(Feature), 1), NAN)
    block[list(GAPS), 0] = gaps
    block[list(CHANGES), 0] = changes
    block[Feature.STRONG_TREND_CHANGE, 0] = strong
    return block


def ask(side: float, trends: tuple[int | None, ...], strong: float = 0.0) -> TimeframeDecision:
    gaps, changes = zip(*(GAP_AND_CHANGE[trend] for trend in trends), strict=True)
    return timeframe_decision(features(list(gaps), list(changes), strong), np.array([side]), RULE)


@pytest.mark.parametrize(
    ("gap", "change", "expected"),
    [
        (0.01, 0.21, 1),
        (0.01, 0.2, 0),
        (0.0, 0.5, 0),
        (-0.0, 0.5, 0),
        (-0.01, 0.5, 0),
        (0.01, 1.0, 1),
        (0.01, 1.01, 2),
        (-0.01, 1.01, 0),
        (0.01, 0.0, 0),
        (0.01, -0.0, 0),
        (0.01, -5.0, 0),
        (-0.01, -0.2, 0),
        (-0.01, -0.21, -1),
        (0.0, -0.5, 0),
        (-0.0, -0.5, 0),
        (-0.01, -1.0, -1),
        (-0.01, -1.01, -2),
    ],
)
def test_the_trend_of_a_timeframe_follows_the_table(gap: float, change: float, expected: int) -> None:
    trend = timeframe_trend(np.array([gap]), np.array([change]), RULE)
    assert trend.tolist() == [expected]


@pytest.mark.parametrize(("gap", "change"), [(NAN, 1.0), (1.0, NAN), (NAN, -1.0), (-1.0, NAN), (NAN, NAN)])
def test_a_timeframe_without_data_has_no_trend(gap: float, change: float) -> None:
    assert np.isnan(timeframe_trend(np.array([gap]), np.array([change]), RULE)).all()


TOTALS = [
    # trends of 15m, 1h, 4h; total, veto, size factor, aligned
    ((1, 1, 1), 100, False, 1.1, 3),
    ((2, 2, 2), 100, False, 1.1, 3),
    ((0, 1, 1), 80, False, 1.1, 2),
    ((1, 0, 1), 70, False, 1.1, 2),
    ((1, 1, 0), 50, False, 1.0, 2),
    ((0, 0, 1), 50, False, 1.0, 1),
    ((1, -1, 1), 40, False, 1.0, 2),
    ((0, 1, 0), 30, False, 1.0, 1),
    ((1, 0, 0), 20, False, 1.0, 1),
    ((-1, -1, 1), 0, False, 1.0, 1),
    ((1, 1, -1), 0, False, 1.0, 2),
    ((0, 0, 0), 0, False, 1.0, 0),
    ((1, -1, 0), -10, False, 0.8, 1),
    ((-1, 0, 0), -20, False, 0.8, 0),
    ((1, 0, -2), -30, False, 0.8, 1),
    ((-1, 1, -1), -40, False, 0.8, 1),
    ((-1, -1, 0), -50, True, 0.8, 0),
    ((0, 0, -1), -50, True, 0.8, 0),
    ((-1, -1, -1), -100, True, 0.8, 0),
    ((None, 1, 1), 80, False, 1.1, 2),
    ((1, 1, None), 50, False, 1.0, 2),
    ((None, None, None), 0, False, 1.0, 0),
    ((-1, -1, None), -50, True, 0.8, 0),
]


@pytest.mark.parametrize(("trends", "total", "veto", "size", "aligned"), TOTALS)
def test_the_total_of_the_timeframes_decides(
    trends: tuple[int | None, ...], total: float, veto: bool, size: float, aligned: int
) -> None:
    for decision in (ask(LONG, trends), ask(SHORT, tuple(t and -t for t in trends))):
        assert decision.total.tolist() == [total]
        assert decision.veto.tolist() == [veto]
        assert decision.timeframe_size_factor.tolist() == [size]
        assert decision.size_factor.tolist() == [size]
        assert decision.aligned.tolist() == [aligned]


def test_a_timeframe_without_data_is_shown_as_such_and_not_as_neutral() -> None:
    decision = ask(LONG, (1, None, 0))
    np.testing.assert_array_equal(decision.trends[:, 0], [1, NAN, 0])
    np.testing.assert_array_equal(decision.points[:, 0], [20, NAN, 0])


@pytest.mark.parametrize(
    ("against", "points", "size"),
    [
        (-30.0, 0, 1.0),
        (0.0, 0, 1.0),
        (4.99, 0, 1.0),
        (5.0, -10, 0.75),
        (10.0, -10, 0.75),
        (10.01, -20, 0.5),
        (20.0, -20, 0.5),
        (20.01, -30, 0.25),
        (80.0, -30, 0.25),
    ],
)
def test_a_strong_trend_against_the_side_costs_points_and_size(
    against: float, points: float, size: float
) -> None:
    for side in (LONG, SHORT):
        found = strong_trend(np.array([-side * against]), np.array([side]), RULE)
        assert [values.tolist() for values in found] == [[points], [size]]


def test_an_unknown_strong_trend_costs_nothing_and_says_so() -> None:
    decision = ask(LONG, (1, 1, 1), NAN)
    assert np.isnan(decision.strong_trend_points).all()
    assert (decision.total.tolist(), decision.size_factor.tolist()) == ([100.0], [1.1])


@pytest.mark.parametrize(
    ("trends", "strong", "total", "veto", "size"),
    [
        ((-1, 1, -1), -6.0, -50, True, 0.8 * 0.75),
        ((-1, 0, 0), -25.0, -50, True, 0.8 * 0.25),
        ((-1, 0, 0), -15.0, -40, False, 0.8 * 0.5),
        ((0, 0, 0), -6.0, -10, False, 0.8 * 0.75),
        ((0, 1, 1), -25.0, 50, False, 1.0 * 0.25),
    ],
)
def test_the_strong_trend_penalty_is_part_of_what_is_decided(
    trends: tuple[int, ...], strong: float, total: float, veto: bool, size: float
) -> None:
    """An earlier system added the penalty after the decision it was meant for (lesson 15)."""
    decision = ask(LONG, trends, strong)
    assert (decision.total.tolist(), decision.veto.tolist()) == ([total], [veto])
    assert decision.size_factor.tolist() == [size]


PERCENT = st.one_of(
    st.sampled_from([0.0, -0.0, 0.2, -0.2, 1.0, -1.0, 5.0, -5.0, 10.0, -10.0, 20.0, -20.0, NAN]),
    st.floats(-40, 40, allow_nan=False),
)


@settings(deadline=None)
@given(st.lists(PERCENT, min_size=7, max_size=7), st.sampled_from([LONG, SHORT]))
def test_the_other_side_on_the_mirrored_market_is_decided_the_same(numbers: list[float], side: float) -> None:
    block = features(numbers[:3], numbers[3:6], numbers[6])
    one = timeframe_decision(block, np.array([side]), RULE)
    other = timeframe_decision(-block, np.array([-side]), RULE)
    for field in fields(one):
        turned = -1 if field.name == "trends" else 1
        np.testing.assert_array_equal(
            getattr(one, field.name), turned * getattr(other, field.name), err_msg=field.name
        )
    assert not np.signbit(one.points[one.points == 0]).any()


def test_no_candidates_give_no_decisions() -> None:
    decision = timeframe_decision(np.empty((len(Feature), 0)), np.empty(0), RULE)
    assert decision.total.shape == decision.aligned.shape == (0,)
