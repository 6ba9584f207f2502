"""Aligned columns, and numbers that fit in them."""

from __future__ import annotations

import math
import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hhq.language import NOT_AVAILABLE

WIDEST, NARROWEST = 180, 100
_GAP = "  "
_LEAST_TEXT = 30
_DIGITS = 7
_FROM_WHOLE = 1e6


def quantity(value: float, unit: str = "") -> str:
    """A number with at most seven digits and its unit; n/a for NaN, none for infinity."""
    if math.isnan(value):
        return NOT_AVAILABLE.english
    if math.isinf(value):
        return "none"
    if abs(value) >= _FROM_WHOLE:
        text = f"{value:,.0f}"
    else:
        text = np.format_float_positional(float(f"{value:.{_DIGITS}g}") + 0.0, trim="-")
    return f"{text.replace('-', '−')} {unit}".strip()


def signed(value: float) -> str:
    """Points with their sign; n/a for NaN."""
    return f"+{quantity(value)}" if value > 0 else quantity(value)


def screen_width() -> int:
    """The width to write in: the terminal's, within bounds, so that tables stay tables."""
    return min(max(shutil.get_terminal_size((WIDEST, 24)).columns, NARROWEST), WIDEST)


@dataclass(frozen=True, slots=True)
class Column:
    """How a column is aligned; a text column at the end is wrapped."""

    title: str = ""
    right: bool = False


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], indent: int = 2, *, wrapped: bool = False
) -> list[str]:
    """Lines of a table; with `wrapped` the last column is wrapped into what is left of the screen."""
    titled = any(column.title for column in columns)
    cells = [[column.title for column in columns], *rows] if titled else [list(row) for row in rows]
    fixed = len(columns) - 1
    widths = [max((len(row[i]) for row in cells), default=0) for i in range(fixed)]
    before = indent + sum(widths) + len(_GAP) * fixed
    room = max(screen_width() - before, _LEAST_TEXT)
    lines = []
    for row in cells:
        text = [
            cell.rjust(width) if column.right else cell.ljust(width)
            for cell, width, column in zip(row[:-1], widths, columns[:-1], strict=True)
        ]
        last = textwrap.wrap(row[-1], room) if wrapped else [row[-1]]
        head = " " * indent + _GAP.join([*text, ""])
        lines.append((head + (last[0] if last else "")).rstrip())
        lines += [" " * before + more for more in last[1:]]
    return lines
