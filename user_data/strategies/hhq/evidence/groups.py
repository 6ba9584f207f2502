"""The ways in which trades are put into groups, by what was known before the entry, and by how they ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from hhq.arrays import FloatArray, IntArray
from hhq.evidence.candidates import Candidates
from hhq.exits.levels import VolatilityLevel
from hhq.reasons import CloseReason
from hhq.regime import Regime

_HOURS = 4


class Groups(NamedTuple):
    """Names of groups in their order, and the group of each trade, int64 (k,)."""

    names: tuple[str, ...]
    of: IntArray

    @classmethod
    def named(cls, each: Sequence[str]) -> Groups:
        """Return the groups of trades whose groups have these names, in alphabetical order."""
        names = sorted(set(each))
        places = {name: place for place, name in enumerate(names)}
        return cls(tuple(names), np.array([places[name] for name in each], dtype=np.int64))


def by_regime(trades: Candidates) -> Groups:
    """Group by the coin's regime."""
    return Groups(tuple(_words(regime.name) for regime in Regime), trades.regime.astype(np.int64))


def by_side(trades: Candidates) -> Groups:
    """Group by side."""
    return Groups(("LONG", "SHORT"), np.where(trades.side > 0.0, 0, 1))


def by_hour(trades: Candidates) -> Groups:
    """Group by the hour of the signal, UTC, four hours together."""
    names = tuple(f"{hour:02d}-{hour + _HOURS:02d} h UTC" for hour in range(0, 24, _HOURS))
    return Groups(names, trades.hour // _HOURS)


def by_volatility(trades: Candidates) -> Groups:
    """Group by the coin's volatility level."""
    names = (*(_words(level.name) for level in VolatilityLevel), "unknown")
    return Groups(names, np.nan_to_num(trades.volatility, nan=len(VolatilityLevel)).astype(np.int64))


def by_atr(trades: Candidates) -> Groups:
    """Group by ATR (1h) in % of the price: what a fee is measured against."""
    return _steps(trades.atr_pct, (0.4, 0.8, 1.2, 2.0, 3.0), "ATR", " %")


def by_leverage(trades: Candidates) -> Groups:
    """Group by leverage."""
    return _steps(trades.leverage, (3.0, 6.0, 9.0, 12.0, 16.0), "leverage", "×")


def by_score(trades: Candidates) -> Groups:
    """Group by score."""
    return _steps(trades.score, (75.0, 80.0, 85.0, 90.0, 95.0), "score", "")


def by_exit(trades: Candidates) -> Groups:
    """Group by close reason."""
    codes = np.array([0.0, *(float(reason) for reason in CloseReason)])
    names = ("open at the end", *(reason.name for reason in CloseReason))
    order = np.argsort(codes, kind="stable")
    place = order[np.searchsorted(codes[order], np.nan_to_num(trades.code))]
    return Groups(names, place)


def _words(name: str) -> str:
    return name.lower().replace("_", " ")


def _steps(values: FloatArray, borders: tuple[float, ...], what: str, unit: str) -> Groups:
    names = [f"{what} ≤ {borders[0]:g}{unit}"]
    names += [f"{what} {low:g}–{high:g}{unit}" for low, high in pairwise(borders)]
    names += [f"{what} > {borders[-1]:g}{unit}", f"{what} unknown"]
    place = np.searchsorted(borders, values, side="left")
    return Groups(tuple(names), np.where(np.isnan(values), len(names) - 1, place))


GROUPINGS: dict[str, Callable[[Candidates], Groups]] = {
    "regime": by_regime,
    "side": by_side,
    "hour": by_hour,
    "volatility": by_volatility,
    "ATR": by_atr,
    "leverage": by_leverage,
    "score": by_score,
    "close reason": by_exit,
}
"""In the order of the report."""
KNOWN_AFTERWARDS = frozenset({"close reason"})
"""Groupings whose rows choose nothing: nobody knows them before the entry."""
