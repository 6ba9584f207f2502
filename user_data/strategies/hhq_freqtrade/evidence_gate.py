"""Real orders need evidence: a live bot starts where an edge is shown for its settings, or where the user waives that."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from freqtrade.enums import RunMode
from freqtrade.exceptions import OperationalException
from sqlalchemy import URL, create_engine, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from hhq.digest import settings_digest
from hhq.settings import HHQSettings
from hhq_freqtrade.running_settings import RunningSettings
from hhq_shared.bot_configuration import evidence_rules
from hhq_shared.evidence_verdict import OTHER_SETTINGS, EvidenceVerdict, WatchedEvidence

logger = logging.getLogger("hhq.trace")

_REMEDY = (
    'measure with "python -m companion evidence --data DIR --save", or set hhq.accept_unproven to true in the '
    "configuration to trade without a shown edge"
)


class EvidenceGate:
    """Says in one line what the evidence shows: at the start, and whenever that changes. A running bot is never stopped.

    ``no_entries`` says why this run enters nothing, empty where it may: a live bot that holds positions starts without a
    shown edge too, since somebody has to watch them. Raises SettingsError for a configuration that cannot be used, and
    OperationalException for a live start without a shown edge and without positions. A dry run always starts; elsewhere
    nothing is read. A reload of a live bot is no start.
    """

    has_started_live: ClassVar[bool] = False
    """Whether this process has started a live bot, so that another one is a reload."""

    def __init__(self, config: Mapping[str, Any], running: RunningSettings) -> None:
        self._rules = evidence_rules(config)
        self._running = running
        self._settings: HHQSettings | None = None
        self._digest = ""
        self._told: EvidenceVerdict | str | None = None
        self.no_entries = ""
        self._live = config.get("runmode") == RunMode.LIVE
        self._watched: WatchedEvidence | None = None
        if self._live or config.get("runmode") == RunMode.DRY_RUN:
            self._watched = WatchedEvidence(self._rules.path)
            self._begin(self._verdict(self._watched), config)

    def look(self) -> None:
        """Say what the evidence shows now, if that has changed: by other settings, another document, or its age."""
        if self._watched is not None and not self.no_entries:
            self._say(self._verdict(self._watched))

    def _begin(self, verdict: EvidenceVerdict, config: Mapping[str, Any]) -> None:
        may_enter = verdict.shows_edge or self._rules.accept_unproven or EvidenceGate.has_started_live
        if self._live and not may_enter:
            if not may_hold_positions(config):
                raise OperationalException(f"EVIDENCE: no live start, {_text(verdict)}: {_REMEDY}.")
            self.no_entries = _text(verdict)
            logger.error(
                "EVIDENCE: open positions are managed, nothing is entered, %s: %s, then start again",
                self.no_entries,
                _REMEDY,
            )
            return
        if self._live:
            EvidenceGate.has_started_live = True
        self._say(verdict)

    def _say(self, verdict: EvidenceVerdict) -> None:
        # Each change of settings has another reason; that they are others is said once.
        told = OTHER_SETTINGS if verdict.verdict == OTHER_SETTINGS else verdict
        if told == self._told:
            return
        self._told = told
        if verdict.shows_edge:
            logger.info("EVIDENCE: %s, settings %s", _text(verdict), self._digest)
        elif self._live:
            next_start = "" if self._rules.accept_unproven else "; the next start would be refused"
            logger.warning("EVIDENCE: real orders without a shown edge, %s%s", _text(verdict), next_start)
        else:
            logger.info("EVIDENCE: no edge is shown, %s; a live start would be refused", _text(verdict))

    def _verdict(self, watched: WatchedEvidence) -> EvidenceVerdict:
        if self._running.current is not self._settings:
            self._settings = self._running.current
            self._digest = settings_digest(self._settings)
        return watched.verdict(self._digest, datetime.now(UTC), self._rules.longest_days)


def may_hold_positions(config: Mapping[str, Any]) -> bool:
    """Return whether the bot's database has open trades, or cannot be asked: then there may be some."""
    name = "db_url"
    try:
        url = make_url(str(config.get("db_url", "")))
        # Without the query, where a password may stand.
        name = url.set(query={}).render_as_string()
        return not _is_missing_file(url) and _has_open_trades(url)
    except (SQLAlchemyError, ImportError) as problem:
        why, _, _ = str(problem).partition("\n")
        logger.warning("EVIDENCE: %s cannot be asked for open trades: %s", name, why)
        return True


def _is_missing_file(url: URL) -> bool:
    """Return whether SQLite would have to make the database; of a name that is a URI only SQLite knows the file."""
    name = url.database or ""
    return url.get_backend_name() == "sqlite" and not name.startswith("file:") and not Path(name).is_file()


def _has_open_trades(url: URL) -> bool:
    """Ask the database. Raises SQLAlchemyError, and ImportError without its driver."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("trades"):
                return False
            return bool(connection.scalar(text("SELECT COUNT(*) FROM trades WHERE is_open")))
    finally:
        engine.dispose()


def _text(verdict: EvidenceVerdict) -> str:
    return f"{verdict.verdict} ({verdict.reason})"
