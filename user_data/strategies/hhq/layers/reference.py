"""The reference page of the layers: every rule with the numbers that the given settings put into it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hhq.language import Language, with_separators
from hhq.layers import LAYERS, model_confidence, trade_pattern
from hhq.layers.layer import Bounds, Scope
from hhq.layers.turkish import FORMULAS
from hhq.settings.base import Section
from hhq.settings.layers import LayersSettings

_INTRODUCTION = """\
# Score layers

Written from the registry by `python scripts/layers_reference.py`, with the default settings; do not edit.

The raw sum of a signal is the sum of all layers but 18; the points after layer 1 are multiplied by
`layer_scale`. The market score follows from the raw sum: times (1 − BTC penalty), times the macro factor,
kept within 0–100. Layer 18 depends on the account and is added at entry. A layer whose input is missing gives
0 points and is shown as n/a. All rules are written for LONG; SHORT is their mirror.
"""


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One layer for the page: ``formula`` with the numbers filled in, ``weight`` the factor on its points,
    ``numbers`` all of its numbers by the key of their setting."""

    number: int
    name: str
    inputs: tuple[str, ...]
    scope: Scope
    bounds: Bounds
    formula: str
    weight: float
    numbers: dict[str, float]


def describe(settings: LayersSettings, language: Language = Language.ENGLISH) -> list[LayerRow]:
    """Return all 23 layers in order of their number, with the numbers from ``settings``."""
    rows = [
        _row(
            settings,
            layer.number,
            layer.name,
            tuple(feature.name.lower() for feature in layer.inputs),
            layer.scope,
            layer.bounds(settings),
            layer.formula,
            language,
        )
        for layer in LAYERS
    ]
    rows.append(
        _row(
            settings,
            trade_pattern.NUMBER,
            trade_pattern.NAME,
            ("closed trades of the coin", "closed trades of both sides"),
            Scope.EVERY_REGIME,
            Bounds.spanning(trade_pattern.outcomes(settings)),
            inspect.cleandoc(trade_pattern.points.__doc__ or ""),
            language,
        )
    )
    rows.append(
        _row(
            settings,
            model_confidence.NUMBER,
            model_confidence.NAME,
            ("the model's probability",),
            Scope.EVERY_REGIME,
            Bounds.spanning(model_confidence.outcomes(settings)),
            inspect.cleandoc(model_confidence.points.__doc__ or ""),
            language,
        )
    )
    return sorted(rows, key=lambda row: row.number)


_NO_MARKS: Mapping[int, str] = MappingProxyType({})


def page(settings: LayersSettings, marks: Mapping[int, str] = _NO_MARKS) -> str:
    """Return the reference of all layers as Markdown.

    ``marks`` are printed after the names of layers, by number; the settings of a marked layer are left out.
    """
    rows = describe(settings)
    lines = [
        _INTRODUCTION,
        "| # | layer | inputs | regimes | points |",
        "|---|---|---|---|---|",
        *(_table_line(row, marks) for row in rows),
        "",
        *(_chapter(row, marks) for row in rows),
    ]
    return "\n".join(lines)


def _row(
    settings: LayersSettings,
    number: int,
    name: str,
    inputs: tuple[str, ...],
    scope: Scope,
    bounds: Bounds,
    formula: str,
    language: Language,
) -> LayerRow:
    section: Section = getattr(settings, name)
    values: dict[str, float] = section.model_dump()
    # A name that is not a setting of the section raises here: no formula can name a number that does not exist.
    filled = re.sub(
        r"`(\w+)`",
        lambda match: with_separators(_plain(values[match.group(1)], match.group(1)), language),
        FORMULAS[number] if language is Language.TURKISH else formula,
    )
    text = "\n\n".join(" ".join(paragraph.split()) for paragraph in filled.split("\n\n"))
    numbers = {f"layers.{name}.{key}": value for key, value in values.items()}
    return LayerRow(number, name, inputs, scope, bounds, text, values["weight"], numbers)


def _plain(value: float, name: str = "") -> str:
    signed = name.endswith("points") and not name.startswith("most")
    text = f"{value:+,g}" if signed else f"{value:,g}"
    return text.replace("-", "−")


def _marked(row: LayerRow, marks: Mapping[int, str]) -> str:
    return f" ({marks[row.number]})" if row.number in marks else ""


def _table_line(row: LayerRow, marks: Mapping[int, str]) -> str:
    points = f"{_plain(row.bounds.lowest)} … {_plain(row.bounds.highest, 'points')}"
    name = f"`{row.name}`{_marked(row, marks)}"
    return f"| {row.number} | {name} | {', '.join(row.inputs)} | {row.scope.value} | {points} |"


def _chapter(row: LayerRow, marks: Mapping[int, str]) -> str:
    text = f"## {row.number}. {row.name}{_marked(row, marks)}\n\n{row.formula}\n"
    if row.number in marks:
        return text
    numbers = "\n".join(f"| `{key}` | {_plain(value)} |" for key, value in row.numbers.items())
    return f"{text}\n| setting | value |\n|---|---|\n{numbers}\n"
