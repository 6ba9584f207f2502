"""The changes of the guide's settings that a profile may be made of, one dimension each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hhq.layers import LAYERS
from hhq.layers.base_and_strength import LAYER as BASE
from hhq.settings import HHQSettings, parse

Combination = tuple[str, ...]
"""Names of moves, no two of one dimension, in the order in which they were made; empty: the guide."""


@dataclass(frozen=True, slots=True)
class Move:
    """One change: tables of settings. Moves of one ``dimension`` take each other's place."""

    name: str
    dimension: str
    values: Mapping[str, Any]


def _hurdle(share: float) -> Move:
    values = {"costs": {"hurdle": True, "largest_atr_share": share, "largest_stop_share": 100.0}}
    return Move(f"costs at most {share:g} % of ATR", "hurdle", values)


def _sides(regime: str, sides: str) -> Move:
    name = f"{regime.replace('_', '-')}: {sides}"
    return Move(name, f"sides {regime}", {"signal": {"sides": {regime: sides}}})


def _without(layer: str) -> Move:
    return Move(f"without {layer}", f"layer {layer}", {"layers": {layer: {"weight": 0.0}}})


def _capped(leverage: int) -> Move:
    return Move(f"leverage at most {leverage}", "leverage", {"leverage": {"volatility_caps": [leverage] * 5}})


MOVES: Mapping[str, Move] = {
    move.name: move
    for move in (
        *(_hurdle(share) for share in (12.0, 10.0, 8.0, 6.0, 5.0, 4.0)),
        *(
            _sides(regime, sides)
            for regime in ("mean_reversion", "trending")
            for sides in ("long", "short", "none")
        ),
        *(_without(layer.name) for layer in LAYERS if layer is not BASE),
        Move("size by no score", "size", {"entry": {"size": {"by_score": False}}}),
        *(_capped(leverage) for leverage in (10, 5, 3)),
    )
}
"""By name. None touches features or the market, so that these are computed once for all of them."""


def values_of(combination: Sequence[str]) -> dict[str, Any]:
    """Return the tables of settings of a combination."""
    values: dict[str, Any] = {}
    for name in combination:
        values = _merged(values, MOVES[name].values)
    return values


def settings_of(combination: Sequence[str]) -> HHQSettings:
    """Return the guide's settings with a combination of moves."""
    return parse(HHQSettings, values_of(combination))


def next_combinations(combination: Combination) -> list[Combination]:
    """Return the combination with one more move, for each move of a dimension that it has not."""
    taken = {MOVES[name].dimension for name in combination}
    return [(*combination, move.name) for move in MOVES.values() if move.dimension not in taken]


def _merged(base: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in other.items():
        below = result.get(key)
        inner = isinstance(below, Mapping) and isinstance(value, Mapping)
        result[key] = _merged(dict(below or {}), value) if inner else value
    return result
