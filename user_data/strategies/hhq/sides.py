"""Sides that are switched off in a regime (docs/signal.md)."""

from __future__ import annotations

import numpy as np

from hhq.arrays import BoolArray, CodeArray, FloatArray
from hhq.regime import Regime
from hhq.settings.signal import Sides, SideSettings

_REGIMES = {
    "mean_reversion": Regime.MEAN_REVERSION,
    "trending": Regime.TRENDING,
    "random": Regime.RANDOM,
}
_TRADED: dict[Sides, tuple[float, ...]] = {"both": (1.0, -1.0), "long": (1.0,), "short": (-1.0,), "none": ()}


def switched_off(side: FloatArray, regime: CodeArray, settings: SideSettings) -> BoolArray:
    """Return which of k candidates have a side that is not traded in their regime, bool (k,)."""
    off = np.zeros(side.shape, dtype=np.bool_)
    for name, code in _REGIMES.items():
        traded: Sides = getattr(settings, name)
        if traded != "both":
            off |= (regime == code) & ~np.isin(side, _TRADED[traded])
    return off
