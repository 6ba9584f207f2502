"""Each layer's points against what became of the candidates: does a layer know anything, and the same thing everywhere?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hhq.evidence.candidates import Candidates
from hhq.evidence.outcomes import HORIZONS
from hhq.evidence.rank import RankCorrelation, rank_correlations
from hhq.layers import LAYERS, Layer

HOURS = 4
_MOVE = HORIZONS.index(HOURS)


@dataclass(frozen=True, slots=True)
class LayerEvidence:
    """Rank correlation of a layer's points with the move after 4 h, in the order of the sets.

    ``same_sign``: the same sign in every set that has enough days; False where only one set has.
    """

    number: int
    name: str
    by_set: tuple[RankCorrelation, ...]
    pooled: RankCorrelation
    same_sign: bool


def layer_evidence(sets: Mapping[str, Candidates], pooled: Candidates) -> tuple[LayerEvidence, ...]:
    """Return the evidence on each layer, from all candidates that have a side, whatever gate they ended at."""
    by_set = [_correlations(candidates) for candidates in sets.values()]
    together = _correlations(pooled)
    return tuple(
        _layer(layer, tuple(found[place] for found in by_set), together[place])
        for place, layer in enumerate(LAYERS)
    )


def _layer(layer: Layer, by_set: tuple[RankCorrelation, ...], pooled: RankCorrelation) -> LayerEvidence:
    known = [found.mean for found in by_set if not np.isnan(found.mean)]
    same_sign = len(known) > 1 and len(set(np.sign(known))) == 1
    return LayerEvidence(layer.number, layer.name, by_set, pooled, same_sign)


def _correlations(candidates: Candidates) -> tuple[RankCorrelation, ...]:
    return rank_correlations(candidates.points, candidates.moves[_MOVE], candidates.day)
