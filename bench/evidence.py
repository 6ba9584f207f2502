"""The evidence against a backtest of Freqtrade for each of its rows."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from bench.in_freqtrade import OURS, Backtest, exchange_of
from bench.market import long_folder
from bench.measure import Result, watched
from companion.ground.layout import ROOT, STRATEGIES
from companion.offline.data_folder import DataFolder, open_folder
from companion.venues.binance.leverage_tiers import bundled_tiers

_TARGET = 20.0
_RECORDED = "HHQ_TEST_DATA"


@dataclass(frozen=True)
class _Stretch:
    """Coins of a folder and days, from `begin` up to `end`, as YYYYMMDD."""

    folder: DataFolder
    pairs: tuple[str, ...]
    begin: str
    end: str
    days: int

    def dashed(self, day: str) -> str:
        """The day as the evidence reads it."""
        return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def evidence() -> Result:
    """On the generated market: 10 coins × 20 days, too few for a number, but not for the work."""
    folder = long_folder()
    return _compared("evidence", _Stretch(folder, folder.pairs, "20250108", "20250128", 20))


def evidence_recorded() -> Result | None:
    """On the recorded candles that HHQ_TEST_DATA names (61 coins × 63 days), None without."""
    if _RECORDED not in os.environ:
        return None
    folder = open_folder(Path(os.environ[_RECORDED]) / "binance")
    return _compared("evidence_recorded", _Stretch(folder, folder.pairs, "20250710", "20250911", 63))


def _compared(name: str, on: _Stretch) -> Result:
    """The whole command, from start to end, against the backtest alone, its data loaded beforehand, times the rows."""
    ours = watched(
        [
            *(sys.executable, "-m", "companion", "evidence", "--data", str(on.folder.path), "--json"),
            *("--from", on.dashed(on.begin), "--to", on.dashed(on.end), "--pair", *on.pairs),
        ],
        os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(STRATEGIES)))},
    )
    report = orjson.loads(ours.output)["report"]["pooled"]
    groups = sum(len(rows) for rows in report["groups"].values())
    others = _runs_of_their_own(report)
    known = bundled_tiers()
    tradable = [pair for pair in on.pairs if pair in known]
    with exchange_of(on.folder, tradable) as base:
        one = Backtest(base, OURS, f"{on.begin}-{on.end}").seconds()
    rows = groups + others
    peer = (
        f"one backtest of HHQStrategy on {len(tradable)} coins × {on.days} days, {one:.1f} s without start and loading, "
        f"times {rows} rows ({groups} groups, {others} minimum scores, gates and comparisons; the latter alone: "
        f"{one * others / ours.seconds:.0f}×); ours is the whole command on {len(on.pairs)} coins, {ours.peak_mb:,.0f} MB"
    )
    theirs = one * rows
    return Result(
        name, round(ours.seconds, 1), round(theirs, 1), "s", round(theirs / ours.seconds, 1), _TARGET, peer
    )


def _runs_of_their_own(report: Mapping[str, Sequence[Any]]) -> int:
    """Rows that no list of a backtest's trades can be sorted into: another run is needed for each."""
    return len(report["minimum_scores"]) + len(report["refusals"]) + len(report["placebos"])
