"""Effective threshold and the side of the regime (docs/signal.md)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hhq.regime import Regime
from hhq.settings.signal import RegimeSettings, SignalSettings
from hhq.thresholds import decide_side, effective_threshold, regime_of, threshold_of_regime

RULE = SignalSettings()
REGIME = RegimeSettings()
WITHOUT_BOOK = RegimeSettings(random_without_book=True)
RULES = (REGIME, WITHOUT_BOOK)


def threshold(hurst: float, atr_pct: float = 1.0, rule: SignalSettings = RULE) -> float:
    return float(effective_threshold(np.array([hurst]), np.array([atr_pct]), rule)[0])


def regime(hurst: float) -> Regime:
    return Regime(int(regime_of(np.array([hurst]), REGIME)[0]))


def side(z: float, of: Regime, imbalance: float = math.nan, *, rule: RegimeSettings = REGIME) -> float:
    regimes = np.array([of], dtype=np.int8)
    book = np.array([imbalance])
    raised = threshold_of_regime(np.array([1.6]), regimes, book, rule)
    return float(decide_side(np.array([z]), regimes, raised, book, rule).side[0])


@pytest.mark.parametrize(
    ("hurst", "factor"),
    [
        (0.5, 1.0),
        (0.4, 0.933),
        (0.6, 1.067),
        (0.15, 0.8),
        (0.85, 1.2),
        (0.2, 0.8),
        (0.25, 0.8325),
        (0.75, 1.1675),
    ],
)
def test_the_hurst_exponent_moves_the_threshold_within_its_bounds(hurst: float, factor: float) -> None:
    assert threshold(hurst) == pytest.approx(1.6 * factor, rel=1e-12)


@pytest.mark.parametrize(
    ("atr_pct", "factor"), [(0.0, 0.85), (0.499, 0.85), (0.5, 1.0), (2.0, 1.0), (2.001, 1.1), (30.0, 1.1)]
)
def test_calm_coins_need_less_and_volatile_ones_more(atr_pct: float, factor: float) -> None:
    assert threshold(0.5, atr_pct) == pytest.approx(1.6 * factor, rel=1e-12)


def test_without_a_hurst_exponent_or_a_volatility_there_is_no_threshold() -> None:
    assert math.isnan(threshold(math.nan))
    assert math.isnan(threshold(0.5, math.nan))


@given(st.floats(0.15, 0.85), st.floats(0.0, 20.0), st.floats(0.8, 3.0))
def test_lesson_14_the_threshold_follows_the_setting_and_no_constant(h: float, atr: float, z: float) -> None:
    assert threshold(h, atr, SignalSettings(z_score_threshold=z)) == pytest.approx(
        threshold(h, atr) * z / 1.6
    )


@pytest.mark.parametrize(
    ("hurst", "expected"),
    [
        (0.15, Regime.MEAN_REVERSION),
        (0.449999999, Regime.MEAN_REVERSION),
        (0.45, Regime.RANDOM),
        (0.5, Regime.RANDOM),
        (0.55, Regime.RANDOM),
        (0.550000001, Regime.TRENDING),
        (0.85, Regime.TRENDING),
        (math.nan, Regime.NONE),
    ],
)
def test_the_regime_by_the_hurst_exponent(hurst: float, expected: Regime) -> None:
    assert regime(hurst) is expected


@pytest.mark.parametrize(
    ("z", "of", "expected"),
    [
        (-1.61, Regime.MEAN_REVERSION, 1.0),
        (+1.61, Regime.MEAN_REVERSION, -1.0),
        (+1.61, Regime.TRENDING, 1.0),
        (-1.61, Regime.TRENDING, -1.0),
        (-1.6, Regime.MEAN_REVERSION, 0.0),
        (+1.6, Regime.TRENDING, 0.0),
        (-3.0, Regime.NONE, 0.0),
    ],
)
def test_mean_reversion_trades_against_the_stretch_and_trending_with_it(
    z: float, of: Regime, expected: float
) -> None:
    assert side(z, of) == expected


@pytest.mark.parametrize(
    ("z", "imbalance", "expected"),
    [
        (-1.7, 2.0, 1.0),
        (-1.7, 1.999, 0.0),
        (-1.7, 0.0, 0.0),
        (-1.7, -50.0, 0.0),
        (+1.7, -2.0, -1.0),
        (+1.7, -1.999, 0.0),
        (+1.7, 50.0, 0.0),
    ],
)
@pytest.mark.parametrize("rule", RULES)
def test_the_random_regime_needs_the_order_book_on_its_side(
    z: float, imbalance: float, expected: float, rule: RegimeSettings
) -> None:
    assert side(z, Regime.RANDOM, imbalance, rule=rule) == expected


def test_traded_without_an_order_book_the_random_regime_needs_a_higher_threshold() -> None:
    assert side(-2.08, Regime.RANDOM, rule=WITHOUT_BOOK) == 0.0
    assert side(-2.081, Regime.RANDOM, rule=WITHOUT_BOOK) == 1.0
    assert side(2.081, Regime.RANDOM, rule=WITHOUT_BOOK) == -1.0


def test_the_random_regime_without_an_order_book_is_refused_and_says_why() -> None:
    regimes = np.array([Regime.RANDOM, Regime.RANDOM, Regime.MEAN_REVERSION], dtype=np.int8)
    book = np.array([math.nan, 5.0, math.nan])
    z, thr = np.full(3, -9.0), np.full(3, 1.6)
    refused = decide_side(z, regimes, thr, book, REGIME)
    traded = decide_side(z, regimes, thr, book, WITHOUT_BOOK)
    assert refused.side.tolist() == [0.0, 1.0, 1.0]
    assert refused.imbalance_missing.tolist() == [True, False, False]
    assert traded.side.tolist() == [1.0, 1.0, 1.0]
    assert not traded.imbalance_missing.any()


@pytest.mark.parametrize("rule", RULES)
def test_only_the_random_regime_traded_without_a_book_raises_the_threshold(rule: RegimeSettings) -> None:
    regimes = np.array([*Regime, Regime.RANDOM], dtype=np.int8)
    book = np.array([math.nan] * 4 + [0.0])
    raised = threshold_of_regime(np.full(5, 2.0), regimes, book, rule)
    assert raised.tolist() == [2.0, 2.0, 2.0, 2.6 if rule.random_without_book else 2.0, 2.0]


@given(
    st.floats(-6.0, 6.0),
    st.floats(0.15, 0.85),
    st.one_of(st.just(math.nan), st.floats(-100.0, 100.0)),
    st.sampled_from(RULES),
)
def test_a_mean_reversion_side_above_the_trending_limit_cannot_occur(
    z: float, hurst: float, imbalance: float, rule: RegimeSettings
) -> None:
    chosen = side(z, regime(hurst), imbalance, rule=rule)
    if hurst > REGIME.trending_above:
        assert chosen * z >= 0.0
    else:
        assert chosen * z <= 0.0


@given(
    st.floats(-6.0, 6.0),
    st.sampled_from(Regime),
    st.one_of(st.just(math.nan), st.floats(-100.0, 100.0)),
    st.sampled_from(RULES),
)
def test_sides_are_mirrored(z: float, of: Regime, imbalance: float, rule: RegimeSettings) -> None:
    assert side(-z, of, -imbalance, rule=rule) == -side(z, of, imbalance, rule=rule)
