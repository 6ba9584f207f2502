from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.replay.embedded.noise import (
    fractional_noise,
    path_extremes,
    random_shares,
    slow_noise,
    to_log_units,
)
from companion.replay.embedded.regimes import HURST, draw_regimes, regime_noise
from tests.replay.embedded.structure import autocorrelation, window_hursts


@pytest.mark.parametrize("exponent", [0.35, 0.5, 0.65])
def test_fractional_noise_has_the_covariance_of_its_exponent(exponent: float) -> None:
    rng = np.random.default_rng(1)
    draws = np.array([fractional_noise(rng, 40, exponent) for _ in range(6000)])
    for lag in (0, 1, 2, 7, 20):
        measured = float(np.mean(draws[:, 0] * draws[:, lag]))
        expected = 0.5 * ((lag + 1) ** (2 * exponent) + abs(lag - 1) ** (2 * exponent)) - lag ** (
            2 * exponent
        )
        assert measured == pytest.approx(expected, abs=0.05)


def test_the_sum_of_fractional_noise_spreads_with_the_power_of_its_exponent() -> None:
    rng = np.random.default_rng(2)
    for exponent in HURST.values():
        ends = [float(fractional_noise(rng, 512, exponent).sum()) for _ in range(2000)]
        assert np.std(ends) == pytest.approx(512**exponent, rel=0.06)


@given(st.integers(1, 3000), st.floats(0.05, 0.95), st.integers(0, 2**32 - 1))
def test_fractional_noise_is_finite_for_every_length_and_exponent(
    length: int, exponent: float, seed: int
) -> None:
    noise = fractional_noise(np.random.default_rng(seed), length, exponent)
    assert noise.shape == (length,)
    assert np.isfinite(noise).all()


def test_slow_noise_forgets_at_its_pace() -> None:
    series = slow_noise(np.random.default_rng(3), 200_000, 10.0)
    assert series.std() == pytest.approx(1.0, abs=0.03)
    assert autocorrelation(series, 10) == pytest.approx(np.exp(-1.0), abs=0.03)


def test_slow_noise_starts_as_wide_as_it_goes_on() -> None:
    rng = np.random.default_rng(4)
    firsts = [float(slow_noise(rng, 2, 50.0)[0]) for _ in range(3000)]
    assert np.std(firsts) == pytest.approx(1.0, abs=0.05)


@given(
    st.lists(st.tuples(st.floats(-0.1, 0.1), st.floats(1e-6, 0.05)), min_size=1, max_size=50),
    st.integers(0, 2**32 - 1),
)
def test_extremes_enclose_both_ends_of_the_path(rows: list[tuple[float, float]], seed: int) -> None:
    change, deviation = np.array(rows).T
    high, low = path_extremes(np.random.default_rng(seed), change, deviation)
    assert np.all(high >= np.maximum(change, 0.0))
    assert np.all(low <= np.minimum(change, 0.0))


def test_extremes_are_those_of_a_walk_through_the_candle() -> None:
    rng = np.random.default_rng(5)
    steps = rng.standard_normal((4000, 1000)) / np.sqrt(1000.0)
    walks = np.cumsum(steps, axis=1)
    high, low = path_extremes(rng, walks[:, -1], np.ones(4000))
    # A walk of 1000 steps misses a little of its continuous extremes: about 0.58/sqrt(1000) each.
    assert np.mean(high) == pytest.approx(np.maximum(walks.max(axis=1), 0).mean() + 0.018, abs=0.03)
    assert np.mean(low) == pytest.approx(np.minimum(walks.min(axis=1), 0).mean() - 0.018, abs=0.03)


@given(st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_shares_are_positive_and_sum_to_one(count: int, seed: int) -> None:
    shares = random_shares(np.random.default_rng(seed), count)
    assert np.all(shares > 0.0)
    assert shares.sum() == pytest.approx(1.0)


def test_log_units_sum_without_rounding() -> None:
    change = np.random.default_rng(6).normal(0.0, 0.002, 10_000)
    units = to_log_units(change)
    assert units[::-1].sum() == units.sum() == np.cumsum(units)[-1]
    assert np.max(np.abs(units * 1e-9 - change)) <= 0.5e-9 + 1e-15


@given(st.integers(288, 30_000), st.integers(0, 2**32 - 1))
def test_regimes_cover_every_candle_once_and_change(candles: int, seed: int) -> None:
    regimes = draw_regimes(np.random.default_rng(seed), candles)
    assert regimes[0].first == 0
    assert regimes[-1].last == candles
    for before, after in pairwise(regimes):
        assert before.last == after.first
        assert before.name != after.name
    assert all(regime.last - regime.first >= min(432, candles) for regime in regimes)


def test_a_coin_of_one_regime_stays_in_it() -> None:
    regimes = draw_regimes(np.random.default_rng(8), 9000, ("random",))
    assert {regime.name for regime in regimes} == {"random"}


def test_estimates_in_each_regime_are_its_true_exponent() -> None:
    found: dict[float, list[float]] = {exponent: [] for exponent in HURST.values()}
    for seed in range(60):
        rng = np.random.default_rng(seed)
        regimes = draw_regimes(rng, 4000)
        change, _ = regime_noise(rng, regimes, np.full(4000, 0.002), 10.0)
        level = np.cumsum(change)
        for regime in regimes:
            found[regime.hurst] += window_hursts(level, regime.first, regime.last)
    for exponent, estimates in found.items():
        assert len(estimates) > 200
        assert np.mean(estimates) == pytest.approx(exponent, abs=0.02)


def test_a_regime_that_would_leave_the_bound_is_mirrored() -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        regimes = draw_regimes(rng, 60_000)
        change, deviation = regime_noise(rng, regimes, np.full(60_000, 0.003), 0.5)
        level = np.cumsum(change)
        ends = level[[regime.last - 1 for regime in regimes]]
        longest = np.max(np.abs(np.diff(ends, prepend=0.0)))
        assert np.max(np.abs(ends)) <= max(0.5, longest) + 1e-9
        assert np.all(deviation > 0.0)
