"""Spread, imbalance and basis of many coins at one moment. NaN = missing or impossible; a real 0 is a value."""

from __future__ import annotations

import numpy as np

from hhq.arrays import BoolArray, FloatArray


def spread_pct(bid: FloatArray, ask: FloatArray) -> FloatArray:
    """Return (ask − bid) / mid × 100 of the best prices, float64 (coins,); NaN for a crossed or empty book."""
    with np.errstate(invalid="ignore"):
        mid = 0.5 * ask + 0.5 * bid
    return _percent(ask, bid, mid, (bid > 0.0) & (ask >= bid))


def imbalance(bid_quantity: FloatArray, ask_quantity: FloatArray) -> FloatArray:
    """Return (bid − ask) / (bid + ask) × 100 of the quantities at the best prices, −100 … 100, float64 (coins,).

    NaN where both sides of the book are empty.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        total = bid_quantity + ask_quantity
    return _percent(bid_quantity, ask_quantity, total, (bid_quantity >= 0.0) & (ask_quantity >= 0.0))


def basis_pct(perpetual: FloatArray, index: FloatArray) -> FloatArray:
    """Return (perpetual − index) / index × 100, float64 (coins,); NaN unless both prices are above 0."""
    return _percent(perpetual, index, index, (perpetual > 0.0) & (index > 0.0))


def _percent(one: FloatArray, other: FloatArray, base: FloatArray, usable: BoolArray) -> FloatArray:
    """Return (one − other) / base × 100 where that is usable and finite, NaN elsewhere."""
    result = np.full(base.shape, np.nan)
    with np.errstate(over="ignore", invalid="ignore"):
        np.divide(one - other, base, out=result, where=usable & (base > 0.0) & np.isfinite(base))
        result *= 100.0
    result[np.isinf(result)] = np.nan
    return result
