"""From points to the score and the minimum that it has to reach (docs/signal.md)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hhq.score import (
    entry_score,
    market_minimum,
    market_score,
    minimum_score,
    points_text,
    raw_sum,
    with_macro,
)
from hhq.settings.signal import MinimumScoreSettings, SignalSettings

DYNAMIC = SignalSettings(minimum_score=MinimumScoreSettings(mode="dynamic"))


def of(*values: float) -> np.ndarray:
    return np.array(values)


def test_the_raw_sum_adds_all_layers() -> None:
    assert raw_sum(np.array([[45.0, 40.0], [8.0, -5.0], [-20.0, 15.0]]), 1.0).tolist() == [33.0, 50.0]


def test_layer_scale_weighs_every_layer_but_the_base() -> None:
    assert raw_sum(np.array([[45.0], [8.0], [-20.0]]), 0.5).tolist() == [39.0]


def test_the_raw_sum_does_not_change_the_points() -> None:
    points = np.array([[45.0], [8.0]])
    raw_sum(points, 1.0)
    assert points.tolist() == [[45.0], [8.0]]


@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_a_candidate_alone_has_the_same_bits_as_in_a_batch(count: int, seed: int) -> None:
    points = np.random.default_rng(seed).normal(0, 10, (22, count))
    batch = raw_sum(points, 0.7)
    alone = [float(raw_sum(points[:, [k]], 0.7)[0]) for k in range(count)]
    assert batch.tolist() == alone


@pytest.mark.parametrize(
    ("raw", "penalty", "macro", "score"),
    [
        (76, 0.0, 1.0, 76.0),
        (76, 0.3, 1.0, 53.2),
        (100, 0.2, 0.8, 64.0),
        (140, 0.0, 1.0, 100.0),
        (140, 0.3, 1.0, 98.0),
        (-12, 0.0, 1.0, 0.0),
    ],
)
def test_penalty_and_macro_factor_act_on_the_raw_sum_before_it_is_clamped(
    raw: float, penalty: float, macro: float, score: float
) -> None:
    assert market_score(of(raw), of(penalty), of(macro)) == pytest.approx([score])


def test_a_score_without_a_known_market_is_not_available() -> None:
    assert math.isnan(float(market_score(of(80.0), of(math.nan), of(1.0))[0]))


@pytest.mark.parametrize(
    ("market", "pattern", "penalty", "score"),
    [(76, 5, 0, 81), (76, -15, 10, 51), (98, 5, 0, 100), (10, -15, 30, 0), (76, 0, 0, 76)],
)
def test_the_account_adds_its_pattern_points_and_takes_the_kill_switch_penalty(
    market: float, pattern: float, penalty: float, score: float
) -> None:
    assert entry_score(market, pattern, penalty) == score


def test_an_unknown_market_score_stays_unknown_at_the_entry() -> None:
    assert math.isnan(entry_score(math.nan, 5.0, 0.0))


def test_the_fixed_minimum_is_min_confidence_whatever_the_trades() -> None:
    rule = SignalSettings(min_confidence=61)
    assert {minimum_score(rule, wins, 10) for wins in range(11)} == {61.0}
    assert market_minimum(rule) == 61.0


@pytest.mark.parametrize(
    ("wins", "trades", "minimum"),
    [
        (10, 10, 60),
        (0, 10, 90),
        (5, 10, 75),
        (3, 10, 81),
        (5, 5, 60),
        (0, 5, 90),
        (4, 4, 75),
        (0, 4, 75),
        (0, 0, 75),
    ],
)
def test_the_dynamic_minimum_falls_with_the_win_rate_and_is_the_middle_for_few_trades(
    wins: int, trades: int, minimum: float
) -> None:
    assert minimum_score(DYNAMIC, wins, trades) == pytest.approx(minimum)


@pytest.mark.parametrize(("confidence", "minimum"), [(68, 75), (60, 67), (75, 82)])
def test_min_confidence_shifts_the_dynamic_minimum(confidence: float, minimum: float) -> None:
    assert minimum_score(DYNAMIC.model_copy(update={"min_confidence": confidence}), 0, 0) == minimum


@given(st.integers(0, 10), st.integers(0, 10), st.floats(50, 95))
def test_no_account_demands_less_than_the_market_decision_did(
    wins: int, losses: int, confidence: float
) -> None:
    for mode in ("fixed", "dynamic"):
        rule = SignalSettings(
            min_confidence=confidence,
            minimum_score=MinimumScoreSettings(mode=mode),
        )
        assert minimum_score(rule, wins, wins + losses) >= market_minimum(rule)


@pytest.mark.parametrize(
    ("minimum", "factor", "raised"),
    [(68, 1.15, 78), (80, 1.15, 92), (60, 1.15, 69), (95, 1.15, 109), (68.5, 1.0, 68.5), (68.5, 1.15, 78)],
)
def test_a_volatile_market_raises_the_minimum_rounded_down(
    minimum: float, factor: float, raised: float
) -> None:
    assert with_macro(minimum, of(factor)).tolist() == [raised]


def test_an_unknown_macro_regime_gives_no_minimum() -> None:
    assert np.isnan(with_macro(68.0, of(math.nan))).all()


@pytest.mark.parametrize(
    ("value", "text"), [(8.0, "+8"), (-15.0, "-15"), (0.0, "+0"), (4.25, "+4.2"), (math.nan, "n/a")]
)
def test_points_as_users_read_them(value: float, text: str) -> None:
    assert points_text(value) == text
