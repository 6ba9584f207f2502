"""The whole block: mirrored on a mirrored market."""

from __future__ import annotations

import numpy as np
import pytest

from hhq.features.catalogue import FROM_OUTSIDE, Feature, mirrored
from hhq.panel import WINDOW, Panel
from tests.hhq.features.blocks import Features, MakePanel

SAME_IN_REFLECTION = (
    Feature.ZSCORE,
    Feature.ATR,
    Feature.ATR_1H,
    Feature.ADX,
    Feature.PLUS_DI,
    Feature.MINUS_DI,
    Feature.ADX_TREND,
    Feature.RSI,
    Feature.MACD_HISTOGRAM,
    Feature.MACD_CROSS,
    Feature.BB_POSITION,
    Feature.STOCH_RSI_K,
    Feature.STOCH_RSI_D,
    Feature.STOCH_RSI_CROSS,
    Feature.EMA8,
    Feature.EMA21,
    Feature.EMA_CROSS,
    Feature.EMA_STATE,
    Feature.VWAP,
    Feature.VWAP_ZSCORE,
    Feature.VOLUME_RATIO,
    Feature.VOLUME_SPIKE,
    Feature.POC,
    Feature.VAH,
    Feature.VAL,
    Feature.SWEEP,
    Feature.BREAKOUT,
)
BY_PERCENT = (Feature.FVG, Feature.FVG_DISTANCE, Feature.DAILY_TREND)
"""Features with a threshold in percent of a price that the reflection moves: a few candles end up on its other side."""


def reflected(panel: Panel, price: float) -> Panel:
    return Panel(
        panel.symbols,
        panel.first_bar,
        2 * price - panel.open,
        2 * price - panel.low,
        2 * price - panel.high,
        2 * price - panel.close,
        panel.volume,
    )


@pytest.mark.compiled
def test_features_of_a_market_reflected_at_a_price_are_mirrored(
    make_panel: MakePanel, features: Features
) -> None:
    """Price differences change sign exactly; what divides by a price (the other features) does so nearly."""
    panel = make_panel(1, 12_000, move=0.0004)
    price = float(panel.close.mean())
    expected = mirrored(features(panel, WINDOW).values)[:, 0]
    ours = features(reflected(panel, price), WINDOW).values[:, 0]
    shift = features(panel, WINDOW)[Feature.CLOSE][0] - ours[Feature.CLOSE]
    for feature in Feature:
        value, wanted = ours[feature], expected[feature]
        if feature in (Feature.EMA8, Feature.EMA21, Feature.VWAP, Feature.POC, Feature.VAH, Feature.VAL):
            value = value + shift
        if feature in FROM_OUTSIDE or feature is Feature.CLOSE:
            continue
        size = float(np.nanmean(np.abs(wanted))) + 1e-9
        off = np.abs(value - wanted) > (1e-5 if feature in SAME_IN_REFLECTION else 0.25) * size
        off |= np.isnan(value) != np.isnan(wanted)
        assert off.mean() <= (0.05 if feature in BY_PERCENT else 0.01), (feature.name, off.mean())


@pytest.mark.compiled
def test_features_of_a_market_with_inverted_log_prices_are_mirrored(
    make_panel: MakePanel, features: Features
) -> None:
    panel = make_panel(1, 6_000, move=0.0004)
    log_mirror = Panel(
        panel.symbols,
        panel.first_bar,
        1 / panel.open,
        1 / panel.low,
        1 / panel.high,
        1 / panel.close,
        panel.volume,
    )
    expected = mirrored(features(panel, WINDOW).values)[:, 0]
    ours = features(log_mirror, WINDOW).values[:, 0]
    np.testing.assert_allclose(ours[Feature.HURST], expected[Feature.HURST], rtol=1e-8)
    for feature in (
        Feature.ZSCORE,
        Feature.RSI,
        Feature.MACD_CROSS,
        Feature.ADX,
        Feature.BB_POSITION,
        Feature.VWAP_ZSCORE,
        Feature.SWEEP,
        Feature.CHANGE_1H,
        Feature.EMA_GAP_4H,
        Feature.STRONG_TREND_CHANGE,
    ):
        size = float(np.nanmean(np.abs(expected[feature]))) + 1e-9
        assert (np.abs(ours[feature] - expected[feature]) > 0.25 * size).mean() <= 0.01, feature.name
