"""The coin's regimes by its Hurst exponent, and the macro regimes by BTC."""

from __future__ import annotations

from enum import IntEnum


class Regime(IntEnum):
    """Regime of a coin at a candle (docs/signal.md)."""

    NONE = 0
    MEAN_REVERSION = 1
    TRENDING = 2
    RANDOM = 3


class MacroRegime(IntEnum):
    """Regime of the whole market, read from BTC (docs/signal.md)."""

    NOT_AVAILABLE = 0
    RANGING = 1
    QUIET = 2
    TRENDING_UP = 3
    TRENDING_DOWN = 4
    VOLATILE = 5
