"""Where the coin-candles of a range ended: counts by gate, accepted by side, the distribution of scores."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from hhq.arrays import BoolArray, FloatArray
from hhq.decide import Decisions
from hhq.gates import Gate
from hhq.regime import Regime

BIN_WIDTH = 10.0
DECILES = np.arange(0.0, 101.0, 10.0)
ACCOUNT_GATES = (Gate.GUARD, Gate.INTERVAL)
"""Gates at which no market decision ends: they depend on the account and are checked at the entry."""


@dataclass(frozen=True, slots=True)
class Share:
    """A count and its share in %, NaN where there is nothing to count."""

    name: str
    count: int
    share_pct: float


@dataclass(frozen=True, slots=True)
class RegimeShare:
    """Scored and accepted candidates in a regime."""

    regime: Regime
    scored: int
    accepted: int
    accepted_pct: float


@dataclass(frozen=True, slots=True)
class Distribution:
    """Deciles (0 %, 10 %, … 100 %) and mean of a quantity; NaN where there are no values."""

    name: str
    deciles: tuple[float, ...]
    mean: float


@dataclass(frozen=True, slots=True)
class Funnel:
    """The coin-candles of a range by the gate at which they ended; ``scored`` counts those that got as far as a score."""

    candles: int
    gates: tuple[Share, ...]
    sides: tuple[Share, ...]
    regimes: tuple[RegimeShare, ...]
    scored: int
    distributions: tuple[Distribution, ...]
    histogram: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """The funnel's counts for one piece of the range.

    ``gates`` float64 (gates,): candles by gate code. ``scored`` float64 (5, k): regime, side, raw sum, score and gate
    of the scored candidates.
    """

    gates: FloatArray
    scored: FloatArray

    @classmethod
    def of(cls, decisions: Decisions, counted: BoolArray) -> Tally:
        """Count the candles of ``decisions`` where ``counted``, bool (coins, bars), is True."""
        signals = decisions.signals
        taken = counted[signals.coin, signals.bar] & (signals.gate >= Gate.SCORE_LOW)
        regime = decisions.regime[signals.coin, signals.bar]
        rows = np.stack([regime, signals.side, signals.raw, signals.score, signals.gate])
        gates = np.bincount(decisions.gate[counted], minlength=len(Gate)).astype(np.float64)
        return cls(gates, rows[:, taken].astype(np.float64))


def funnel_of(tallies: Iterable[Tally]) -> Funnel:
    """Return the funnel over all pieces together."""
    pieces = list(tallies)
    gates = np.sum([np.zeros(len(Gate)), *(piece.gates for piece in pieces)], axis=0)
    scored = np.concatenate([np.empty((5, 0)), *(piece.scored for piece in pieces)], axis=1)
    regime, side, raw, score, ended = scored
    accepted = ended == Gate.SCORE_PASS
    candles = int(gates.sum())
    return Funnel(
        candles=candles,
        gates=tuple(
            _share(gate.name, int(gates[gate]), candles) for gate in Gate if gate not in ACCOUNT_GATES
        ),
        sides=tuple(
            _share(name, int(np.count_nonzero(accepted & (side == code))), int(accepted.sum()))
            for name, code in (("LONG", 1.0), ("SHORT", -1.0))
        ),
        regimes=tuple(
            _regime(code, regime == code, accepted)
            for code in (Regime.MEAN_REVERSION, Regime.TRENDING, Regime.RANDOM)
        ),
        scored=int(score.size),
        distributions=(_distribution("score", score), _distribution("raw sum", raw)),
        histogram=_histogram(score),
    )


def _share(name: str, count: int, of: int) -> Share:
    return Share(name, count, count * 100.0 / of if of else float("nan"))


def _regime(regime: Regime, here: BoolArray, accepted: BoolArray) -> RegimeShare:
    share = _share(regime.name, int(np.count_nonzero(here & accepted)), int(np.count_nonzero(here)))
    return RegimeShare(regime, int(np.count_nonzero(here)), share.count, share.share_pct)


def _distribution(name: str, values: FloatArray) -> Distribution:
    if not values.size:
        return Distribution(name, (float("nan"),) * DECILES.size, float("nan"))
    deciles = np.percentile(values, DECILES)
    return Distribution(name, tuple(float(value) for value in deciles), float(values.mean()))


def _histogram(score: FloatArray) -> tuple[Share, ...]:
    """Count scores in steps of ten; 100, where the score is clipped, has a bin of its own."""
    edges = np.arange(0.0, 100.0, BIN_WIDTH)
    rows = [
        (f"{low:.0f}…<{low + BIN_WIDTH:.0f}", (score >= low) & (score < low + BIN_WIDTH)) for low in edges
    ]
    rows.append(("100", score >= 100.0))
    return tuple(_share(name, int(np.count_nonzero(mask)), int(score.size)) for name, mask in rows)
