"""The report as a document: what was asked, and what was found (``hhq_shared.evidence_file`` has layout and digest)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import orjson

from companion.ground.errors import UsageError
from companion.ground.plain import Plain, plain
from hhq.costs import Costs
from hhq.digest import settings_digest
from hhq.evidence.report import Report
from hhq.settings import HHQSettings
from hhq_shared.atomic_file import replace_file
from hhq_shared.evidence_file import EvidenceFileError, read_evidence, with_digest


class EvidenceError(UsageError):
    """An evidence file that cannot be used; the message names it and says why."""


@dataclass(frozen=True)
class DataSet:
    """A data set that was looked at: its folder's name, its pairs, and the time from its first to its last candle.

    ``chosen_on``: candles of that time took part in the choice of the profile that is judged.
    """

    name: str
    pairs: tuple[str, ...]
    begin: datetime
    end: datetime
    generated: bool
    chosen_on: bool

    def without(self, pairs: Collection[str]) -> DataSet:
        """Return the set with some of its pairs left out."""
        return replace(self, pairs=tuple(pair for pair in self.pairs if pair not in pairs))


@dataclass(frozen=True)
class Question:
    """What a report answers: the data sets, the settings, the costs, the seed of the random entries."""

    sets: tuple[DataSet, ...]
    settings: HHQSettings
    costs: Costs
    seed: int


def document(question: Question, report: Report) -> dict[str, Plain]:
    """Return the report as plain values with the digest of everything else in it."""
    return with_digest(
        {
            "settings_digest": settings_digest(question.settings),
            "seed": question.seed,
            "costs": plain(question.costs),
            "sets": [_described(each) for each in question.sets],
            "report": plain(report),
        }
    )


def read_document(path: Path) -> dict[str, Plain]:
    """Read a document. Raises EvidenceError for a file that is missing, damaged, of another layout or was changed."""
    try:
        return read_evidence(path)
    except EvidenceFileError as problem:
        raise EvidenceError(str(problem)) from problem


def summary(content: dict[str, Plain]) -> str:
    """Return a document's settings and verdict in one line."""
    report = content["report"]
    assert isinstance(report, dict) and isinstance(report["judgement"], dict)  # noqa: PT018 (one layout, just made or read)
    return f"Settings {content['settings_digest']}, verdict: {report['judgement']['verdict']}"


def write_document(path: Path, content: dict[str, Plain]) -> None:
    """Replace a file with the document. Raises EvidenceError where it cannot be written."""
    try:
        replace_file(path, orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n")
    except OSError as problem:
        raise EvidenceError(f"{path}: cannot be written: {problem}") from problem


def _described(each: DataSet) -> Plain:
    return {
        "name": each.name,
        "pairs": list(each.pairs),
        "begin": each.begin.isoformat(),
        "end": each.end.isoformat(),
        "generated": each.generated,
        "chosen_on": each.chosen_on,
    }
