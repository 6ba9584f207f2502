"""The numbers of the score layers: one section per layer, under the layer's name (docs/layers.md)."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pydantic import model_validator

from hhq.settings.base import Section, setting

MOST_POINTS = 50.0
"""No single row of a layer may add more points than this, or take off more."""


def _bonus(default: float, text: str) -> Any:
    return setting(default, 0.0, MOST_POINTS, "points", text)


def _penalty(default: float, text: str) -> Any:
    return setting(default, -MOST_POINTS, 0.0, "points", text)


class LayerSection(Section):
    """Numbers of one layer; the limits in each chain of ``falling`` must fall strictly, so that no row is dead."""

    falling: ClassVar[tuple[tuple[str, ...], ...]] = ()
    weight: float = setting(1.0, 0.0, 2.0, "×", "Factor on the points of this layer; 0 switches it off.")

    @model_validator(mode="after")
    def _limits_fall(self) -> Self:
        for chain in self.falling:
            limits = [getattr(self, name) for name in chain]
            if limits != sorted(set(limits), reverse=True):
                raise ValueError(f"must fall from one to the next: {', '.join(chain)}")
        return self


class BaseAndStrength(LayerSection):
    """Layer 1; the base itself belongs to the regime settings."""

    points_per_deviation: float = setting(
        5.0, 0.0, 20.0, "points", "Points per unit of |z| over the threshold."
    )
    most_points: float = _bonus(10.0, "Highest number of points for the strength of z.")


class OrderBookImbalance(LayerSection):
    """Layer 2."""

    falling = (("strong_from", "medium_from", "weak_from"),)
    strong_from: float = setting(10.0, 0.0, 100.0, "%", "Imbalance from which the book leans strongly.")
    strong_points: float = _bonus(20.0, "Points for a strong imbalance.")
    medium_from: float = setting(5.0, 0.0, 100.0, "%", "Imbalance from which the book leans clearly.")
    medium_points: float = _bonus(15.0, "Points for a medium imbalance.")
    weak_from: float = setting(2.0, 0.0, 100.0, "%", "Imbalance from which the book leans towards the side.")
    weak_points: float = _bonus(10.0, "Points for a weak imbalance.")


class VwapDistance(LayerSection):
    """Layer 3."""

    distance: float = setting(0.7, 0.0, 5.0, "σ", "Distance to the VWAP beyond which the layer counts.")
    mean_reversion_points: float = _bonus(20.0, "Points on the far side of the VWAP, mean reversion.")
    trending_points: float = _bonus(10.0, "Points beyond the VWAP in the side's direction, trending.")


class DailyTrend(LayerSection):
    """Layer 4."""

    strong_with_points: float = _bonus(15.0, "Points when the daily trend is strongly with the side.")
    with_points: float = _bonus(10.0, "Points when the daily trend is with the side.")
    against_points: float = _penalty(-10.0, "Points when the daily trend is against the side.")
    strong_against_points: float = _penalty(-20.0, "Points when it is strongly against the side.")


class Liquidations(LayerSection):
    """Layer 5."""

    falling = (("large_above", "medium_above", "small_above"),)
    large_above: float = setting(100_000.0, 0.0, 1e9, "USDT", "Liquidated notional above which it is large.")
    large_points: float = _bonus(15.0, "Points for a large liquidation of the opposite side.")
    medium_above: float = setting(50_000.0, 0.0, 1e9, "USDT", "Liquidated notional above which it is medium.")
    medium_points: float = _bonus(10.0, "Points for a medium liquidation of the opposite side.")
    small_above: float = setting(20_000.0, 0.0, 1e9, "USDT", "Liquidated notional above which it counts.")
    small_points: float = _bonus(5.0, "Points for a small liquidation of the opposite side.")


class Basis(LayerSection):
    """Layer 6."""

    discount: float = setting(0.02, 0.0, 5.0, "%", "Discount of the perpetual that must be exceeded.")
    points: float = _bonus(10.0, "Points for a discount.")


class Whale(LayerSection):
    """Layer 7."""

    above: float = setting(2.0, 0.0, 10.0, "σ", "Whale flow in the side's direction that must be exceeded.")
    points: float = _bonus(15.0, "Points for whale flow.")


class FairValueGap(LayerSection):
    """Layer 8."""

    within: float = setting(1.0, 0.0, 10.0, "ATR", "Largest distance to the gap, in ATR of 5m candles.")
    with_points: float = _bonus(10.0, "Points for a near gap in the side's direction.")
    against_points: float = _penalty(-10.0, "Points for a near gap against the side.")


class Breakout(LayerSection):
    """Layer 9."""

    hurst_above: float = setting(0.5, 0.15, 0.85, "", "Hurst exponent that must be exceeded.")
    with_points: float = _bonus(15.0, "Points for a breakout in the side's direction.")
    against_points: float = _penalty(-10.0, "Points for mean reversion against a fresh breakout.")


class RsiMomentum(LayerSection):
    """Layer 10; values as a LONG sees them, a SHORT sees 100 − RSI."""

    falling = (("overbought_above", "oversold_below", "very_oversold_below"), ("trend_to", "trend_from"))
    very_oversold_below: float = setting(25.0, 0.0, 100.0, "", "RSI below which the coin is very oversold.")
    very_oversold_points: float = _bonus(8.0, "Points when very oversold, mean reversion.")
    oversold_below: float = setting(35.0, 0.0, 100.0, "", "RSI below which the coin is oversold.")
    oversold_points: float = _bonus(5.0, "Points when oversold, mean reversion.")
    overbought_above: float = setting(75.0, 0.0, 100.0, "", "RSI above which the coin is overbought.")
    overbought_points: float = _penalty(-5.0, "Points when overbought, mean reversion.")
    trend_from: float = setting(50.0, 0.0, 100.0, "", "Lowest RSI of a healthy trend.")
    trend_to: float = setting(70.0, 0.0, 100.0, "", "Highest RSI of a healthy trend.")
    trend_points: float = _bonus(5.0, "Points for a healthy trend, trending.")


class VolumeSpike(LayerSection):
    """Layer 11."""

    falling = (("spike_from", "raised_from", "thin_below"),)
    spike_from: float = setting(2.0, 0.0, 100.0, "×", "Volume ratio from which it is a spike.")
    spike_points: float = _bonus(8.0, "Points for a volume spike.")
    raised_from: float = setting(1.5, 0.0, 100.0, "×", "Volume ratio from which volume is raised.")
    raised_points: float = _bonus(5.0, "Points for raised volume.")
    thin_below: float = setting(0.5, 0.0, 100.0, "×", "Volume ratio below which volume is thin.")
    thin_points: float = _penalty(-5.0, "Points for thin volume.")


class SmtDivergence(LayerSection):
    """Layer 12."""

    with_points: float = _bonus(10.0, "Points for a divergence in the side's direction.")
    against_points: float = _penalty(-5.0, "Points for a divergence against the side.")


class VwapZone(LayerSection):
    """Layer 13."""

    falling = (("far_above", "zone_far", "zone_near"),)
    zone_near: float = setting(0.5, 0.0, 10.0, "σ", "Smallest distance to the VWAP of the reversion zone.")
    zone_far: float = setting(2.0, 0.0, 10.0, "σ", "Largest distance to the VWAP of the reversion zone.")
    zone_points: float = _bonus(5.0, "Points inside the reversion zone.")
    far_above: float = setting(3.0, 0.0, 20.0, "σ", "Distance, either way, above which price has run away.")
    far_points: float = _penalty(-5.0, "Points when price has run away from the VWAP.")


class PointOfControl(LayerSection):
    """Layer 14."""

    falling = (("near_below", "at_below"),)
    at_below: float = setting(0.5, 0.0, 50.0, "%", "Distance below which price is at the point of control.")
    at_points: float = _bonus(8.0, "Points at the point of control.")
    near_below: float = setting(2.0, 0.0, 50.0, "%", "Distance below which price is near it.")
    near_points: float = _bonus(3.0, "Points near the point of control.")


class RangeRegime(LayerSection):
    """Layer 15."""

    adx_below: float = setting(20.0, 0.0, 100.0, "", "ADX below which there is no trend.")
    hurst_below: float = setting(0.45, 0.15, 0.85, "", "Hurst exponent below which the coin reverts.")
    points: float = _bonus(10.0, "Points for a range.")


class ImbalanceTrend(LayerSection):
    """Layer 16."""

    falling = (("strong_above", "weak_above"),)
    strong_above: float = setting(5.0, 0.0, 200.0, "%", "Rise of the imbalance above which it is strong.")
    strong_points: float = _bonus(8.0, "Points for a strong rise in the side's favour.")
    weak_above: float = setting(2.0, 0.0, 200.0, "%", "Rise of the imbalance above which it counts.")
    weak_points: float = _bonus(5.0, "Points for a rise in the side's favour.")
    against_above: float = setting(5.0, 0.0, 200.0, "%", "Rise against the side above which it counts.")
    against_points: float = _penalty(-5.0, "Points for a rise against the side.")


class Funding(LayerSection):
    """Layer 17; rates normalised to 8 h."""

    falling = (
        ("crowd_strong_above", "crowd_above"),
        ("contrarian_extreme_above", "contrarian_strong_above", "contrarian_above"),
    )
    crowd_strong_above: float = setting(0.03, 0.0, 3.0, "%", "Rate paid above which the crowd is dense.")
    crowd_strong_points: float = _penalty(-5.0, "Points for joining a dense crowd.")
    crowd_above: float = setting(0.01, 0.0, 3.0, "%", "Rate paid above which there is a crowd.")
    crowd_points: float = _penalty(-3.0, "Points for joining a crowd.")
    contrarian_extreme_above: float = setting(0.08, 0.0, 3.0, "%", "Rate received above which it is extreme.")
    contrarian_extreme_points: float = _bonus(10.0, "Points against an extreme crowd.")
    contrarian_strong_above: float = setting(0.03, 0.0, 3.0, "%", "Rate received above which it is strong.")
    contrarian_strong_points: float = _bonus(8.0, "Points against a dense crowd.")
    contrarian_above: float = setting(0.01, 0.0, 3.0, "%", "Rate received above which it counts.")
    contrarian_points: float = _bonus(3.0, "Points against a crowd.")


class TradePattern(LayerSection):
    """Layer 18, which depends on the account."""

    falling = (("coin_good_above", "coin_poor_below", "coin_bad_below", "coin_very_bad_below"),)
    coin_trades: int = setting(5, 1, 1_000, "trades", "Trades of the coin from which its win rate counts.")
    coin_very_bad_below: float = setting(25.0, 0.0, 100.0, "%", "Win rate below which the coin is very bad.")
    coin_very_bad_points: float = _penalty(-15.0, "Points for a very bad coin.")
    coin_bad_below: float = setting(35.0, 0.0, 100.0, "%", "Win rate below which the coin is bad.")
    coin_bad_points: float = _penalty(-10.0, "Points for a bad coin.")
    coin_poor_below: float = setting(40.0, 0.0, 100.0, "%", "Win rate below which the coin is poor.")
    coin_poor_points: float = _penalty(-5.0, "Points for a poor coin.")
    coin_good_above: float = setting(70.0, 0.0, 100.0, "%", "Win rate above which the coin is good.")
    coin_good_points: float = _bonus(5.0, "Points for a good coin.")
    side_trades: int = setting(10, 1, 1_000, "trades", "Trades of the side from which its win rate counts.")
    side_weak_below: float = setting(
        35.0, 0.0, 100.0, "%", "Win rate below which the weaker side loses points."
    )
    side_weak_points: float = _penalty(-5.0, "Points for the weaker side.")


class Macd(LayerSection):
    """Layer 19."""

    points: float = _bonus(8.0, "Points for a cross that confirms the side.")


class Bollinger(LayerSection):
    """Layer 20."""

    beyond: float = setting(0.8, 0.0, 3.0, "", "Position (−1 lower, +1 upper band) to be exceeded.")
    points: float = _bonus(8.0, "Points at the band where the regime trades.")


class StochasticRsi(LayerSection):
    """Layer 21; K as a LONG sees it, a SHORT sees 100 − K."""

    oversold_below: float = setting(20.0, 0.0, 100.0, "", "K below which the coin is oversold.")
    cross_points: float = _bonus(8.0, "Points for a cross while oversold, mean reversion.")
    oversold_points: float = _bonus(5.0, "Points while oversold without a cross, mean reversion.")
    trending_points: float = _bonus(5.0, "Points for a cross in the side's direction, trending.")


class Ema(LayerSection):
    """Layer 22."""

    points: float = _bonus(5.0, "Points for a cross, or for the state in the trending regime.")


class ModelConfidence(LayerSection):
    """Layer 23, the trained model's."""

    neutral: float = setting(0.5, 0.0, 1.0, "probability", "Confidence that gives no points.")
    points_per_probability: float = setting(20.0, 0.0, 100.0, "points", "Points per 1.0 of confidence.")
    most_points: float = _bonus(10.0, "Highest number of points that the model can add or take off.")


class LayersSettings(Section):
    """All score layers."""

    base_and_strength: BaseAndStrength = BaseAndStrength()
    order_book_imbalance: OrderBookImbalance = OrderBookImbalance()
    vwap_distance: VwapDistance = VwapDistance()
    daily_trend: DailyTrend = DailyTrend()
    liquidations: Liquidations = Liquidations()
    basis: Basis = Basis()
    whale: Whale = Whale()
    fair_value_gap: FairValueGap = FairValueGap()
    breakout: Breakout = Breakout()
    rsi: RsiMomentum = RsiMomentum()
    volume: VolumeSpike = VolumeSpike()
    smt: SmtDivergence = SmtDivergence()
    vwap_zone: VwapZone = VwapZone()
    point_of_control: PointOfControl = PointOfControl()
    range_regime: RangeRegime = RangeRegime()
    imbalance_trend: ImbalanceTrend = ImbalanceTrend()
    funding: Funding = Funding()
    trade_pattern: TradePattern = TradePattern()
    macd: Macd = Macd()
    bollinger: Bollinger = Bollinger()
    stochastic_rsi: StochasticRsi = StochasticRsi()
    ema: Ema = Ema()
    model_confidence: ModelConfidence = ModelConfidence()
