"""The report on what a bot really did: its closed trades, beside the engine's where there are candles, and the drift."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed

from companion.evidence.coins import CoinTask, coin_candidates
from companion.evidence.drift import drift_from
from companion.evidence.live import Booked, SortedTrades
from companion.ground.errors import UsageError
from companion.offline.data_folder import DataFolder, utc
from companion.offline.decisions import bar_closing_at
from hhq.arrays import BoolArray
from hhq.costs import Costs
from hhq.digest import settings_digest
from hhq.evidence.candidates import Candidates
from hhq.evidence.drift import Drift
from hhq.evidence.live import LiveSummary
from hhq.evidence.live_match import LiveMatch, match_of
from hhq.panel import CANDLE_MS
from hhq.settings import HHQSettings
from hhq_shared.evidence_verdict import EvidenceVerdict, WatchedEvidence


@dataclass(frozen=True, slots=True)
class EngineQuestion:
    """What the engine is asked: folders, pairs of each, settings, costs, processes."""

    folders: tuple[tuple[DataFolder, tuple[str, ...]], ...]
    settings: HHQSettings
    costs: Costs
    processes: int


@dataclass(frozen=True, slots=True)
class Matched:
    """The match, and of how many of the trades the settings are those that the engine was asked with."""

    match: LiveMatch
    settings_digest: str
    same_settings: int


@dataclass(frozen=True, slots=True)
class Measured:
    """The evidence that the trades are held against, and how many of them were entered with its settings."""

    verdict: EvidenceVerdict
    trades: int
    drift: Drift


@dataclass(frozen=True, slots=True)
class LiveReport:
    """Everything about the closed trades of one bot; ``matched`` is None where no candles were given."""

    sorted: SortedTrades
    booked: Booked
    summary: LiveSummary
    measured: Measured
    matched: Matched | None


def numbers_of(found: SortedTrades, pairs: Sequence[str] = ()) -> dict[str, int]:
    """Return a number for each coin of the trades and of ``pairs``."""
    return {pair: n for n, pair in enumerate(sorted({*found.coins, *pairs}))}


def measured_by(path: Path, found: SortedTrades, ours: Booked, now: datetime, longest_days: int) -> Measured:
    """Return the drift of the trades that were entered with the newest settings, from the document at ``path``.

    A document whose newest data are older than ``longest_days`` does not count.
    """
    digests = [record.settings_digest for _, record in found.closed]
    newest = max(found.closed, key=lambda each: each[1].candle)[1].settings_digest
    verdict = WatchedEvidence(path).verdict(newest, now, longest_days)
    chosen = ours.trades.only(np.array([digest == newest for digest in digests], dtype=np.bool_))
    return Measured(verdict, chosen.count, drift_from(verdict, chosen.net_pct, chosen.day))


def matched_with(
    question: EngineQuestion, found: SortedTrades, ours: Booked, done: Callable[[int, int], None]
) -> Matched:
    """Return the match of the closed trades with the engine. Raises DataFolderError, UsageError without any candidate."""
    number = numbers_of(found, [pair for _, pairs in question.folders for pair in pairs])
    had = found.had(number)
    first = int(had.candle.min())
    tasks = [
        task for folder, pairs in question.folders for task in _tasks(question, folder, pairs, number, first)
    ]
    parts = _candidates(tasks, question.processes, done)
    if not parts:
        raise UsageError("--data: the folders have no candles from the first signal of the trades on")
    digest = settings_digest(question.settings)
    same = sum(record.settings_digest == digest for _, record in found.closed)
    engine = Candidates.together([part for _, part in parts])
    decided = _decided(found, [task for task, _ in parts])
    # Trades whose coins got their numbers here, so that they are the engine's, too.
    trades = replace(ours.trades, coin=np.array([number[t.pair] for t, _ in found.closed], dtype=np.int64))
    return Matched(match_of(trades, had, engine, decided), digest, same)


def _candidates(
    tasks: Sequence[CoinTask], processes: int, done: Callable[[int, int], None]
) -> list[tuple[CoinTask, Candidates]]:
    parts: list[tuple[CoinTask, Candidates]] = []
    run = Parallel(n_jobs=processes, return_as="generator")
    results = run(delayed(coin_candidates)(task) for task in tasks)
    for count, (task, part) in enumerate(zip(tasks, results, strict=True), start=1):
        done(count, len(tasks))
        if part is not None:
            parts.append((task, part))
    return parts


def _tasks(
    question: EngineQuestion, folder: DataFolder, pairs: tuple[str, ...], number: dict[str, int], first: int
) -> list[CoinTask]:
    """The tasks of a folder, from the candle of the first signal on; none where it ends before that."""
    begins, end = folder.span()
    begin = max(begins, utc(first * CANDLE_MS))
    if begin >= end:
        return []
    settings, costs = question.settings, question.costs
    return [CoinTask(folder.path, pair, number[pair], begin, end, settings, costs, 0) for pair in pairs]


def _decided(found: SortedTrades, asked: Sequence[CoinTask]) -> BoolArray:
    """Which closed trades' candles the engine has decided."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for task in asked:
        span = bar_closing_at(task.begin) + 1, bar_closing_at(task.end) + 1
        spans.setdefault(task.pair, []).append(span)
    return np.array(
        [
            any(first <= record.candle < end for first, end in spans.get(trade.pair, ()))
            for trade, record in found.closed
        ],
        dtype=np.bool_,
    )
