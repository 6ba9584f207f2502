"""The gates for a candle with a side: filters, vetoes, score, liquidity, leverage."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from hhq.costs import too_dear
from hhq.explain.candle import Candle, trend_code
from hhq.explain.costs import cost_lines, cost_measure, cost_message
from hhq.explain.gate_step import NO_MEASURE, Comparison, Measure, Outcome, Unit
from hhq.explain.judgement import Judgement
from hhq.explain.sentences import Sentence
from hhq.explain.words import MACRO_REGIMES, SIDES, TRENDS, hyphenated, side_name
from hhq.features.catalogue import Feature
from hhq.gates import VETOES, Gate
from hhq.market.filters import EXPLANATIONS, MarketReason
from hhq.message import PERCENT, PERCENT_PER_8H, USDT, Message, Quantity
from hhq.regime import MacroRegime
from hhq.sides import switched_off
from hhq.signals import Signals
from hhq.vetoes import funding_veto, sweep_veto, trend_veto

SIDE_GATES = (*VETOES, Gate.SIDE_OFF, Gate.SCORE_LOW, Gate.LIQUIDITY, Gate.COST, Gate.LEVERAGE)
_NEED_THE_MARKET = (Gate.BTC_VETO, Gate.MACRO_VETO, Gate.SCORE_LOW)

Answer = tuple[bool, Message, Measure]
"""Whether the gate stops the candle, on which numbers, and which of them it compared."""


def side_steps(candle: Candle, signals: Signals, gates: tuple[Gate, ...] = SIDE_GATES) -> list[Judgement]:
    """Return what ``gates`` say about the one candidate in ``signals``."""
    return [_step(gate, candle, signals) for gate in gates]


def _step(gate: Gate, candle: Candle, signals: Signals) -> Judgement:
    if gate in _NEED_THE_MARKET and bool(signals.market.not_available[0]):
        return Judgement(gate, Outcome.NOT_ASKED, Sentence.MARKET_NOT_AVAILABLE.of())
    stopped, message, measure = _ANSWERS[gate](candle, signals)
    return Judgement.of(gate, stopped, message, measure)


def _market_na(_: Candle, signals: Signals) -> Answer:
    missing = bool(signals.market.not_available[0])
    sentence = Sentence.MARKET_MISSING if missing else Sentence.MARKET_KNOWN
    return missing, sentence.of(), NO_MEASURE


def _trend(candle: Candle, signals: Signals) -> Answer:
    rule = candle.settings.signal.veto
    adx, trend, hurst = (candle.block[f][0] for f in (Feature.ADX, Feature.ADX_TREND, Feature.HURST))
    stopped = bool(trend_veto(signals.side, adx, trend, hurst, rule)[0])
    message = Sentence.TREND.of(
        adx=Quantity(float(adx[0]), 1),
        direction=TRENDS[trend_code(float(trend[0]))],
        hurst=Quantity(float(hurst[0]), 3),
        adx_limit=Quantity(rule.trend_adx),
        hurst_limit=Quantity(rule.trend_hurst),
    )
    if not float(trend[0]) * float(signals.side[0]) < 0.0:
        # The trend does not run against the side: its strength is not asked.
        return stopped, message, NO_MEASURE
    by_adx = Measure(float(adx[0]), Comparison.AT_MOST, rule.trend_adx)
    by_hurst = Measure(float(hurst[0]), Comparison.AT_MOST, rule.trend_hurst)
    return stopped, message, by_adx if stopped or by_adx.missing == 0.0 else by_hurst


def _funding(candle: Candle, signals: Signals) -> Answer:
    rule, rate = candle.settings.signal.veto, candle.block[Feature.FUNDING_RATE][0]
    stopped = bool(funding_veto(signals.side, rate, rule)[0])
    limit = float(signals.side[0]) * rule.funding
    message = Sentence.FUNDING.of(
        rate=Quantity(float(rate[0]), 4, PERCENT_PER_8H), side=side_name(limit), limit=Quantity(limit)
    )
    comparison = Comparison.AT_MOST if limit > 0 else Comparison.AT_LEAST
    return stopped, message, Measure(float(rate[0]), comparison, limit, Unit.PERCENT_PER_8H)


def _btc(candle: Candle, signals: Signals) -> Answer:
    if signals.market.veto[0]:
        return True, Message(EXPLANATIONS[MarketReason(int(signals.market.veto_reason[0]))]), NO_MEASURE
    values = candle.market.values
    short_term, daily, eth = (
        TRENDS[trend_code(float(codes[0]))]
        for codes in (values.btc_short_term, values.btc_daily, values.eth_trend)
    )
    return False, Sentence.TRENDS.of(short_term=short_term, daily=daily, eth=eth), NO_MEASURE


def _timeframes(candle: Candle, signals: Signals) -> Answer:
    limit = candle.settings.market.timeframes.veto_at
    total = float(signals.timeframes.total[0])
    message = Sentence.TIMEFRAMES.of(total=Quantity(total), limit=Quantity(limit))
    measure = Measure(total, Comparison.MORE, limit, Unit.POINTS)
    return bool(signals.timeframes.veto[0]), message, measure


def _macro(candle: Candle, signals: Signals) -> Answer:
    regime = MacroRegime(int(candle.market.values.macro[0]))
    return bool(signals.market.macro_veto[0]), Sentence.MACRO.of(regime=MACRO_REGIMES[regime]), NO_MEASURE


def _sweep(candle: Candle, signals: Signals) -> Answer:
    sweep = candle.block[Feature.SWEEP][0]
    stopped = bool(sweep_veto(signals.side, sweep, candle.settings.signal.veto)[0])
    code = float(sweep[0])
    if code == 0:
        return stopped, Sentence.NO_SWEEP.of(), NO_MEASURE
    return stopped, Sentence.SWEEP.of(direction=TRENDS[trend_code(code)]), NO_MEASURE


def _score(_: Candle, signals: Signals) -> Answer:
    score, minimum = float(signals.score[0]), float(signals.minimum[0])
    enough = score >= minimum
    message = Sentence.SCORE.of(
        score=Quantity(score, 1), comparison="≥" if enough else "<", minimum=Quantity(minimum, 1)
    )
    return not enough, message, Measure(score, Comparison.AT_LEAST, minimum, Unit.POINTS)


def _liquidity(candle: Candle, _: Signals) -> Answer:
    rule = candle.settings.signal.liquidity
    volume, spread = candle[Feature.QUOTE_VOLUME_24H], candle[Feature.SPREAD_PCT]
    thin, wide = not volume >= rule.quote_volume_24h, spread > rule.spread_pct
    message = Sentence.LIQUIDITY.of(
        volume=Quantity(volume, 0, USDT),
        least=Quantity(rule.quote_volume_24h, 0),
        spread=Quantity(spread, 3, PERCENT),
        widest=Quantity(rule.spread_pct),
    )
    by_volume = Measure(volume, Comparison.AT_LEAST, rule.quote_volume_24h, Unit.USDT)
    by_spread = Measure(spread, Comparison.AT_MOST, rule.spread_pct, Unit.PERCENT)
    return thin or wide, message, by_spread if wide and not thin else by_volume


def _side_off(candle: Candle, signals: Signals) -> Answer:
    rule, regime = candle.settings.signal.sides, np.array([candle.regime], dtype=np.int8)
    traded: str = getattr(rule, candle.regime.name.lower(), "both")
    message = Sentence.SIDE_OFF.of(regime=hyphenated(candle.regime), sides=SIDES[traded])
    return bool(switched_off(signals.side, regime, rule)[0]), message, NO_MEASURE


def _cost(candle: Candle, signals: Signals) -> Answer:
    atr = candle.block[Feature.ATR_1H_PCT][0]
    stopped = bool(too_dear(signals.costs, atr, signals.stop_distance_pct, candle.settings.costs)[0])
    lines = cost_lines(candle, signals)
    return stopped, cost_message(lines), cost_measure(lines)


def _leverage(_: Candle, signals: Signals) -> Answer:
    leverage = float(signals.leverage[0])
    measure = Measure(leverage, Comparison.AT_LEAST, 1.0, Unit.TIMES)
    if math.isnan(leverage):
        missing = np.isnan(signals.factors.product()[0])
        return True, (Sentence.FACTOR_MISSING if missing else Sentence.CAPS_TOO_LOW).of(), measure
    return False, Sentence.LEVERAGE.of(leverage=Quantity(leverage)), measure


_ANSWERS: dict[Gate, Callable[[Candle, Signals], Answer]] = {
    Gate.MARKET_NA: _market_na,
    Gate.TREND_VETO: _trend,
    Gate.FUNDING_VETO: _funding,
    Gate.BTC_VETO: _btc,
    Gate.MTF_VETO: _timeframes,
    Gate.MACRO_VETO: _macro,
    Gate.SWEEP_VETO: _sweep,
    Gate.SIDE_OFF: _side_off,
    Gate.SCORE_LOW: _score,
    Gate.LIQUIDITY: _liquidity,
    Gate.COST: _cost,
    Gate.LEVERAGE: _leverage,
}
