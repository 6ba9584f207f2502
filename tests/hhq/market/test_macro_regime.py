"""Macro regime: measures against numpy, every row of the classification, missing prices."""

from __future__ import annotations

import numpy as np
import pytest

from hhq.market.macro import DIRECTION, DRIFT, RANGE, STD, macro_measures, macro_regime
from hhq.regime import MacroRegime
from hhq.settings.market import MacroSettings

NAN = float("nan")
RULE = MacroSettings()


def prices(count: int, seed: int = 3) -> np.ndarray:
    return 50_000 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.002, count)))


@pytest.mark.parametrize("window", [50, 51, 20])
def test_the_measures_equal_numpy(window: int) -> None:
    close = prices(70)
    measures = macro_measures(close, window, 0)
    last = close[-window:]
    early, late = last[: window // 2], last[window // 2 :]
    np.testing.assert_allclose(
        measures[:, -1],
        [
            last.std() / last.mean() * 100,
            (last.max() - last.min()) / last.mean() * 100,
            (late.mean() / early.mean() - 1) * 100,
            (last[-1] / last[0] - 1) * 100,
        ],
        rtol=1e-9,
    )
    assert np.isnan(measures[:, : window - 1]).all()
    assert not np.isnan(measures[:, window - 1 :]).any()


@pytest.mark.parametrize("first", [0, 10, 49, 60, 69])
def test_the_measures_are_the_same_from_any_first_candle(first: int) -> None:
    close = prices(70)
    np.testing.assert_array_equal(macro_measures(close, 50, first), macro_measures(close, 50, 0)[:, first:])


def regime(std: float, span: float, drift: float, direction: float) -> MacroRegime:
    measures = np.full((4, 1), NAN)
    measures[[STD, RANGE, DRIFT, DIRECTION], 0] = std, span, drift, direction
    return MacroRegime(int(macro_regime(measures, RULE)[0]))


@pytest.mark.parametrize(
    ("std", "span", "drift", "direction", "expected"),
    [
        (2.01, 1.0, 0.0, 0.0, MacroRegime.VOLATILE),
        (1.0, 5.01, 0.0, 0.0, MacroRegime.VOLATILE),
        (2.01, 4.0, 3.0, 3.0, MacroRegime.VOLATILE),
        (2.0, 5.0, 0.0, 0.0, MacroRegime.RANGING),
        (1.0, 2.01, 1.51, 1.01, MacroRegime.TRENDING_UP),
        (1.0, 2.01, -1.51, -1.01, MacroRegime.TRENDING_DOWN),
        (1.0, 2.0, 1.51, 1.01, MacroRegime.RANGING),
        (1.0, 2.01, 1.5, 1.01, MacroRegime.RANGING),
        (1.0, 2.01, 1.51, 1.0, MacroRegime.RANGING),
        (1.0, 2.01, -1.51, -1.0, MacroRegime.RANGING),
        (1.0, 2.01, 1.51, -1.01, MacroRegime.TRENDING_DOWN),
        (0.49, 0.99, 0.0, 0.0, MacroRegime.QUIET),
        (0.5, 0.99, 0.0, 0.0, MacroRegime.RANGING),
        (0.49, 1.0, 0.0, 0.0, MacroRegime.RANGING),
        (NAN, NAN, NAN, NAN, MacroRegime.NOT_AVAILABLE),
    ],
)
def test_the_regime_follows_the_table(
    std: float, span: float, drift: float, direction: float, expected: MacroRegime
) -> None:
    assert regime(std, span, drift, direction) == expected


@pytest.mark.parametrize("bad", [0.0, -1.0, NAN])
def test_a_price_of_zero_is_not_volatility_and_passes(bad: float) -> None:
    """An earlier system fed a price of 0 to the detector: VOLATILE forever (lesson 10)."""
    close = np.full(130, 60_000.0)
    close[60] = bad
    codes = macro_regime(macro_measures(close, 50, 0), RULE)
    assert set(codes[49:60]) == {MacroRegime.QUIET}
    assert set(codes[60:110]) == {MacroRegime.NOT_AVAILABLE}
    assert set(codes[110:]) == {MacroRegime.QUIET}


@pytest.mark.parametrize(
    ("slope", "expected"), [(1.0, MacroRegime.TRENDING_UP), (-1.0, MacroRegime.TRENDING_DOWN)]
)
def test_a_steady_move_is_a_trend(slope: float, expected: MacroRegime) -> None:
    close = 100.0 + slope * np.linspace(0, 4.0, 50)
    assert macro_regime(macro_measures(close, 50, 49), RULE).tolist() == [expected]
