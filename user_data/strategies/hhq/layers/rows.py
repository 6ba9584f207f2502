"""A table of conditions and points, the form in which most layers write their rule."""

from __future__ import annotations

import numpy as np

from hhq.arrays import BoolArray, FloatArray


def first_row(*rows: tuple[BoolArray, float]) -> FloatArray:
    """Return the points, float64 (k,), of the first row whose condition (k,) holds, 0 where none does.

    A comparison with NaN is false, so a missing input matches no row.
    """
    points = np.zeros(len(rows[0][0]))
    for condition, value in reversed(rows):
        points[condition] = value
    return points
