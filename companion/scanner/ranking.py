"""The order of the coins: which signal is entered first when slots are scarce, and which coins are on the pair list."""

from __future__ import annotations

import numpy as np

from hhq.arrays import BoolArray, FloatArray, IntArray
from hhq.decide import Decisions
from hhq.features.catalogue import Feature, FeatureBlock
from hhq.gates import NEVER_ENTERED


def ranks(decisions: Decisions, block: FeatureBlock, fresh: BoolArray) -> IntArray:
    """The place of every coin (coins × 1 bar), 1 = first, int64 (coins,), without ties.

    Accepted signals by raw sum, highest first (docs/signal.md); then the other coins by score, then 24 h volume,
    n/a last; then the coins that are not fresh, and last those that are never entered. What still ties is ordered by the
    pair's name, as in the strategy, so that the order depends on nothing else.
    """
    gate = decisions.gate[:, 0]
    excluded = np.isin(gate, NEVER_ENTERED)
    accepted = decisions.accepted()[:, 0] & fresh
    group = np.select([excluded, ~fresh, accepted], [3, 2, 0], 1)
    raw = decisions.spread(decisions.signals.raw)[:, 0]
    score = decisions.spread(decisions.signals.score)[:, 0]
    first = _falling(np.where(accepted, raw, score))
    second = np.where(accepted, 0.0, _falling(block[Feature.QUOTE_VOLUME_24H][:, 0]))
    name = np.argsort(np.argsort(np.array(block.symbols, dtype=np.str_), kind="stable"), kind="stable")
    order = np.lexsort((name, second, first, group))
    places = np.empty(order.size, dtype=np.int64)
    places[order] = np.arange(1, order.size + 1)
    return places


def _falling(values: FloatArray) -> FloatArray:
    """Keys that sort the highest value first and NaN last."""
    return np.where(np.isnan(values), np.inf, -values)
