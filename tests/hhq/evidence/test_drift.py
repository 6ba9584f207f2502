"""The drift: outside the interval of the evidence, in words, and never from too little."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hhq.evidence.drift import DriftState, drift_of
from hhq.evidence.interval import LEAST_COUNT, LEAST_DAYS, Mean

means = st.floats(-2.0, 2.0)
widths = st.floats(0.001, 1.0)


def live(mean: float, width: float = 0.1, count: int = 60, days: int = 25) -> Mean:
    known = count >= LEAST_COUNT and days >= LEAST_DAYS
    low, high = (mean - width, mean + width) if known else (math.nan, math.nan)
    return Mean(count, days, mean, low, high, 0.5)


@given(means, widths, means, widths)
def test_a_drift_is_a_live_mean_outside_the_interval_and_nothing_else(
    mean: float, width: float, middle: float, half: float
) -> None:
    low, high = middle - half, middle + half
    found = drift_of(live(mean, width), low, high)
    assert (found.state is DriftState.DRIFTS) == (mean < low or mean > high)
    assert (found.state is DriftState.IN_LINE) == (low <= mean <= high)


@pytest.mark.parametrize(
    ("mean", "width", "says"),
    [
        (-0.5, 0.1, "lies below [-0.200, +0.100] of the evidence; the two intervals do not overlap"),
        (
            -0.5,
            0.4,
            "lies below [-0.200, +0.100] of the evidence; the two intervals overlap: it can be chance",
        ),
        (0.5, 0.1, "lies above [-0.200, +0.100] of the evidence; the two intervals do not overlap"),
    ],
)
def test_the_words_say_where_it_lies_and_whether_chance_can_do_it(
    mean: float, width: float, says: str
) -> None:
    found = drift_of(live(mean, width), -0.2, 0.1)
    assert found.text.startswith(f"drifts: net {mean:+.3f} [")
    assert "60 trades in 25 days" in found.text
    assert found.text.endswith(says)


@pytest.mark.parametrize(("count", "days"), [(LEAST_COUNT - 1, 25), (500, LEAST_DAYS - 1), (0, 0)])
def test_too_few_trades_or_days_never_drift_and_have_no_number(count: int, days: int) -> None:
    found = drift_of(live(-9.0, count=count, days=days), -0.2, 0.1)
    assert found.text == f"too little: {count} closed trades in {days} days, 30 in 20 are needed"


def test_without_an_interval_of_the_evidence_there_is_nothing_to_drift_from() -> None:
    found = drift_of(live(-9.0), math.nan, math.nan, "of other settings")
    assert found.text == "not measured: of other settings"
