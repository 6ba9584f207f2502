"""Decisions as rows of numbers: what the strategy's columns and the scanner hold, and what the digests cover."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.decide import Decisions
from hhq.digest import column_digests
from hhq.features.catalogue import FeatureBlock
from hhq.layers import LAYERS

OF_EVERY_CANDLE = ("gate", "regime", "side", "threshold")
OF_SIGNALS = (
    "raw",
    "score",
    "minimum",
    "leverage",
    "entry_price",
    "stop_distance_pct",
    "pullback",
    "size_factor",
)
OF_FILTERS = ("mtf_total", "mtf_aligned", "btc_penalty")
POINTS = tuple(f"layer_{layer.number:02d}" for layer in LAYERS)
DECISION_ROWS = (*OF_EVERY_CANDLE, *OF_SIGNALS, *OF_FILTERS, *POINTS)
"""Names of the rows of :func:`decision_rows`, in their order."""


def decision_rows(decisions: Decisions) -> FloatArray:
    """Return the decisions as float64 (len(DECISION_ROWS), coins, bars).

    The rows about a signal are NaN where a candle has no side.
    """
    signals = decisions.signals
    rows = np.full((len(DECISION_ROWS), *decisions.gate.shape), np.nan)
    for row, name in enumerate(OF_EVERY_CANDLE):
        rows[row] = getattr(decisions, name)
    of_signals: list[FloatArray] = [getattr(signals, name) for name in OF_SIGNALS]
    filters = [signals.timeframes.total, signals.timeframes.aligned, signals.market.penalty]
    for row, values in enumerate([*of_signals, *filters, *signals.points], start=len(OF_EVERY_CANDLE)):
        rows[row, signals.coin, signals.bar] = values
    return rows


def decision_digests(block: FeatureBlock, rows: FloatArray, seed: int) -> FloatArray:
    """Return the digest of the features and the decision of every coin and bar, float64 (coins, bars).

    ``rows`` are those of :func:`decision_rows` for ``block``, ``seed`` is :func:`hhq.digest.digest_seed`.
    """
    digests = column_digests((block.values, rows), rows[0].size, seed)
    return digests.reshape(rows.shape[1:])
