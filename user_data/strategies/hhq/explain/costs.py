"""What a candidate's round trip is expected to cost, and whether the hurdle lets it pass."""

from __future__ import annotations

from hhq.explain.candle import Candle
from hhq.explain.tree import CostLines
from hhq.explain.words import number, with_unit
from hhq.features.catalogue import Feature
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


def cost_text(lines: CostLines) -> str:
    """Return the costs in words, with the limits where the hurdle is on."""
    funding = with_unit(lines.funding_pct, "%", 3)
    parts = f"fees {number(lines.fees_pct, 3)}, spread {number(lines.spread_pct, 3)}, funding {funding}"
    atr, stop = (
        f"{number(lines.share_of_atr, 1)} % of ATR 1h",
        f"{number(lines.share_of_stop, 1)} % of the stop",
    )
    if lines.hurdle:
        atr += f" (limit {number(lines.largest_share_of_atr)})"
        stop += f" (limit {number(lines.largest_share_of_stop)})"
    return f"round trip {number(lines.total_pct, 3)} % ({parts}): {atr}, {stop}"
