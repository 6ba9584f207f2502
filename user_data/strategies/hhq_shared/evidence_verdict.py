"""What a document of the evidence says about the settings that a bot runs with: one rule for the bot and the companion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from hhq_shared.evidence_file import EvidenceFileError, read_evidence
from hhq_shared.file_stamp import FileStamp, stamp_of

EDGE_SHOWN = "edge shown"
"""The one verdict of a report that shows an edge (``hhq.evidence.verdict``)."""
NOT_MEASURED = "not measured"
OTHER_SETTINGS = "of other settings"
GENERATED = "of a generated market"
TOO_OLD = "too old"
_CLOCKS = timedelta(days=1)
"""How far the end of the data may lie ahead of this machine's clock."""


class _Part(BaseModel):
    """A part of the document; what else is in it is not looked at."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class _DataSet(_Part):
    end: AwareDatetime = Field(strict=False)
    generated: bool


class _Judgement(_Part):
    verdict: str
    reasons: list[str]


class _Mean(_Part):
    count: int
    days: int
    mean: float | None
    low: float | None
    high: float | None


class _Earned(_Part):
    net: _Mean


class _Account(_Part):
    equal: _Earned


class _Pooled(_Part):
    account: _Account


class _Report(_Part):
    judgement: _Judgement
    pooled: _Pooled


class _Document(_Part):
    settings_digest: str
    sets: list[_DataSet] = Field(min_length=1)
    report: _Report


@dataclass(frozen=True, slots=True)
class EvidenceVerdict:
    """What is shown for the settings in force; ``reason`` in words.

    ``verdict``: that of the report, or why it does not count: not measured, of other settings, of a generated market, too
    old. ``net_pct`` with its 95 % interval: net mean in % of the notional a trade; n/a where it does not count for these
    settings, or there is too little for an interval. ``settings_digest``: whose settings were measured; ``matches``:
    whether those are the ones in force. ``data_until``: the end of the newest data, ISO 8601.
    """

    verdict: str
    reason: str
    net_pct: float | None = None
    low_pct: float | None = None
    high_pct: float | None = None
    trades: int | None = None
    days: int | None = None
    data_until: str | None = None
    settings_digest: str | None = None
    matches: bool = False

    @property
    def shows_edge(self) -> bool:
        """Whether an edge is shown for the settings in force."""
        return self.verdict == EDGE_SHOWN and self.matches


class WatchedEvidence:
    """The document at ``path``, read again whenever the file has changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: FileStamp | None = None
        self._document: _Document | None = None
        self._problem = ""
        self._read()

    def verdict(self, digest: str, now: datetime, longest_days: float) -> EvidenceVerdict:
        """Return what the file, as it is now, says about the settings of this digest.

        ``now`` is an aware time; data whose newest candle is more than ``longest_days`` old no longer count.
        """
        if stamp_of(self.path) != self._seen:
            self._read()
        if self._document is None:
            return EvidenceVerdict(NOT_MEASURED, self._problem)
        return _verdict(self._document, digest, now, timedelta(days=longest_days))

    def _read(self) -> None:
        self._seen = stamp_of(self.path)
        try:
            self._document, self._problem = _parsed(self.path, read_evidence(self.path)), ""
        except EvidenceFileError as problem:
            self._document, self._problem = None, str(problem)


def _parsed(path: Path, content: dict[str, Any]) -> _Document:
    try:
        return _Document.model_validate(content)
    except ValidationError as error:
        (first, *_) = error.errors()
        place = ".".join(str(part) for part in first["loc"])
        raise EvidenceFileError(f"{path}: not an evidence document: {place}: {first['msg']}") from error


def _verdict(document: _Document, digest: str, now: datetime, longest: timedelta) -> EvidenceVerdict:
    measured = document.settings_digest
    until = max(each.end for each in document.sets)
    if measured != digest:
        why = f"it was measured with settings {measured}, these are {digest}"
        return EvidenceVerdict(OTHER_SETTINGS, why, data_until=until.isoformat(), settings_digest=measured)
    if any(each.generated for each in document.sets):
        return _without_numbers(GENERATED, "a generated market says nothing about real ones", until, digest)
    if until > now + _CLOCKS:
        return _without_numbers(NOT_MEASURED, f"its data end in the future, {until:%Y-%m-%d}", until, digest)
    if now - until > longest:
        why = f"its newest data are of {until:%Y-%m-%d}, more than {longest.days} days ago"
        return _without_numbers(TOO_OLD, why, until, digest)
    return _of_report(document.report, until, digest)


def _without_numbers(verdict: str, reason: str, until: datetime, digest: str) -> EvidenceVerdict:
    return EvidenceVerdict(
        verdict, reason, data_until=until.isoformat(), settings_digest=digest, matches=True
    )


def _of_report(report: _Report, until: datetime, digest: str) -> EvidenceVerdict:
    net, judgement = report.pooled.account.equal.net, report.judgement
    if net.mean is None or net.low is None or net.high is None:
        mean = low = high = None
        reason = "; ".join(judgement.reasons)
    else:
        mean, low, high = net.mean, net.low, net.high
        reason = f"net {mean:+.3f} [{low:+.3f}, {high:+.3f}] % a trade, {net.count} trades in {net.days} days"
    return EvidenceVerdict(
        judgement.verdict,
        reason,
        mean,
        low,
        high,
        net.count,
        net.days,
        until.isoformat(),
        digest,
        matches=True,
    )
