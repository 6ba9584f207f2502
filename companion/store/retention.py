"""Removes what is kept only for a time, in pieces small enough to hold nobody up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TypeAlias

from sqlalchemy.orm import Session

from companion.ground.clock import Clock
from companion.settings.store import StoreSettings
from companion.store import events, funnel, signals
from companion.store.database import Store

logger = logging.getLogger("companion.store")

_EVERY_SECONDS = 3600.0
_PIECE = 500
_DAY_MS = 86_400_000


Forget: TypeAlias = "Callable[[Session, int], int]"
"""Removes what is no longer needed at a time (ms UTC); returns how many rows."""


class Retention:
    """Once an hour removes old signals, funnel counts, events that all have taken, and what other parts keep for a time.

    ``kinds``: what the outbox's consumers take (Outbox.kinds). ``others``: what each other part removes, by the name of
    its rows. The audit log and closed trades are kept for good.
    """

    def __init__(
        self,
        store: Store,
        settings: StoreSettings,
        clock: Clock,
        kinds: Mapping[str, Collection[str]],
        others: Mapping[str, Forget],
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._kinds = kinds
        self._others = others

    async def run(self) -> None:
        """Tidy up until cancelled."""
        while True:
            removed = await self.tidy()
            told = ", ".join(f"{number} {name}" for name, number in removed.items() if number)
            if told:
                logger.info("removed what is too old: %s", told)
            await self._clock.sleep(_EVERY_SECONDS)

    async def tidy(self) -> dict[str, int]:
        """Remove what is too old now; returns how many rows of each."""
        now_ms = self._clock.now_ms()
        settings = self._settings
        removed = {
            "signals": await self._in_pieces(
                partial(signals.forget_before, before_ms=_before(now_ms, settings.signal_days), most=_PIECE)
            ),
            "counts": await self._in_pieces(
                partial(funnel.forget_before, before_ms=_before(now_ms, settings.funnel_days), most=_PIECE)
            ),
            "events": await self._in_pieces(
                partial(
                    events.forget_taken,
                    kinds=self._kinds,
                    before_ms=_before(now_ms, settings.event_days),
                    most=_PIECE,
                )
            ),
        }
        for name, forget in self._others.items():
            removed[name] = await self._store.write(partial(_forget, forget=forget, now_ms=now_ms))
        return removed

    async def _in_pieces(self, remove: Callable[[Session], int]) -> int:
        total = 0
        while removed := await self._store.write(remove):
            total += removed
        return total


def _forget(session: Session, *, forget: Forget, now_ms: int) -> int:
    return forget(session, now_ms)


def _before(now_ms: int, days: float) -> int:
    return now_ms - round(days * _DAY_MS)
