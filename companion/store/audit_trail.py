"""The audit of what must work without a database: nothing here fails, waits long, or is lost without a log line."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import asdict, replace
from typing import Unpack

from sqlalchemy.exc import SQLAlchemyError

from companion.ground.clock import Clock
from companion.ground.redaction import without_secrets
from companion.ground.roles import Principal
from companion.store.audit import About, AuditEntry, AuditLog, entry_of
from companion.store.columns import json_text
from companion.store.errors import StoreError

logger = logging.getLogger("companion.audit")

_PATIENCE_SECONDS = 1.0
_RETRY_SECONDS = 5.0
_MOST_WAITING = 1_000


class AuditTrail:
    """Records in the audit log and in the service's log; what the former cannot take is added once it can.

    What waits is kept in memory only, the newest 1,000 entries: after a restart the service's log has them, nothing else.
    """

    def __init__(self, log: AuditLog | None, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._waiting: deque[AuditEntry] = deque(maxlen=_MOST_WAITING)
        self._writing: set[asyncio.Task[None]] = set()
        self._catching_up = asyncio.Lock()

    @property
    def waiting(self) -> int:
        """Entries that the audit log does not have yet."""
        return len(self._waiting)

    async def record(self, who: Principal, what: str, **about: Unpack[About]) -> None:
        """Record as :meth:`AuditLog.record` does, but without raising, and without waiting for a database that hangs."""
        entry = entry_of(self._clock.now_ms(), who, what, **about)
        # Also when it is stored: a damaged database may take an entry and lose it.
        logger.info("AUDIT: %s", json_text(asdict(_shown(entry))))
        task = asyncio.get_running_loop().create_task(self._write(entry), name="audit entry")
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
        await asyncio.wait({task}, timeout=_PATIENCE_SECONDS)

    async def catch_up(self) -> None:
        """Add what waits, oldest first; what cannot be added yet goes on waiting."""
        if self._log is None:
            return
        async with self._catching_up:
            while self._waiting:
                entry = self._waiting[0]
                try:
                    await self._log.write(entry)
                except (SQLAlchemyError, StoreError):
                    return
                if self._waiting and self._waiting[0] is entry:
                    self._waiting.popleft()
                logger.info("AUDIT: caught up: %s of %s, %s", entry.what, entry.who, entry.outcome)

    async def run(self) -> None:
        """Catch up until cancelled."""
        while True:
            await self._clock.sleep(_RETRY_SECONDS)
            await self.catch_up()

    async def _write(self, entry: AuditEntry) -> None:
        try:
            if self._log is not None:
                await self._log.write(entry)
                return
            problem = "there is no database"
        except (SQLAlchemyError, StoreError) as error:
            problem = type(error).__name__
        logger.warning("AUDIT: not stored (%s): %s of %s, %s", problem, entry.what, entry.who, entry.outcome)
        self._waiting.append(entry)


def _shown(entry: AuditEntry) -> AuditEntry:
    return replace(entry, before=without_secrets(entry.before), after=without_secrets(entry.after))
