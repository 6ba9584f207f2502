"""The gates for a candle with a side: filters, vetoes, score, liquidity, leverage."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from hhq.costs import too_dear
from hhq.explain.candle import Candle, trend_code
from hhq.explain.costs import cost_lines, cost_text
from hhq.explain.tree import GateStep, Outcome
from hhq.explain.words import code_name, number, side_name, with_unit
from hhq.features.catalogue import Feature
from hhq.gates import VETOES, Gate
from hhq.market.filters import EXPLANATIONS, MarketReason
from hhq.regime import MacroRegime
from hhq.sides import switched_off
from hhq.signals import Signals
from hhq.vetoes import funding_veto, sweep_veto, trend_veto

SIDE_GATES = (*VETOES, Gate.SIDE_OFF, Gate.SCORE_LOW, Gate.LIQUIDITY, Gate.COST, Gate.LEVERAGE)
_NEED_THE_MARKET = (Gate.BTC_VETO, Gate.MACRO_VETO, Gate.SCORE_LOW)

Answer = tuple[bool, str]
"""Whether the gate stops the candle, and on which numbers."""


def side_steps(candle: Candle, signals: Signals, gates: tuple[Gate, ...] = SIDE_GATES) -> list[GateStep]:
    """Return what ``gates`` say about the one candidate in ``signals``."""
    return [_step(gate, candle, signals) for gate in gates]


def _step(gate: Gate, candle: Candle, signals: Signals) -> GateStep:
    if gate in _NEED_THE_MARKET and bool(signals.market.not_available[0]):
        return GateStep(gate, Outcome.NOT_ASKED, "the market is n/a")
    stopped, detail = _ANSWERS[gate](candle, signals)
    return GateStep(gate, Outcome.STOPPED if stopped else Outcome.PASSED, detail)


def _market_na(_: Candle, signals: Signals) -> Answer:
    missing = bool(signals.market.not_available[0])
    return missing, "candles of BTC or ETH are missing" if missing else "BTC and ETH known"


def _trend(candle: Candle, signals: Signals) -> Answer:
    rule = candle.settings.signal.veto
    adx, trend, hurst = (candle.block[f][0] for f in (Feature.ADX, Feature.ADX_TREND, Feature.HURST))
    stopped = bool(trend_veto(signals.side, adx, trend, hurst, rule)[0])
    direction = code_name(trend_code(float(trend[0])))
    limits = f"limits {number(rule.trend_adx)} and {number(rule.trend_hurst)}"
    return stopped, f"ADX {number(float(adx[0]), 1)} {direction}, H {number(float(hurst[0]), 3)} ({limits})"


def _funding(candle: Candle, signals: Signals) -> Answer:
    rule, rate = candle.settings.signal.veto, candle.block[Feature.FUNDING_RATE][0]
    stopped = bool(funding_veto(signals.side, rate, rule)[0])
    limit = float(signals.side[0]) * rule.funding
    return stopped, f"{with_unit(float(rate[0]), '% per 8 h', 4)} ({side_name(limit)}: limit {number(limit)})"


def _btc(candle: Candle, signals: Signals) -> Answer:
    if signals.market.veto[0]:
        return True, EXPLANATIONS[MarketReason(int(signals.market.veto_reason[0]))]
    values = candle.market.values
    trends = [
        code_name(trend_code(float(codes[0])))
        for codes in (values.btc_short_term, values.btc_daily, values.eth_trend)
    ]
    return False, "BTC short-term {}, daily {}; ETH {}".format(*trends)


def _timeframes(candle: Candle, signals: Signals) -> Answer:
    limit = candle.settings.market.timeframes.veto_at
    total = float(signals.timeframes.total[0])
    return bool(signals.timeframes.veto[0]), f"total {number(total)} (limit {number(limit)})"


def _macro(candle: Candle, signals: Signals) -> Answer:
    regime = MacroRegime(int(candle.market.values.macro[0]))
    return bool(signals.market.macro_veto[0]), f"macro regime {regime.name.lower().replace('_', ' ')}"


def _sweep(candle: Candle, signals: Signals) -> Answer:
    sweep = candle.block[Feature.SWEEP][0]
    stopped = bool(sweep_veto(signals.side, sweep, candle.settings.signal.veto)[0])
    code = float(sweep[0])
    return stopped, "no sweep" if code == 0 else f"sweep {code_name(trend_code(code))}"


def _score(_: Candle, signals: Signals) -> Answer:
    score, minimum = float(signals.score[0]), float(signals.minimum[0])
    enough = score >= minimum
    return not enough, f"score {number(score, 1)} {'≥' if enough else '<'} minimum {number(minimum, 1)}"


def _liquidity(candle: Candle, _: Signals) -> Answer:
    rule = candle.settings.signal.liquidity
    volume, spread = candle[Feature.QUOTE_VOLUME_24H], candle[Feature.SPREAD_PCT]
    thin, wide = not volume >= rule.quote_volume_24h, spread > rule.spread_pct
    return thin or wide, (
        f"24 h volume {with_unit(volume, 'USDT', 0)} (least {number(rule.quote_volume_24h, 0)}), "
        f"spread {with_unit(spread, '%', 3)} (widest {number(rule.spread_pct)})"
    )


def _side_off(candle: Candle, signals: Signals) -> Answer:
    rule, regime = candle.settings.signal.sides, np.array([candle.regime], dtype=np.int8)
    name = candle.regime.name.lower()
    traded: str = getattr(rule, name, "both")
    detail = f"traded in the {name.replace('_', '-')} regime: {traded}"
    return bool(switched_off(signals.side, regime, rule)[0]), detail


def _cost(candle: Candle, signals: Signals) -> Answer:
    atr = candle.block[Feature.ATR_1H_PCT][0]
    stopped = bool(too_dear(signals.costs, atr, signals.stop_distance_pct, candle.settings.costs)[0])
    return stopped, cost_text(cost_lines(candle, signals))


def _leverage(_: Candle, signals: Signals) -> Answer:
    leverage = float(signals.leverage[0])
    if math.isnan(leverage):
        missing = np.isnan(signals.factors.product()[0])
        return True, "a factor is n/a" if missing else "the caps leave less than 1×"
    return False, f"{number(leverage)}×"


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
