"""Rolling generalised Hurst exponent."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray, IntArray, plain
from hhq.compiled import compiled
from hhq.features.windows import rolling_sum

LAGS = (1, 2, 4, 8, 16)


@compiled
def slope_weights(lags: IntArray) -> FloatArray:
    """Return the weights, float64 like ``lags``, by which the logs of the structure function add up to its slope."""
    x = np.log(lags.astype(np.float64))
    x -= x.mean()
    weights: FloatArray = x / (x * x).sum()
    return weights


@compiled
def hurst(
    close: FloatArray,
    bar: int,
    window: int,
    lags: IntArray,
    lowest: float,
    highest: float,
    first: int,
    out: FloatArray,
) -> None:
    """Write the generalised Hurst exponent, q = 2, of log price at columns ``first`` … to ``out``.

    S(L) is the mean of (p[i] − p[i−L])² over all pairs inside the window; H is half the least-squares slope
    of log S(L) against log L (Di Matteo, Aste, Dacorogna 2003), clamped to ``lowest`` … ``highest``. NaN before
    a full window and where prices did not move over one of the lags.

    Not corrected for bias: the log of a mean of few independent terms is too small, and more so the longer
    the lag. With lags 1, 2, 4, 8, 16 and window 256 the mean estimate is 0.493 at H = 0.5 and its slope
    against the true H is 0.984; the standard deviation of one estimate is 0.05.
    """
    n = len(close)
    begin = max(first - window + 1, 0)
    price = np.log(close[begin:])
    squares = np.zeros(n - begin)
    sums = np.empty(n - first)
    weights = slope_weights(lags) / 2.0
    out[:] = 0.0
    for k in range(len(lags)):
        lag = lags[k]
        for i in range(lag, n - begin):
            squares[i] = (price[i] - price[i - lag]) ** 2
        rolling_sum(squares, bar + begin, window - lag, first - begin, sums)
        for j in range(n - first):
            out[j] += weights[k] * np.log(sums[j] / (window - lag)) if sums[j] > 0.0 else np.nan
    for j in range(n - first):
        if first + j < window - 1:
            out[j] = np.nan
        elif out[j] < lowest:
            out[j] = lowest
        elif out[j] > highest:
            out[j] = highest


def rolling_hurst(
    close: FloatArray, window: int = 256, first_bar: int = 0, lags: tuple[int, ...] = LAGS
) -> FloatArray:
    """Return the Hurst exponent at every candle: float64 of the shape of ``close``, NaN before a full window.

    ``close`` float64 (bars,), prices > 0; ``first_bar`` the clock number of the first of them.
    """
    out = np.empty(len(close))
    hurst(plain(close), first_bar, window, np.array(lags, dtype=np.int64), 0.15, 0.85, 0, out)
    return out
