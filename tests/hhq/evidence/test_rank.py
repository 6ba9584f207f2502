"""Rank correlations of days, against scipy's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import spearmanr

from hhq.evidence.rank import LEAST_A_DAY, rank_correlations


def test_the_mean_of_the_days_is_that_of_scipys_correlations() -> None:
    generator = np.random.default_rng(2)
    days = np.repeat(np.arange(30), 25)
    points, moves = generator.integers(0, 5, (3, days.size)).astype(float), generator.normal(size=days.size)
    moves += 0.2 * points[1]
    shuffled = generator.permutation(days.size)
    found = rank_correlations(points[:, shuffled], moves[shuffled], days[shuffled])
    for row, result in zip(points, found, strict=True):
        expected = [spearmanr(row[days == day], moves[days == day]).statistic for day in range(30)]
        assert result.mean == pytest.approx(np.mean(expected), rel=1e-9)
        assert result.t == pytest.approx(
            np.mean(expected) / (np.std(expected, ddof=1) / math.sqrt(30)), rel=1e-9
        )
        assert result.days == 30
    assert found[1].t > 5.0 > abs(found[0].t)


def test_days_with_little_or_nothing_to_order_and_unknown_moves_are_left_out() -> None:
    days = np.concatenate((np.repeat(np.arange(25), 12), np.full(LEAST_A_DAY - 1, 40), np.repeat([50], 12)))
    generator = np.random.default_rng(4)
    points, moves = generator.normal(size=(2, days.size)), generator.normal(size=days.size)
    points[0] = 1.0
    points[1, days == 50] = 0.0
    moves[days == 3] = np.nan
    constant, layer = rank_correlations(points, moves, days)
    assert (constant.days, layer.days) == (0, 24)
    assert math.isnan(constant.mean)


def test_a_correlation_that_is_the_same_every_day_has_no_t_value() -> None:
    days = np.repeat(np.arange(25), 12)
    order = np.tile(np.arange(12.0), 25)
    (found,) = rank_correlations(order[np.newaxis], order, days)
    assert found.mean == pytest.approx(1.0)
    assert math.isnan(found.t) or found.t > 1e6


def test_nothing_at_all_has_no_correlation() -> None:
    (found,) = rank_correlations(np.empty((1, 0)), np.empty(0), np.empty(0, dtype=np.int64))
    assert (found.days, math.isnan(found.mean)) == (0, True)
