"""What the evidence shows for the settings that a bot runs with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from companion.bot.state import BotState
from companion.ground.clock import Clock
from hhq_shared.evidence_verdict import NOT_MEASURED, EvidenceVerdict, WatchedEvidence
from hhq_shared.strategy_version import read_version


class BotEvidence:
    """The document at ``path``, held against the digest of the settings that each bot reports."""

    def __init__(self, path: Path, longest_days: int, clock: Clock) -> None:
        self._watched = WatchedEvidence(path)
        self._longest_days = longest_days
        self._clock = clock

    def of(self, state: BotState) -> EvidenceVerdict:
        """Return what is shown for a bot now: nothing is, while it has not said which settings it runs with."""
        told = read_version(state.config.strategy_version) if state.config else None
        if told is None:
            return EvidenceVerdict(NOT_MEASURED, "the bot does not say which settings it runs with")
        now = datetime.fromtimestamp(self._clock.now_ms() / 1000.0, UTC)
        return self._watched.verdict(told.digest, now, self._longest_days)
