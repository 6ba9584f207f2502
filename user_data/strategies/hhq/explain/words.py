"""Numbers and codes as short words."""

from __future__ import annotations

import math

from hhq.market.values import Trend

NOT_AVAILABLE = "n/a"


def number(value: float, decimals: int = 2) -> str:
    """Return a number with at most ``decimals`` decimals, n/a for NaN.

    >>> number(1.50), number(-3.0), number(float("nan"))
    ('1.5', '−3', 'n/a')
    """
    if math.isnan(value):
        return NOT_AVAILABLE
    text = f"{value:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "0") else text.replace("-", "−")


def with_unit(value: float, unit: str, decimals: int = 2) -> str:
    """Return a number and its unit; for NaN just n/a, without the unit."""
    return NOT_AVAILABLE if math.isnan(value) else f"{number(value, decimals)} {unit}"


def side_name(side: float) -> str:
    """Return LONG or SHORT by the sign."""
    return "LONG" if side > 0 else "SHORT"


def code_name(code: Trend | None) -> str:
    """Return the name of a trend in words, n/a for None."""
    return NOT_AVAILABLE if code is None else code.name.lower().replace("_", " ")
