"""The score of a candidate, layer by layer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from hhq.explain.candle import Candle
from hhq.explain.sentences import Sentence
from hhq.explain.tree import LayerLine, ScoreLines
from hhq.language import Language, Text
from hhq.layers import LAYERS, Scope, base_and_strength, model_confidence, trade_pattern
from hhq.layers.layer import Layer
from hhq.layers.reference import LayerRow, describe
from hhq.regime import Regime
from hhq.score import market_minimum
from hhq.signals import Signals

ASKED_ELSEWHERE: Mapping[int, Sentence] = MappingProxyType(
    {
        trade_pattern.NUMBER: Sentence.ACCOUNTS_LAYER,
        model_confidence.NUMBER: Sentence.NO_MODEL,
    }
)
"""Layers that are not part of the market decision, and where their points come from."""


_REVERTING = Text(Scope.MEAN_REVERSION.value, "ortalamaya dönüş, rastgele")
_NOTE = Sentence.OTHER_REGIME.of(regimes=_REVERTING)


def score_lines(candle: Candle, signals: Signals, language: Language) -> ScoreLines:
    """Return all 23 layers in order of their number, and how the score follows from their points."""
    rule = candle.settings.signal
    rows = {row.number: row for row in describe(candle.settings.layers, language)}
    lines = [
        _line(candle, layer, rows[layer.number], float(points), language)
        for layer, points in zip(LAYERS, signals.points[:, 0], strict=True)
    ]
    lines += [
        LayerLine(
            number=number,
            name=rows[number].name,
            inputs=(),
            points=0.0,
            counted=0.0,
            weight=rows[number].weight,
            not_available=True,
            note=note.value.told(language),
            formula=rows[number].formula,
        )
        for number, note in ASKED_ELSEWHERE.items()
    ]
    return ScoreLines(
        layers=tuple(sorted(lines, key=lambda line: line.number)),
        layer_scale=rule.layer_scale,
        raw=float(signals.raw[0]),
        btc_penalty=float(signals.market.penalty[0]),
        macro_score_factor=float(signals.market.macro_score_factor[0]),
        score=float(signals.score[0]),
        market_minimum=market_minimum(rule),
        minimum_factor=float(signals.market.minimum_factor[0]),
        minimum=float(signals.minimum[0]),
    )


def _line(candle: Candle, layer: Layer, row: LayerRow, points: float, language: Language) -> LayerLine:
    inputs = tuple((feature.name.lower(), candle[feature]) for feature in layer.inputs)
    is_base = layer is base_and_strength.LAYER
    if is_base:
        inputs += (("threshold", candle.threshold), ("base", _base(candle)))
    missing = [name for name, value in inputs if math.isnan(value) and _counts(layer, name)]
    asleep = layer.scope is Scope.MEAN_REVERSION and candle.regime is Regime.TRENDING
    return LayerLine(
        number=layer.number,
        name=layer.name,
        inputs=inputs,
        points=points,
        counted=points if is_base else points * candle.settings.signal.layer_scale,
        weight=row.weight,
        not_available=bool(missing),
        note=_NOTE.told(language) if asleep else "",
        formula=row.formula,
    )


def _counts(layer: Layer, name: str) -> bool:
    """Return whether a missing input makes the layer n/a."""
    return all(feature.name.lower() != name for feature in layer.absent_is_value)


def _base(candle: Candle) -> float:
    rule = candle.settings.signal.regime
    return rule.random_base if candle.regime is Regime.RANDOM else rule.base
