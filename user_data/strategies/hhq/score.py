"""From points to a score, and the minimum that it has to reach (docs/signal.md)."""

from __future__ import annotations

import math

import numpy as np

from hhq.arrays import FloatArray
from hhq.settings.signal import SignalSettings

HIGHEST = 100.0


def raw_sum(points: FloatArray, layer_scale: float) -> FloatArray:
    """Sum points of shape (layers, k) over the layers, all but the base layer scaled by ``layer_scale``: float64 (k,)."""
    # Row by row: numpy sums a single candidate in a different order from a batch, which shows in the last bits.
    total: FloatArray = points[0].copy()
    for row in points[1:]:
        total += layer_scale * row
    return total


def market_score(raw: FloatArray, penalty: FloatArray, macro_factor: FloatArray) -> FloatArray:
    """Return the score of the market decision, raw × (1 − BTC penalty) × macro factor, clipped to 0 … 100."""
    return np.clip(raw * (1.0 - penalty) * macro_factor, 0.0, HIGHEST)


def entry_score(market: float, trade_pattern: float, kill_switch_penalty: float) -> float:
    """Return the score at the entry: the market score plus and minus the account's points, clipped to 0 … 100."""
    return min(max(market + trade_pattern - kill_switch_penalty, 0.0), HIGHEST)


def minimum_score(settings: SignalSettings, wins: int, trades: int) -> float:
    """Return the minimum score before the macro factor.

    ``wins`` of the last ``trades`` closed trades (net of fees and funding, at most ``minimum_score.trades`` of them).
    Fixed mode: min_confidence. Dynamic mode: high − win rate·(high − low), or halfway between the two with too few
    trades, shifted by the difference of min_confidence from ``minimum_score.reference``.
    """
    rule = settings.minimum_score
    if rule.mode == "fixed":
        return settings.min_confidence
    win_rate = wins / trades if trades >= rule.fewest_trades else 0.5
    shift = settings.min_confidence - rule.reference
    return rule.high - win_rate * (rule.high - rule.low) + shift


def market_minimum(settings: SignalSettings) -> float:
    """Return the minimum score of the market decision, which knows no trades, before the macro factor.

    Dynamic mode: the lowest minimum that any account can have (a win rate of 100 %); the account's own, which is at
    least that, is checked at the entry.
    """
    trades = settings.minimum_score.trades
    return minimum_score(settings, wins=trades, trades=trades)


def with_macro(minimum: float, factor: FloatArray) -> FloatArray:
    """Return the minimum times the macro regime's factor, rounded down where the factor is not 1; NaN stays NaN."""
    # Without the inner rounding, a product such as 91.99999999999999 would lose a whole point.
    return np.where(factor == 1.0, minimum, np.floor(np.round(minimum * factor, 9)))


def points_text(value: float) -> str:
    """Return points as users read them: with a sign, whole numbers without decimals, n/a for NaN."""
    if math.isnan(value):
        return "n/a"
    return f"{value:+.0f}" if value == int(value) else f"{value:+.1f}"
