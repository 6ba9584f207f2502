"""Gross against net, day by day, and between the two what fees and spread took."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, DateFormatter
from matplotlib.ticker import FuncFormatter, MaxNLocator

from companion.evidence.page.svg import SMALL, TEXT_SIZE, Ink, drawing, inline
from hhq.arrays import FloatArray
from hhq.evidence.equity import Equity

WIDE, NARROW = (680.0, 270.0), (328.0, 250.0)
"""Width and height in CSS pixels: one for a screen, one for a phone."""
_LEFT, _RIGHT, _TOP, _FOOT = 48.0, 64.0, 10.0, 24.0
_LEAST_BAND = 0.05
_TICKS = {WIDE: 7, NARROW: 4}


def equity_plot(name: str, equity: Equity, size: tuple[float, float], key: str) -> Markup:
    """Draw the equity of the set ``name``, which has at least one day; ``key`` is unique on the page."""
    width, height = size
    days = np.array(equity.days, dtype="datetime64[D]")
    gross, net = np.array(equity.gross_pct), np.array(equity.net_pct)
    after_fees = gross - np.array(equity.fees_pct)
    after_spread = after_fees - np.array(equity.spread_pct)
    with drawing(width, height) as figure:
        box = (_LEFT / width, _FOOT / height, 1.0 - (_LEFT + _RIGHT) / width, 1.0 - (_TOP + _FOOT) / height)
        axes = figure.add_axes(box)
        _prepare(axes, _TICKS[size])
        axes.fill_between(days, after_fees, gross, color=Ink.FEES.value, linewidth=0.0)
        axes.fill_between(days, after_spread, after_fees, color=Ink.SPREAD.value, linewidth=0.0)
        axes.plot(days, gross, color=Ink.GROSS.value, linewidth=1.8)
        axes.plot(days, net, color=Ink.NET.value, linewidth=1.8)
        axes.margins(x=0.0)
        _end_labels(axes, days, gross, net)
        return inline(figure, key, _said(name, equity))


def _prepare(axes: Axes, ticks: int) -> None:
    axes.patch.set_visible(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0.0, labelsize=SMALL, labelcolor=Ink.MUTED.value, pad=5.0)
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=2, maxticks=ticks, interval_multiples=True))
    axes.xaxis.set_major_formatter(DateFormatter("%d %b"))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _percent(value)))
    axes.grid(axis="y", color=Ink.GRID.value, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.axhline(0.0, color=Ink.ZERO.value, linewidth=1.3, zorder=1.5)


def _end_labels(axes: Axes, days: FloatArray, gross: FloatArray, net: FloatArray) -> None:
    """Name the lines where they end, apart from each other also where the lines meet."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high)
    least = (high - low) * 0.16
    middle, apart = (gross[-1] + net[-1]) / 2.0, max(abs(gross[-1] - net[-1]), least) / 2.0
    up = 1.0 if gross[-1] >= net[-1] else -1.0
    for at, text, value, ink in (
        (middle + up * apart, "gross", gross[-1], Ink.GROSS),
        (middle - up * apart, "net", net[-1], Ink.NET),
    ):
        axes.annotate(
            f"{text}\n{_percent(value)}", (days[-1], at), xytext=(6.0, 0.0), textcoords="offset points",
            va="center", color=ink.value, fontsize=TEXT_SIZE, annotation_clip=False, linespacing=1.1,
        )  # fmt: skip


def _percent(value: float) -> str:
    return f"{value:+,.0f} %".replace("-", "−") if round(value) else "0 %"


def _said(name: str, equity: Equity) -> str:
    return (
        f"{name}, {equity.days[0]} to {equity.days[-1]}: gross {_percent(equity.gross_pct[-1])}, "
        f"net {_percent(equity.net_pct[-1])} of the notional of one trade"
    )
