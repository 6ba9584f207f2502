"""Layer 2: the order book leans towards the side."""

from __future__ import annotations

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """Imbalance ≥ `strong_from` → `strong_points`; ≥ `medium_from` → `medium_points`; ≥ `weak_from` →
    `weak_points`.

    The same in every regime; a book that leans against the side costs nothing. SHORT: the imbalance negated.
    """
    rule = settings.order_book_imbalance
    imbalance = candidates.sided(Feature.IMBALANCE)
    return first_row(
        (imbalance >= rule.strong_from, rule.strong_points),
        (imbalance >= rule.medium_from, rule.medium_points),
        (imbalance >= rule.weak_from, rule.weak_points),
    )


LAYER = Layer(
    number=2,
    name="order_book_imbalance",
    inputs=(Feature.IMBALANCE,),
    points=points,
    outcomes=lambda settings: (
        settings.order_book_imbalance.strong_points,
        settings.order_book_imbalance.medium_points,
        settings.order_book_imbalance.weak_points,
    ),
)
