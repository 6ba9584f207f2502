"""Switches of regimes and sides, weights of layers, flat size, leverage caps by volatility."""

from __future__ import annotations

import numpy as np
import pytest

from hhq.gates import Gate
from hhq.layers import LAYERS, model_confidence, trade_pattern
from hhq.layers.trade_pattern import WinRate
from hhq.leverage.bounds import volatility_cap
from hhq.regime import Regime
from hhq.settings import HHQSettings, SettingsError, parse
from hhq.settings.layers import LayersSettings
from hhq.settings.levels import LevelSettings
from hhq.settings.leverage import LeverageSettings
from hhq.settings.signal import Sides, SideSettings
from hhq.sides import switched_off
from tests.hhq.one_candle import SCORE, F, decided, gate, short

REGIMES = {
    "mean_reversion": {},
    "trending": {F.HURST: 0.6, F.ZSCORE: 2.5},
    "random": {F.HURST: 0.5, F.IMBALANCE: 30.0},
}


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize(
    ("sides", "off"), [("both", ()), ("long", (-1.0,)), ("short", (1.0,)), ("none", (1.0, -1.0))]
)
def test_a_switch_takes_its_sides_out_of_its_regime_alone(
    regime: str, sides: Sides, off: tuple[float, ...]
) -> None:
    side, rule = np.array([1.0, -1.0]), SideSettings(**{regime: sides})
    for code in (Regime.MEAN_REVERSION, Regime.TRENDING, Regime.RANDOM):
        found = switched_off(side, np.full(2, code, dtype=np.int8), rule)
        mine = code.name.lower() == regime
        assert found.tolist() == [mine and value in off for value in side]


@pytest.mark.parametrize("regime", REGIMES)
def test_the_gate_of_a_switched_off_side_is_side_off(regime: str) -> None:
    off = {"signal": {"sides": {regime: "none"}}}
    assert gate(REGIMES[regime]) is not Gate.SIDE_OFF
    assert gate(REGIMES[regime], off) is Gate.SIDE_OFF


def test_a_switch_knows_its_words() -> None:
    with pytest.raises(SettingsError, match=r"signal\.sides\.trending"):
        parse(HHQSettings, {"signal": {"sides": {"trending": "up"}}})


@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0, 2.0])
def test_a_weight_multiplies_the_points_of_its_layer_alone(weight: float) -> None:
    plain = decided().signals
    weighted = decided(settings={"layers": {"volume": {"weight": weight}}}).signals
    row = next(place for place, layer in enumerate(LAYERS) if layer.name == "volume")
    assert plain.points[row].tolist() == [8.0]
    assert weighted.points[row].tolist() == [8.0 * weight]
    assert np.delete(weighted.points, row, axis=0).tolist() == np.delete(plain.points, row, axis=0).tolist()
    assert weighted.score.tolist() == [SCORE + 8.0 * (weight - 1.0)]


def test_a_layer_that_is_switched_off_gives_a_plain_zero() -> None:
    penalty = {F.DAILY_TREND: -2.0}
    points = decided(penalty, {"layers": {"daily_trend": {"weight": 0.0}}}).signals.points
    row = next(place for place, layer in enumerate(LAYERS) if layer.name == "daily_trend")
    assert points[row].tobytes() == np.zeros(1).tobytes()


def test_the_layers_outside_the_market_decision_have_weights_too() -> None:
    half = LayersSettings.model_validate(
        {"trade_pattern": {"weight": 0.5}, "model_confidence": {"weight": 0.5}}
    )
    bad, other = WinRate(10, 10.0), WinRate(0, float("nan"))
    full = LayersSettings()
    assert trade_pattern.points(bad, bad, other, half) == trade_pattern.points(bad, bad, other, full) / 2.0
    sure = np.array([1.0])
    assert model_confidence.points(sure, gate_holds=True, settings=half).tolist() == [5.0]
    assert model_confidence.outcomes(half) == (-5.0, 5.0)


def test_size_can_be_the_same_for_every_score() -> None:
    flat = {"entry": {"size": {"by_score": False}}}
    assert decided().signals.size_factor.tolist() == [0.8]
    assert decided(settings=flat).signals.size_factor.tolist() == [1.0]
    strong = {F.DAILY_TREND: 2.0, F.VWAP_ZSCORE: -1.0}
    assert decided(strong, flat).signals.size_factor == decided(strong).signals.size_factor / 1.5


@pytest.mark.parametrize(
    ("atr_pct", "cap"),
    [(0.1, 20.0), (1.5, 15.0), (2.0, 10.0), (4.0, 5.0), (50.0, 2.0), (float("nan"), float("nan"))],
)
def test_the_leverage_is_capped_by_the_volatility_level(atr_pct: float, cap: float) -> None:
    rule = LeverageSettings(volatility_caps=(20, 15, 10, 5, 2))
    assert float(volatility_cap(atr_pct, LevelSettings(), rule)) == pytest.approx(cap, nan_ok=True)


def test_the_cap_reaches_the_leverage_of_the_decision() -> None:
    before = float(decided().signals.leverage[0])
    capped = decided(settings={"leverage": {"volatility_caps": [2, 2, 2, 2, 2]}})
    assert before > 2.0
    assert capped.signals.leverage.tolist() == [2.0]
    assert decided(short(), {"leverage": {"volatility_caps": [2, 2, 2, 2, 2]}}).signals.leverage.tolist() == [
        2.0
    ]


def test_a_cap_below_one_is_no_cap_but_an_error() -> None:
    with pytest.raises(SettingsError, match="volatility_caps"):
        parse(HHQSettings, {"leverage": {"volatility_caps": [0, 1, 1, 1, 1]}})
