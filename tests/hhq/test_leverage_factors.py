"""Every factor of the market leverage at its boundaries, and their product."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hhq.leverage.factors import (
    LeverageFactors,
    balance_multiplier,
    estimated_spread_pct,
    leverage_factors,
    mtf_multiplier,
    price_factor,
    rounded_leverage,
    volatility_factor,
)
from hhq.settings.base import SettingsError, parse
from hhq.settings.leverage import LeverageSettings
from hhq.steps import Numbers

no_deadline = hypothesis_settings(deadline=None)

DEFAULTS = LeverageSettings()


def by_band(bands: dict[float, tuple[float, ...]]) -> list[tuple[float, float]]:
    """(value, result) for each of the values that have the same result: the ends of a band, where it has two."""
    return [(value, result) for result, values in bands.items() for value in values]


def factors(
    price: Numbers = 100.0,
    spread: Numbers = 0.05,
    tick: Numbers = 0.001,
    volume: Numbers = 300e6,
    atr_pct: Numbers = 1.5,
    aligned: Numbers = 2.0,
) -> LeverageFactors:
    return leverage_factors(
        price=price,
        spread_pct=spread,
        tick_size=tick,
        quote_volume_24h=volume,
        atr_1h_pct=atr_pct,
        aligned_timeframes=aligned,
        settings=DEFAULTS,
    )


@pytest.mark.parametrize(
    "spread, base",
    by_band({50: (0.0, 0.03), 25: (0.031, 0.08), 10: (0.081, 0.15), 5: (0.151, 0.30), 3: (0.301, 9.0)}),
)
def test_a_wider_spread_gives_less_leverage(spread: float, base: float) -> None:
    found = factors(spread=spread)
    assert float(found.base_spread) == base
    assert float(found.spread_pct) == spread
    assert not found.spread_estimated


@pytest.mark.parametrize(
    "volume, spread",
    by_band(
        {
            0.01: (1.1e9,),
            0.02: (1e9, 201e6),
            0.04: (200e6,),
            0.08: (50e6,),
            0.15: (10e6, 2.1e6),
            0.3: (2e6, 0.0),
        }
    ),
)
def test_an_unknown_spread_is_estimated_from_the_volume(volume: float, spread: float) -> None:
    assert float(estimated_spread_pct(100.0, 0.001, volume, DEFAULTS)) == spread
    found = factors(spread=math.nan, volume=volume)
    assert found.spread_estimated
    assert float(found.spread_pct) == spread
    assert not math.isnan(found.base_spread)


def test_a_coarse_tick_is_the_least_spread_there_can_be() -> None:
    assert float(estimated_spread_pct(0.01, 0.0001, 5e9, DEFAULTS)) == pytest.approx(1.0)
    assert float(factors(price=0.01, tick=0.0001, spread=math.nan, volume=5e9).base_spread) == 3


@pytest.mark.parametrize("missing", ["tick", "volume", "atr_pct", "price"])
def test_a_missing_input_gives_no_leverage_rather_than_a_default(missing: str) -> None:
    found = factors(**{"spread": math.nan, missing: math.nan})
    assert math.isnan(found.product())
    assert math.isnan(found.leverage(DEFAULTS))


@pytest.mark.parametrize(
    "price, factor",
    by_band(
        {0.3: (1e-8, 0.0001, 0.1), 0.5: (1.0,), 0.75: (10.0,), 1.0: (100.0, 50_000.0), math.nan: (math.nan,)}
    ),
)
def test_cheap_coins_get_less_leverage(price: float, factor: float) -> None:
    assert float(price_factor(price, DEFAULTS)) == pytest.approx(factor, nan_ok=True)


@pytest.mark.parametrize(
    "atr_pct, factor",
    by_band(
        {1.0: (0.0, 2.0), 0.8: (2.1, 4.0), 0.6: (6.0,), 0.4: (10.0,), 0.3: (10.1,), math.nan: (math.nan,)}
    ),
)
def test_volatile_coins_get_less_leverage(atr_pct: float, factor: float) -> None:
    assert float(volatility_factor(atr_pct, DEFAULTS)) == pytest.approx(factor, nan_ok=True)


@pytest.mark.parametrize("aligned, factor", [(0, 0.6), (1, 0.8), (2, 1.0), (3, 1.2)])
def test_more_aligned_timeframes_give_more_leverage(aligned: int, factor: float) -> None:
    assert float(mtf_multiplier(float(aligned), DEFAULTS)) == factor


def test_a_fourth_aligned_timeframe_is_an_error() -> None:
    with pytest.raises(IndexError):
        mtf_multiplier(4.0, DEFAULTS)


@pytest.mark.parametrize(
    "equity, peak, factor",
    [
        (1000, 1000, 1.0),
        (1100, 1000, 1.0),
        (950, 1000, 1.0),
        (949.9, 1000, 0.7),
        (900, 1000, 0.7),
        (899.9, 1000, 0.5),
        (0, 1000, 0.5),
        (1000, math.nan, math.nan),
        (math.nan, 1000, math.nan),
        (1000, 0, math.nan),
    ],
)
def test_a_drawdown_from_the_peak_lowers_leverage(equity: float, peak: float, factor: float) -> None:
    found = balance_multiplier(equity=equity, peak_equity=peak, settings=DEFAULTS)
    assert found == pytest.approx(factor, nan_ok=True)


def test_the_current_balance_and_the_peak_cannot_be_mixed_up_by_position() -> None:
    with pytest.raises(TypeError):
        balance_multiplier(900.0, 1000.0, DEFAULTS)  # type: ignore[call-arg]  # the point of the test


def test_the_product_is_made_of_every_factor_that_is_shown() -> None:
    found = factors(price=10.0, spread=0.05, atr_pct=3.0, aligned=1.0)
    shown = [found.base_spread, found.price_factor, found.volatility_factor, found.mtf_mult]
    assert [float(x) for x in shown] == [25.0, 0.75, 0.8, 0.8]
    assert float(found.product()) == pytest.approx(12.0)
    assert float(found.product(0.5)) == pytest.approx(6.0)
    assert float(found.leverage(DEFAULTS, 0.7)) == 8.0


@no_deadline
@given(
    price=st.floats(1e-6, 1e5),
    spread=st.one_of(st.just(math.nan), st.floats(0, 1)),
    atr_pct=st.floats(0, 20),
    aligned=st.integers(0, 3),
    balance=st.sampled_from([0.5, 0.7, 1.0]),
)
def test_the_breakdown_shows_the_factors_that_make_the_leverage(
    price: float, spread: float, atr_pct: float, aligned: int, balance: float
) -> None:
    found = factors(price, spread, price / 5000, 1e8, atr_pct, aligned)
    shown = found.breakdown(DEFAULTS, balance)
    assert shown.product == pytest.approx(
        shown.base_spread * shown.price_factor * shown.volatility_factor * shown.balance_mult * shown.mtf_mult
    )
    assert shown.leverage == min(max(round(shown.product), 3), 75) == float(found.leverage(DEFAULTS, balance))
    assert shown.spread_estimated == math.isnan(spread)
    assert not math.isnan(shown.spread_pct)


def test_the_breakdown_of_one_of_many_candidates_is_its_own() -> None:
    many = leverage_factors(
        price=np.array([[1.0, 100.0]]),
        spread_pct=np.array([[0.01, 0.2]]),
        tick_size=np.array([[0.001, 0.01]]),
        quote_volume_24h=np.array([[1e8, 1e8]]),
        atr_1h_pct=np.array([[1.0, 5.0]]),
        aligned_timeframes=np.array([[3.0, 2.0]]),
        settings=DEFAULTS,
    )
    shown = many.breakdown(DEFAULTS, 1.0, (0, 1))
    assert (shown.base_spread, shown.price_factor, shown.volatility_factor) == (5.0, 1.0, 0.6)
    assert shown.leverage == 3.0


def test_the_largest_product_is_sixty() -> None:
    assert float(factors(price=5000.0, spread=0.01, atr_pct=1.0, aligned=3.0).leverage(DEFAULTS)) == 60.0


@pytest.mark.parametrize(
    "product, leverage", [(0.4, 3), (3.49, 3), (3.51, 4), (12.5, 12), (13.5, 14), (74.6, 75), (90, 75)]
)
def test_the_product_is_rounded_and_clamped(product: float, leverage: float) -> None:
    assert float(rounded_leverage(product, DEFAULTS)) == leverage


def test_an_array_of_candidates_equals_each_candidate_alone() -> None:
    grid = np.array(
        np.meshgrid([0.001, 1.0, 300.0], [0.02, math.nan, 0.4], [1e6, 4e8], [1.0, 7.0], [0.0, 3.0])
    )
    price, spread, volume, atr_pct, aligned = grid.reshape(5, -1)
    tick = price / 3000
    together = factors(price, spread, tick, volume, atr_pct, aligned)
    for i in range(price.size):
        alone = factors(price[i], spread[i], tick[i], volume[i], atr_pct[i], aligned[i])
        assert together.product()[i] == alone.product()
        assert together.spread_estimated[i] == alone.spread_estimated


@no_deadline
@given(
    price=st.floats(1e-8, 1e6),
    spread=st.floats(0, 5),
    atr_pct=st.floats(0, 100),
    aligned=st.integers(0, 3),
    worse=st.floats(1.0, 10.0),
)
def test_leverage_never_rises_when_the_coin_gets_worse(
    price: float, spread: float, atr_pct: float, aligned: int, worse: float
) -> None:
    here = float(factors(price, spread, 0.0, 1e9, atr_pct, aligned).leverage(DEFAULTS))
    assert 3 <= here <= 60
    assert float(factors(price, spread * worse, 0.0, 1e9, atr_pct, aligned).leverage(DEFAULTS)) <= here
    assert float(factors(price, spread, 0.0, 1e9, atr_pct * worse, aligned).leverage(DEFAULTS)) <= here
    assert float(factors(price / worse, spread, 0.0, 1e9, atr_pct, aligned).leverage(DEFAULTS)) <= here


@pytest.mark.parametrize("key, value", [("max_leverage", 76), ("max_leverage", 0), ("leverage", 10)])
def test_a_setting_out_of_range_or_unknown_is_named(key: str, value: float) -> None:
    with pytest.raises(SettingsError, match=key):
        parse(LeverageSettings, {key: value})
