"""Stop, target and trail distances by hand, at their boundaries, and for any market."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hhq.arrays import FloatArray
from hhq.exits.levels import (
    FillMarket,
    VolatilityLevel,
    candle_range_factor,
    kill_switch_threshold,
    levels_at_fill,
    macro_multiplier,
    roi_activation_pct,
    stop_distance_pct,
    trail_multiples,
    trail_tightening,
    trail_width,
    volatility_level,
)
from hhq.regime import MacroRegime
from hhq.settings.base import SettingsError, parse
from hhq.settings.levels import KillSwitchThreshold, LevelSettings

no_deadline = hypothesis_settings(deadline=None)

DEFAULTS = LevelSettings()
FIRST = KillSwitchThreshold()
RANGING = float(MacroRegime.RANGING)


def market(atr_pct: float, price: float = 100.0, m_at: float = 1.0, **changes: float) -> FillMarket:
    values = {"atr_1h": atr_pct * price / 100, "atr_1h_pct": atr_pct, "atr_5m_pct": m_at, "hurst": 0.5}
    return FillMarket(**{**values, "macro": RANGING, **changes})


@pytest.mark.parametrize(
    "atr_pct, level",
    [
        (0.0, VolatilityLevel.VERY_LOW),
        (0.999, VolatilityLevel.VERY_LOW),
        (1.0, VolatilityLevel.LOW),
        (2.0, VolatilityLevel.NORMAL),
        (3.999, VolatilityLevel.NORMAL),
        (4.0, VolatilityLevel.HIGH),
        (7.0, VolatilityLevel.VERY_HIGH),
        (50.0, VolatilityLevel.VERY_HIGH),
    ],
)
def test_the_level_follows_the_hourly_atr(atr_pct: float, level: VolatilityLevel) -> None:
    assert VolatilityLevel(int(volatility_level(atr_pct, DEFAULTS))) is level


def test_no_atr_means_no_level_and_no_level_means_no_distances() -> None:
    assert math.isnan(volatility_level(math.nan, DEFAULTS))
    found = levels_at_fill(market(math.nan), 100.0, 1.0, DEFAULTS)
    assert math.isnan(found.stop_price)
    assert math.isnan(found.target_price)
    assert math.isnan(found.trail_activation)


@pytest.mark.parametrize("level", list(VolatilityLevel))
def test_every_level_is_a_row_of_every_table(level: VolatilityLevel) -> None:
    for table in (DEFAULTS.stop_by_level, DEFAULTS.target_by_level, DEFAULTS.roi_by_level):
        assert len(table) == len(VolatilityLevel)
    atr_pct = [0.5, 1.5, 3.0, 5.0, 9.0][level]
    stop = stop_distance_pct(market(atr_pct), 100.0, DEFAULTS)
    assert float(stop) == pytest.approx([1.5, 2.0, 2.5, 3.0, 4.0][level] * atr_pct * 1.2 * 1.0)
    assert float(roi_activation_pct(atr_pct, DEFAULTS)) == pytest.approx([2, 3, 4, 6, 8][level] * 1.2)


@pytest.mark.parametrize(
    "a, m",
    [(0.0, 0.7), (0.25, 0.8), (0.5, 0.9), (1.0, 1.0), (2.0, 1.2), (3.0, 1.3), (5.0, 1.5), (80.0, 1.5)],
)
def test_the_candle_range_factor_meets_the_formula_at_its_corners(a: float, m: float) -> None:
    formula = 0.7 + 0.4 * a if a < 0.5 else 0.9 + 0.2 * (a - 0.5) if a <= 2 else 1.2 + 0.1 * min(a - 2, 3)
    assert float(candle_range_factor(a, DEFAULTS)) == pytest.approx(m)
    assert float(candle_range_factor(a, DEFAULTS)) == pytest.approx(min(max(formula, 0.7), 1.5))


@pytest.mark.parametrize(
    "hurst, target_factor", [(0.449, 1.2), (0.45, 1.0), (0.55, 1.0), (0.551, 1.3), (math.nan, math.nan)]
)
def test_the_target_moves_out_away_from_a_random_walk(hurst: float, target_factor: float) -> None:
    found = levels_at_fill(market(1.5, hurst=hurst), 100.0, 1.0, DEFAULTS)
    assert float(found.target_price) == pytest.approx(100 + 1.5 * 3 * 1.2 * target_factor, nan_ok=True)
    assert float(found.stop_price) == pytest.approx(100 - 1.5 * 2 * 1.2)


def test_a_short_is_the_reflection_of_a_long() -> None:
    long = levels_at_fill(market(3.0), 100.0, 1.0, DEFAULTS)
    short = levels_at_fill(market(3.0), 100.0, -1.0, DEFAULTS)
    assert float(short.stop_price) == pytest.approx(200 - float(long.stop_price))
    assert float(short.target_price) == pytest.approx(200 - float(long.target_price))
    assert short.stop_distance_pct == long.stop_distance_pct


@pytest.mark.parametrize(
    "macro, trail, stop, target",
    [
        (MacroRegime.TRENDING_UP, 1.3, 1.2, 1.5),
        (MacroRegime.TRENDING_DOWN, 0.7, 0.8, 0.7),
        (MacroRegime.VOLATILE, 0.8, 1.3, 0.8),
        (MacroRegime.QUIET, 0.9, 0.9, 0.9),
        (MacroRegime.RANGING, 1.0, 1.0, 1.0),
        (MacroRegime.NOT_AVAILABLE, 1.0, 1.0, 1.0),
    ],
)
def test_the_macro_regime_scales_trail_stop_and_target(
    macro: MacroRegime, trail: float, stop: float, target: float
) -> None:
    assert float(macro_multiplier(float(macro), "trail", DEFAULTS)) == trail
    found = levels_at_fill(market(1.5, macro=float(macro)), 100.0, 1.0, DEFAULTS)
    assert float(found.stop_distance_pct) == pytest.approx(1.5 * 2 * 1.2 * stop)
    assert float(found.target_distance_pct) == pytest.approx(1.5 * 3 * 1.2 * target)
    assert float(found.trail_activation) == pytest.approx(2.0 * trail)
    assert float(found.trail_distance) == pytest.approx(min(1.5 * trail, 2.0))


@pytest.mark.parametrize(
    "atr_pct, activation, distance",
    [(2.0, 2.0, 1.5), (2.01, 1.5, 1.0), (4.0, 1.5, 1.0), (6.0, 1.2, 0.8), (10.0, 1.0, 0.6), (10.1, 0.8, 0.5)],
)
def test_a_more_volatile_coin_trails_nearer(atr_pct: float, activation: float, distance: float) -> None:
    a, d = trail_multiples(atr_pct, 0.5, RANGING, DEFAULTS)
    assert [float(a), float(d)] == pytest.approx([activation, distance])


@pytest.mark.parametrize(
    "hurst, factor", [(0.65, 1.4), (0.649, 1.2), (0.55, 1.2), (0.45, 1.0), (0.35, 0.8), (0.349, 0.6)]
)
def test_a_persistent_coin_gets_a_longer_trail(hurst: float, factor: float) -> None:
    a, d = trail_multiples(3.0, hurst, RANGING, DEFAULTS)
    assert [float(a), float(d)] == pytest.approx([1.5 * factor, 1.0 * factor])


def test_the_trail_settings_scale_their_tables_before_the_clamp() -> None:
    wide = parse(LevelSettings, {"trail_activation": 3.0, "trail_distance": 2.0})
    a, d = trail_multiples(3.0, 0.5, RANGING, wide)
    assert (float(a), float(d)) == (3.0, 2.0)
    near = parse(LevelSettings, {"trail_activation": 0.5, "trail_distance": 0.3})
    a, d = trail_multiples(11.0, 0.3, RANGING, near)
    assert (float(a), float(d)) == (0.5, 0.3)


def test_sl_atr_and_tp_atr_scale_their_tables() -> None:
    doubled = parse(LevelSettings, {"sl_atr": 4.0, "tp_atr": 6.0, "exit_tightness": 1.0})
    found = levels_at_fill(market(3.0), 100.0, 1.0, doubled)
    assert float(found.stop_distance_pct) == pytest.approx(3.0 * 2.5 * 2)
    assert float(found.target_distance_pct) == pytest.approx(3.0 * 4.0 * 2)


@pytest.mark.parametrize(
    "atr_pct, v", [(0.99, 0.6), (1.0, 0.75), (1.5, 1.0), (2.5, 1.3), (4.0, 1.6), (6.0, 2.0), (90.0, 2.0)]
)
def test_the_width_of_the_trail_grows_with_the_atr(atr_pct: float, v: float) -> None:
    assert float(trail_width(atr_pct, DEFAULTS)) == v
    found = levels_at_fill(market(atr_pct), 100.0, 1.0, DEFAULTS)
    assert float(found.trail_distance_pct) == pytest.approx(float(found.trail_distance) * atr_pct * 1.2 * v)
    assert float(found.trail_activation_pct) == pytest.approx(float(found.trail_activation) * atr_pct * 1.2)


@pytest.mark.parametrize("roi, factor", [(-3.0, 1.0), (4.99, 1.0), (5.0, 0.75), (9.99, 0.75), (10.0, 0.5)])
def test_profit_tightens_the_trail(roi: float, factor: float) -> None:
    assert float(trail_tightening(roi, DEFAULTS)) == factor


@pytest.mark.parametrize(
    "leverage, first", [(1, -30.0), (10, -30.0), (20, -30 * math.sqrt(0.5)), (40, -15.0), (75, -15.0)]
)
def test_higher_leverage_tightens_the_kill_switch_down_to_half(leverage: float, first: float) -> None:
    assert float(kill_switch_threshold(leverage, FIRST)) == pytest.approx(first)
    assert float(kill_switch_threshold(leverage, KillSwitchThreshold(-50.0))) == pytest.approx(first * 5 / 3)


def test_the_stop_keeps_a_distance_that_fees_do_not_eat() -> None:
    found = levels_at_fill(market(0.1), 100.0, 1.0, DEFAULTS)
    assert float(found.stop_distance_pct) == 0.6
    assert float(found.stop_price) == pytest.approx(99.4)


def test_the_default_stop_lies_a_few_hourly_atr_away() -> None:
    for atr_pct in (0.8, 1.5, 3.0, 5.0, 9.0):
        for five_minutes in (0.05, 0.5, 1.0, 2.0):
            distance = stop_distance_pct(market(atr_pct, m_at=five_minutes), 100.0, DEFAULTS)
            assert 1.0 <= float(distance) / atr_pct <= 7.0


@no_deadline
@given(
    price=st.floats(1e-8, 1e6),
    atr_pct=st.floats(0.0, 500.0),
    five=st.floats(0.0, 100.0),
    hurst=st.floats(0.15, 0.85),
    macro=st.sampled_from(list(MacroRegime)),
    side=st.sampled_from([1.0, -1.0]),
    tightness=st.floats(0.3, 4.0),
)
def test_levels_of_any_market_lie_on_their_side_and_above_zero(
    price: float, atr_pct: float, five: float, hurst: float, macro: MacroRegime, side: float, tightness: float
) -> None:
    settings = parse(LevelSettings, {"exit_tightness": tightness})
    seen = FillMarket(price * atr_pct / 100, atr_pct, five, hurst, float(macro))
    found = levels_at_fill(seen, price, side, settings)
    assert found.stop_price > 0
    assert found.target_price > 0
    assert (price - float(found.stop_price)) * side >= 0.0059 * price
    assert (float(found.target_price) - price) * side >= 0
    assert 0.5 <= found.trail_activation <= 3
    assert 0.3 <= found.trail_distance <= 2


def test_an_array_of_candidates_equals_each_candidate_alone() -> None:
    grid: FloatArray = np.array(np.meshgrid([0.5, 1.5, 12.0], [0.3, 0.5, 0.7], [1.0, -1.0], [1.0, 3.0, 5.0]))
    atr_pct, hurst, side, macro = grid.reshape(4, -1)
    price = 50.0 + np.arange(atr_pct.size, dtype=np.float64)
    atr = atr_pct * price / 100
    together = levels_at_fill(
        FillMarket(atr, atr_pct, np.asarray(atr_pct / 4), hurst, macro), price, side, DEFAULTS
    )
    for i in range(atr_pct.size):
        seen = FillMarket(atr[i], atr_pct[i], atr_pct[i] / 4, hurst[i], macro[i])
        alone = levels_at_fill(seen, price[i], side[i], DEFAULTS)
        for name in alone.__slots__:
            assert getattr(together, name)[i] == getattr(alone, name), name


@pytest.mark.parametrize(
    "key, value",
    [("sl_atr", 0.9), ("tp_atr", 6.1), ("exit_tightness", 0.2), ("trail_distance", 2.1), ("sl", 1)],
)
def test_a_setting_out_of_range_or_unknown_is_named(key: str, value: float) -> None:
    with pytest.raises(SettingsError, match=key):
        parse(LevelSettings, {key: value})
