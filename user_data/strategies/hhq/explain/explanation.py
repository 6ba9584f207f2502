"""Why a coin-candle gave a signal or none."""

from __future__ import annotations

import numpy as np

from hhq.explain.candidate import candidate_lines
from hhq.explain.candle import Candle, trend_code
from hhq.explain.features import feature_lines
from hhq.explain.judgement import Judgement, told
from hhq.explain.sentences import Sentence
from hhq.explain.side_steps import side_steps
from hhq.explain.steps import gate_steps, has_a_stretch_to_judge
from hhq.explain.tree import ChangeLine, Explanation, MarketState, SideOutlook, ThresholdLines
from hhq.features.catalogue import Feature
from hhq.gates import EXPLANATIONS, VETOES, Gate
from hhq.language import Language
from hhq.market.series import MarketSeries
from hhq.message import PERCENT, Message, Quantity
from hhq.regime import MacroRegime, Regime
from hhq.signals import Signals
from hhq.thresholds import effective_threshold


def explain(candle: Candle, language: Language = Language.ENGLISH) -> Explanation:
    """Explain one decided candle; what is said in words is said in ``language``."""
    judged = has_a_stretch_to_judge(candle)
    side = candle.regime_side() if judged and _beyond(candle) else 0
    signals = candle.evaluated(side) if side else None
    steps = gate_steps(candle, signals)
    return Explanation(
        symbol=candle.symbol,
        closed_at=candle.closed_at,
        gate=candle.gate,
        reason=_reason(candle.gate, steps).told(language),
        side=candle.side,
        regime=candle.regime,
        history=int(candle.block.history[0, 0]),
        features=feature_lines(candle.block.values[:, 0, 0], language),
        threshold=_threshold(candle),
        steps=told(steps, language),
        market=_market_state(candle.market),
        candidate=None if signals is None else candidate_lines(candle, signals, language),
        outlooks=tuple(_outlook(candle, s, language) for s in (1, -1)) if judged and signals is None else (),
    )


def _beyond(candle: Candle) -> bool:
    return abs(candle[Feature.ZSCORE]) > candle.standard_threshold


def _reason(gate: Gate, steps: tuple[Judgement, ...]) -> Message:
    """Return the reason in words: that of the gate that stopped, or of the last two that an accepted signal passed."""
    details = {step.gate: step.message for step in steps if step.message is not None}
    if gate is Gate.SCORE_PASS:
        return Sentence.ACCEPTED.of(
            gate=EXPLANATIONS[gate], score=details[Gate.SCORE_LOW], leverage=details[Gate.LEVERAGE]
        )
    return Sentence.REASON.of(gate=EXPLANATIONS[gate], detail=details[gate])


def _threshold(candle: Candle) -> ThresholdLines:
    rule = candle.settings.signal
    standard = candle.standard_threshold
    # At this ATR the volatility factor is 1, so that what remains is the factor of the Hurst exponent.
    neither = np.full((1, 1), rule.threshold.calm_below)
    by_hurst = float(effective_threshold(candle.block[Feature.HURST], neither, rule)[0, 0])
    return ThresholdLines(
        setting=rule.z_score_threshold,
        hurst_factor=by_hurst / rule.z_score_threshold,
        volatility_factor=standard / by_hurst,
        no_book_factor=candle.threshold / standard,
        threshold=candle.threshold,
        zscore=candle[Feature.ZSCORE],
    )


def _market_state(market: MarketSeries) -> MarketState:
    btc, eth, values = market.btc, market.eth, market.values
    return MarketState(
        btc=ChangeLine(
            "BTC",
            float(btc.half_hour[0]),
            float(btc.hour[0]),
            float(btc.four_hours[0]),
            float(btc.day[0]),
            trend_code(float(values.btc_short_term[0])),
            trend_code(float(values.btc_daily[0])),
        ),
        eth=ChangeLine(
            "ETH",
            float(eth.half_hour[0]),
            float(eth.hour[0]),
            float(eth.four_hours[0]),
            float(eth.day[0]),
            trend_code(float(values.eth_trend[0])),
            None,
        ),
        flash_crash=float(values.flash_crash[0]),
        minutes_since_crash=float(values.minutes_since_crash[0]),
        flash_pump=float(values.flash_pump[0]),
        minutes_since_pump=float(values.minutes_since_pump[0]),
        eth_flash=float(values.eth_flash[0]),
        macro=MacroRegime(int(values.macro[0])),
    )


def _outlook(candle: Candle, side: int, language: Language) -> SideOutlook:
    signals: Signals = candle.evaluated(side)
    steps = tuple(side_steps(candle, signals, (*VETOES, Gate.SIDE_OFF)))
    return SideOutlook(side, _needs(candle, side).told(language), told(steps, language))


def _needs(candle: Candle, side: int) -> Message:
    """Say which z, and which order book, the regime requires for a side."""
    with_the_stretch = candle.regime is Regime.TRENDING
    above = (side > 0) is with_the_stretch
    z = (Sentence.Z_ABOVE if above else Sentence.Z_BELOW).of(z=Quantity(candle.threshold, 3))
    if candle.regime is not Regime.RANDOM or candle.threshold > candle.standard_threshold:
        return z
    needed = Quantity(side * candle.settings.signal.regime.random_imbalance, unit=PERCENT)
    return (Sentence.AND_BOOK_AT_LEAST if side > 0 else Sentence.AND_BOOK_AT_MOST).of(z=z, needed=needed)
