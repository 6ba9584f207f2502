"""Layer 17: who pays the funding, the side or its counterparties (contrarian)."""

from __future__ import annotations

from hhq.arrays import FloatArray
from hhq.features.catalogue import Feature
from hhq.layers.layer import Candidates, Layer
from hhq.layers.rows import first_row
from hhq.settings.layers import LayersSettings


def points(candidates: Candidates, settings: LayersSettings) -> FloatArray:
    """Paid rate > `crowd_strong_above` → `crowd_strong_points`; > `crowd_above` → `crowd_points`.

    Received rate > `contrarian_extreme_above` → `contrarian_extreme_points`; > `contrarian_strong_above` →
    `contrarian_strong_points`; > `contrarian_above` → `contrarian_points`. The same in every regime. With a
    positive rate the crowd is LONG: a LONG pays funding and is with the crowd, a SHORT receives it and is
    contrarian; with a negative rate it is the other way round.
    """
    rule = settings.funding
    paid = candidates.sided(Feature.FUNDING_RATE)
    return first_row(
        (paid > rule.crowd_strong_above, rule.crowd_strong_points),
        (paid > rule.crowd_above, rule.crowd_points),
        (paid < -rule.contrarian_extreme_above, rule.contrarian_extreme_points),
        (paid < -rule.contrarian_strong_above, rule.contrarian_strong_points),
        (paid < -rule.contrarian_above, rule.contrarian_points),
    )


LAYER = Layer(
    number=17,
    name="funding",
    inputs=(Feature.FUNDING_RATE,),
    points=points,
    outcomes=lambda settings: (
        settings.funding.crowd_strong_points,
        settings.funding.crowd_points,
        settings.funding.contrarian_extreme_points,
        settings.funding.contrarian_strong_points,
        settings.funding.contrarian_points,
    ),
)
