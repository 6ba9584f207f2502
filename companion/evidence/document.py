"""The report as a document: JSON that carries a digest of itself, so that a change by hand shows (it is no signature)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import orjson

from companion.ground.errors import UsageError
from companion.ground.plain import Plain, plain
from companion.offline.data_folder import DataFolder
from hhq.costs import Costs
from hhq.digest import settings_digest
from hhq.evidence.report import Report
from hhq.settings import HHQSettings

LAYOUT = 2


class EvidenceError(UsageError):
    """An evidence file that cannot be used; the message names it and says why."""


@dataclass(frozen=True)
class DataSet:
    """A data set that was looked at: its folder's name, its pairs, and the time from its first to its last candle."""

    name: str
    pairs: tuple[str, ...]
    begin: datetime
    end: datetime
    generated: bool

    @classmethod
    def of(cls, folder: DataFolder, pairs: tuple[str, ...], begin: datetime, end: datetime) -> DataSet:
        """Describe a folder."""
        return cls(folder.path.name, pairs, begin, end, folder.generated)

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
    content: dict[str, Plain] = {
        "layout": LAYOUT,
        "settings_digest": settings_digest(question.settings),
        "seed": question.seed,
        "costs": plain(question.costs),
        "sets": [_described(each) for each in question.sets],
        "report": plain(report),
    }
    return {**content, "digest": digest_of(content)}


def digest_of(content: dict[str, Plain]) -> str:
    """Return the digest of a document's content, its own digest left out."""
    bare = {name: value for name, value in content.items() if name != "digest"}
    return hashlib.blake2b(orjson.dumps(bare, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()


def read_document(path: Path) -> dict[str, Plain]:
    """Read a document. Raises EvidenceError for a file that is missing, damaged, of another layout or was changed."""
    try:
        content = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as problem:
        raise EvidenceError(f"{path}: cannot be read: {problem}") from problem
    if not isinstance(content, dict) or content.get("layout") != LAYOUT:
        raise EvidenceError(f"{path}: not an evidence document of layout {LAYOUT}")
    if content.get("digest") != digest_of(content):
        raise EvidenceError(f"{path}: was changed after it was written: its digest does not match")
    return content


def _described(each: DataSet) -> Plain:
    return {
        "name": each.name,
        "pairs": list(each.pairs),
        "begin": each.begin.isoformat(),
        "end": each.end.isoformat(),
        "generated": each.generated,
    }
