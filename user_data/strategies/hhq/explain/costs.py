"""What a candidate's round trip is expected to cost, and whether the hurdle lets it pass."""

from __future__ import annotations

from hhq.explain.candle import Candle
from hhq.explain.gate_step import NO_MEASURE, Comparison, Measure, Unit
from hhq.explain.sentences import Sentence
from hhq.explain.tree import CostLines
from hhq.features.catalogue import Feature
from hhq.message import PERCENT, Message, Quantity, Value
from hhq.signals import Signals


def cost_lines(candle: Candle, signals: Signals) -> CostLines:
    """Return the expected costs of the one candidate in ``signals``."""
    costs, rule = signals.costs, candle.settings.costs
    total = float(costs.total_pct[0])
    return CostLines(
        fees_pct=float(costs.fees_pct[0]),
        spread_pct=float(costs.spread_pct[0]),
        funding_pct=float(costs.funding_pct[0]),
        total_pct=total,
        share_of_atr=total / candle[Feature.ATR_1H_PCT] * 100.0,
        share_of_stop=total / float(signals.stop_distance_pct[0]) * 100.0,
        hurdle=rule.hurdle,
        largest_share_of_atr=rule.largest_atr_share,
        largest_share_of_stop=rule.largest_stop_share,
    )


def cost_message(lines: CostLines) -> Message:
    """Return the costs as a sentence, with the limits where the hurdle is on."""
    values: dict[str, Value] = {
        "total": Quantity(lines.total_pct, 3, PERCENT),
        "fees": Quantity(lines.fees_pct, 3),
        "spread": Quantity(lines.spread_pct, 3),
        "funding": Quantity(lines.funding_pct, 3, PERCENT),
        "atr": Quantity(lines.share_of_atr, 1, PERCENT),
        "stop": Quantity(lines.share_of_stop, 1, PERCENT),
    }
    if not lines.hurdle:
        return Sentence.COSTS.of(**values)
    return Sentence.COSTS_AND_LIMITS.of(
        **values,
        atr_limit=Quantity(lines.largest_share_of_atr),
        stop_limit=Quantity(lines.largest_share_of_stop),
    )


def cost_measure(lines: CostLines) -> Measure:
    """Return the share that is furthest beyond its limit, or nearest to it; no comparison with the hurdle off."""
    if not lines.hurdle:
        return NO_MEASURE
    by_atr = Measure(lines.share_of_atr, Comparison.AT_MOST, lines.largest_share_of_atr, Unit.PERCENT)
    by_stop = Measure(lines.share_of_stop, Comparison.AT_MOST, lines.largest_share_of_stop, Unit.PERCENT)
    return max(by_atr, by_stop, key=lambda measure: measure.value - measure.threshold)
