"""A bot's closed trades beside the outcomes of the same signals under the exit engine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import numpy as np

from hhq.arrays import BoolArray, FloatArray, IntArray
from hhq.evidence.candidates import Candidates, one_at_a_time
from hhq.evidence.groups import Groups
from hhq.evidence.interval import Mean, mean_by_days
from hhq.evidence.live import LiveTrades, earned_by, earned_live, known_mean
from hhq.evidence.tables import Earned, earned
from hhq.gates import Gate

_NONE = -1
_SIDES = 2


class Fate(Enum):
    """What the engine made of the signal of a trade that the bot had."""

    BOTH = "filled by both"
    OPEN = "still open in the engine at the end of the candles"
    NOT_FILLED = "order not filled in the engine"
    REFUSED = "signal refused by the engine"
    NO_SIGNAL = "no signal of that side in the engine"
    NO_CANDLES = "no candles"


_FATES = tuple(Fate)


class Signalled(NamedTuple):
    """n signals: number of the coin, clock number of the candle (int64), side +1 or −1 (float64)."""

    coin: IntArray
    candle: IntArray
    side: FloatArray

    @property
    def keys(self) -> IntArray:
        """One number for each, equal for equal signals, int64 (n,)."""
        return _keys(self.coin, self.candle, self.side)


@dataclass(frozen=True, slots=True)
class LiveMatch:
    """k trades beside their signals under the engine; everything in % of the entry's notional.

    ``fate`` of each trade; ``engine_gross_pct`` and ``engine_net_pct`` float64 (k,): what the engine made of its signal,
    whatever its fate, NaN without an order that was filled.

    ``fates``: what the bot's trades earned, by what the engine made of their signals; all but those filled by both are the
    extra ones. ``live`` and ``engine``: those filled by both, as the bot had them and as the engine has them, and the bot's
    less the engine's. ``missed``: what the engine earned with accepted signals of the same time whose order it filled and
    that the bot never had.
    """

    fate: Groups
    engine_gross_pct: FloatArray
    engine_net_pct: FloatArray
    fates: tuple[Earned, ...]
    live: Earned
    engine: Earned
    gross_difference: Mean
    net_difference: Mean
    missed: Earned


class Twins(NamedTuple):
    """For each of k trades: the number of its candidate (int64, −1 = none) and its :class:`Fate` as a group."""

    candidate: IntArray
    fate: Groups

    def are(self, fate: Fate) -> BoolArray:
        """Return which trades have this fate, bool (k,)."""
        return np.asarray(self.fate.of == _FATES.index(fate))


def twins_of(trades: LiveTrades, engine: Candidates, decided: BoolArray) -> Twins:
    """Return each trade's candidate among ``engine`` and its fate; ``decided`` bool (k,): whether its candle was there.

    Of equal candidates the first counts.
    """
    names, first = np.unique(_keys(engine.coin, engine.bar, engine.side), return_index=True)
    wanted = Signalled(trades.coin, trades.candle, trades.side).keys
    place = np.minimum(np.searchsorted(names, wanted), max(names.size - 1, 0))
    found = decided & ((names[place] == wanted) if names.size else np.zeros(trades.count, dtype=np.bool_))
    candidate = np.full(trades.count, _NONE, dtype=np.int64)
    candidate[found] = first[place[found]]
    of = np.full(trades.count, _FATES.index(Fate.NO_SIGNAL), dtype=np.int64)
    of[~decided] = _FATES.index(Fate.NO_CANDLES)
    of[found] = _fates(engine.only(candidate[found]))
    return Twins(candidate, Groups(tuple(fate.value for fate in _FATES), of))


def match_of(trades: LiveTrades, had: Signalled, engine: Candidates, decided: BoolArray) -> LiveMatch:
    """Return the match of the bot's trades with the candidates of ``engine``.

    ``had``: every signal that the bot had a trade of, also of one that is still open; ``decided`` as in twins_of().
    """
    twins = twins_of(trades, engine, decided)
    both = twins.are(Fate.BOTH)
    ours, theirs = trades.only(both), engine.only(twins.candidate[both])
    return LiveMatch(
        fate=twins.fate,
        engine_gross_pct=_taken(engine.gross_pct, twins.candidate),
        engine_net_pct=_taken(engine.net_pct, twins.candidate),
        fates=earned_by(trades, twins.fate),
        live=earned_live("the bot", ours),
        # The bot's days, so that both rows have the same.
        engine=Earned(
            "the engine", mean_by_days(theirs.gross_pct, ours.day), mean_by_days(theirs.net_pct, ours.day)
        ),
        gross_difference=known_mean(ours.gross_pct - theirs.gross_pct, ours.day),
        net_difference=known_mean(ours.net_pct - theirs.net_pct, ours.day),
        missed=earned("missed", engine.only(missed_by(had, engine))),
    )


def missed_by(had: Signalled, engine: Candidates) -> IntArray:
    """Return the numbers of the candidates that the bot missed, int64: accepted and filled, one position a coin.

    Only between the first and the last signal that the bot had: nothing is said of the time before and after.
    """
    if not had.candle.size:
        return np.empty(0, dtype=np.int64)
    keys = _keys(engine.coin, engine.bar, engine.side)
    # The same candle from two folders counts once: its coin is taken by the first.
    taken = one_at_a_time(engine, engine.gate == Gate.SCORE_PASS)
    inside = (engine.bar >= had.candle.min()) & (engine.bar <= had.candle.max())
    wanted = inside & engine.filled & ~np.isin(keys, had.keys)
    return np.asarray(taken[wanted[taken]])


def _taken(values: FloatArray, candidate: IntArray) -> FloatArray:
    found = np.full(candidate.size, np.nan)
    known = candidate != _NONE
    found[known] = values[candidate[known]]
    return found


def _fates(found: Candidates) -> IntArray:
    """Return the fates of candidates as their places: refused before not filled before still open."""
    return np.select(
        [found.gate != Gate.SCORE_PASS, ~found.filled, ~found.closed],
        [_FATES.index(fate) for fate in (Fate.REFUSED, Fate.NOT_FILLED, Fate.OPEN)],
        _FATES.index(Fate.BOTH),
    )


def _keys(coin: IntArray, candle: IntArray, side: FloatArray) -> IntArray:
    """One number for each signal: the clock number of a candle has fewer than 32 bits until the year 42,000."""
    return np.asarray((coin << 33) + candle * _SIDES + (side > 0.0), dtype=np.int64)
