"""Means with their intervals, one row a group: gross above net, the zero line, the numbers at the right."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from companion.evidence.page.svg import SMALL, TEXT_SIZE, Ink, drawing, inline
from companion.evidence.sections import TOO_LITTLE, has_number
from hhq.evidence.interval import Mean
from hhq.evidence.tables import Earned

WIDTH = 328.0
_ROW, _HEAD, _FOOT = 31.0, 16.0, 24.0
_LEFT, _RIGHT = 118.0, 284.0
_APART = 0.19
_MARGIN = 0.04
_COMMON = 0.9
_LONG_NAME = 17

Limits = tuple[float, float]


def limits_of(rows: Iterable[Earned]) -> Limits:
    """Return a range in % that holds 0 and nearly every interval that is shown.

    A few groups with few trades have intervals so long that on their scale nothing else could be told from 0: these go
    on beyond the range.
    """
    shown = [mean for row in rows for mean in (row.gross, row.net) if has_number(mean)]
    bounds = sorted(max(-mean.low, mean.high) for mean in shown) or [1.0]
    reach = bounds[math.ceil(_COMMON * len(bounds)) - 1]
    low, high = min((0.0, *(mean.low for mean in shown))), max((0.0, *(mean.high for mean in shown)))
    low, high = max(low, -reach), min(high, reach)
    room = (high - low or 1.0) * _MARGIN
    return low - room, high + room


def interval_plot(title: str, rows: Sequence[Earned], limits: Limits, name: str) -> Markup:
    """Draw the rows; groups without a number say so and have none. ``name`` is unique on the page."""
    height = _HEAD + _ROW * len(rows) + _FOOT
    with drawing(WIDTH, height) as figure:
        box = (_LEFT / WIDTH, _FOOT / height, (_RIGHT - _LEFT) / WIDTH, _ROW * len(rows) / height)
        axes = figure.add_axes(box)
        _prepare(axes, len(rows), limits)
        for place, row in enumerate(rows):
            _label(axes, place, row)
            _draw(axes, place - _APART, row.gross, Ink.GROSS, filled=False)
            _draw(axes, place + _APART, row.net, Ink.NET, filled=True)
        return inline(figure, name, _said(title, rows))


def _prepare(axes: Axes, rows: int, limits: Limits) -> None:
    axes.set_xlim(*limits)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.patch.set_visible(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0.0, labelsize=SMALL, labelcolor=Ink.MUTED.value, pad=5.0)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:+g}".replace("-", "−") if value else "0")
    )
    axes.grid(axis="x", color=Ink.GRID.value, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.axvline(0.0, color=Ink.ZERO.value, linewidth=1.3, zorder=1.5)


def _label(axes: Axes, place: int, row: Earned) -> None:
    """The group's name and its number of trades, left of the axis."""
    left = (-_LEFT / (_RIGHT - _LEFT), place)
    across = axes.get_yaxis_transform()
    axes.text(
        left[0],
        place - _APART,
        row.name,
        transform=across,
        va="center_baseline",
        color=Ink.TEXT.value,
        fontsize=_name_size(row.name),
    )
    count = f"{row.gross.count:,} trades" if row.gross.count != 1 else "1 trade"
    axes.text(
        left[0], place + _APART + 0.05, count, transform=across, va="center_baseline", color=Ink.MUTED.value,
        fontsize=SMALL,
    )  # fmt: skip


def _name_size(name: str) -> float:
    return SMALL - 0.5 if len(name) > _LONG_NAME else TEXT_SIZE


def _draw(axes: Axes, at: float, mean: Mean, ink: Ink, *, filled: bool) -> None:
    """One mean: its interval as a line, the mean as a mark (hollow: gross, full: net), the number in the mark's colour."""
    across = axes.get_yaxis_transform()
    right = WIDTH - _LEFT
    if not has_number(mean):
        if filled:
            axes.text(
                right / (_RIGHT - _LEFT), at - _APART, TOO_LITTLE, transform=across, ha="right",
                va="center_baseline", color=Ink.MUTED.value, fontsize=SMALL,
            )  # fmt: skip
        return
    low, high = axes.get_xlim()
    axes.plot((mean.low, mean.high), (at, at), color=ink.value, linewidth=2.2, solid_capstyle="butt")
    for bound, beyond, arrow in ((low, mean.low < low, "<"), (high, mean.high > high, ">")):
        if beyond:
            axes.plot(
                bound, at, marker=arrow, markersize=6.0, color=ink.value, clip_on=False, linestyle="none"
            )
    if low <= mean.mean <= high:
        face = ink.value if filled else Ink.PAPER.value
        axes.plot(
            mean.mean, at, marker="o", markersize=6.0, color=ink.value, markerfacecolor=face,
            markeredgewidth=1.8, clip_on=False,
        )  # fmt: skip
    axes.text(
        right / (_RIGHT - _LEFT), at, f"{mean.mean:+.3f}".replace("-", "−"), transform=across, ha="right",
        va="center_baseline", color=ink.value, fontsize=SMALL,
    )  # fmt: skip


def _said(title: str, rows: Sequence[Earned]) -> str:
    return f"{title}: " + "; ".join(f"{row.name} {_in_words(row)}" for row in rows)


def _in_words(row: Earned) -> str:
    if not has_number(row.net):
        return TOO_LITTLE
    return (
        f"gross {row.gross.mean:+.3f} % ({row.gross.low:+.3f} to {row.gross.high:+.3f}), "
        f"net {row.net.mean:+.3f} % ({row.net.low:+.3f} to {row.net.high:+.3f})"
    )
