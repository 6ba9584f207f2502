"""What is left of many looks at the same data: the more variants were looked at, the less one good one says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import false_discovery_control

from hhq.arrays import FloatArray


def corrected(p_values: Sequence[float]) -> FloatArray:
    """Return the p values after the correction of Benjamini and Yekutieli (2001), which allows variants to depend on each
    other; NaN stays NaN and does not count as a look. Source: ``scipy.stats.false_discovery_control``.
    """
    given = np.asarray(p_values, dtype=np.float64)
    known = ~np.isnan(given)
    result = np.full(given.shape, np.nan)
    if known.any():
        result[known] = false_discovery_control(given[known], method="by")
    return result
