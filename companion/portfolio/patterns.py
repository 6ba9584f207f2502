"""Which trades win: per coin, side, score and hour, from the last closed trades (docs/api.md)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from companion.portfolio.performance import HOUR_MS, NamedFigures, figures_of
from companion.portfolio.results import Result
from hhq.coins import base_of

FEWEST, LOOKED_AT = 20, 100
_BINS = ((80.0, "80+"), (70.0, "70s"), (60.0, "60s"), (50.0, "50s"))


@dataclass(frozen=True, slots=True)
class Patterns:
    """Groups of the last trades. ``available`` false: too few have closed, and no group is given."""

    available: bool
    reason: str
    trades: int
    needed: int
    looked_at: int
    coins: tuple[NamedFigures, ...]
    sides: tuple[NamedFigures, ...]
    scores: tuple[NamedFigures, ...]
    hours_utc: tuple[NamedFigures, ...]


def patterns(trades: Sequence[Result]) -> Patterns:
    """The patterns of trades, oldest first; n/a while fewer than 20 have closed."""
    last = trades[-LOOKED_AT:]
    if len(last) < FEWEST:
        reason = f"{len(last)} closed trades are known, {FEWEST} are needed"
        return Patterns(False, reason, len(last), FEWEST, LOOKED_AT, (), (), (), ())  # noqa: FBT003
    return Patterns(
        available=True,
        reason="",
        trades=len(last),
        needed=FEWEST,
        looked_at=LOOKED_AT,
        coins=_groups(last, lambda row: base_of(row.pair)),
        sides=_groups(last, lambda row: "SHORT" if row.side < 0 else "LONG"),
        scores=_groups(last, lambda row: score_bin(row.score)),
        hours_utc=_groups(last, lambda row: f"{row.opened_ms // HOUR_MS % 24:02d}"),
    )


def score_bin(score: float) -> str:
    """The bin of an entry score; n/a for NaN."""
    if math.isnan(score):
        return "n/a"
    return next((name for lowest, name in _BINS if score >= lowest), "below 50")


def _groups(trades: Iterable[Result], name: Callable[[Result], str]) -> tuple[NamedFigures, ...]:
    groups: dict[str, list[Result]] = {}
    for row in trades:
        groups.setdefault(name(row), []).append(row)
    return tuple(NamedFigures(key, figures_of(groups[key])) for key in sorted(groups))
