"""Figures as inline SVG: text stays text, colours are the page's own, and the same figure is always the same bytes.

matplotlib writes fixed colours; each colour here stands for one of the page's CSS variables and is exchanged for it, so
that one drawing serves dark, light and print.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.typing import RcKeyType

TEXT_SIZE, SMALL = 11.0, 9.5
_STYLE: dict[RcKeyType, Any] = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": TEXT_SIZE,
    "axes.unicode_minus": True,
    "timezone": "UTC",
    "path.simplify": False,
    "text.parse_math": False,
}
_PROLOGUE = re.compile(
    r"^.*?<svg[^>]*>\s*(<metadata>.*?</metadata>)?\s*<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL
)
_FONT_FAMILY = re.compile(r"; font-family: [^;\"]*(?=[;\"])")
_UNUSED_ID = re.compile(r' id="(?!m[0-9a-f]{10}"|p[0-9a-f]{10}")[^"]*"')
_NO_TURN = re.compile(r' transform="rotate\(-0 [^)]*\)"')
_SPACE = re.compile(r"\s*\n\s*")


class Ink(Enum):
    """What a colour means; the value is the colour that stands for it in a figure."""

    TEXT = "#010101"
    MUTED = "#020202"
    GRID = "#030303"
    ZERO = "#040404"
    GROSS = "#050505"
    NET = "#060606"
    FEES = "#070707"
    SPREAD = "#080808"
    PAPER = "#090909"

    @property
    def variable(self) -> str:
        """The CSS variable that has the colour on the page."""
        return f"var(--{self.name.lower()})"


@contextmanager
def drawing(width: float, height: float) -> Iterator[Figure]:
    """A figure of this size in CSS pixels, in the page's style."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(width / 72.0, height / 72.0), dpi=72.0)
        FigureCanvasSVG(figure)
        figure.patch.set_visible(False)
        yield figure


def inline(figure: Figure, name: str, says: str) -> Markup:
    """Return the figure as an element; ``name`` is unique on the page, ``says`` is read to who does not see it."""
    written = io.StringIO()
    with mpl.rc_context({**_STYLE, "svg.hashsalt": name}):
        figure.savefig(
            written, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    body = _PROLOGUE.sub("", written.getvalue(), count=1)
    for pattern in (_FONT_FAMILY, _UNUSED_ID, _NO_TURN):
        body = pattern.sub("", body)
    for ink in Ink:
        body = body.replace(ink.value, ink.variable)
    width, height = (side * 72.0 for side in figure.get_size_inches())
    head = f'<svg class="plot" viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(says)}">'
    return Markup(head + _SPACE.sub("\n", body).strip())
