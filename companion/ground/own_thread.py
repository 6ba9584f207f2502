"""Work on files in a thread of its own, in the order of submission."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

logger = logging.getLogger("companion.ground")


class OwnThread:
    """One thread that lives between :meth:`begin` and :meth:`end`, and again after the next begin."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._pool: ThreadPoolExecutor | None = None

    def begin(self) -> None:
        """Start."""
        self._pool = ThreadPoolExecutor(1, self._name)

    def end(self) -> None:
        """Finish the submitted work, then end."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True)

    def submit(self, work: Callable[[], object]) -> None:
        """Submit work that nobody waits for; what it raises is logged with its trace. RuntimeError before :meth:`begin`."""
        self._running().submit(work).add_done_callback(self._note_failure)

    async def do(self, work: Callable[[], T]) -> T:
        """Do the work without stalling the event loop; returns its result or raises its exception.

        Submitted work is done even if whoever awaits it is cancelled before it has begun. Raises RuntimeError before
        :meth:`begin`.
        """
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._running(), work))

    def _note_failure(self, done: Future[object]) -> None:
        problem = done.exception()
        if problem is not None:
            logger.error("%s: work that nobody waits for has failed", self._name, exc_info=problem)

    def _running(self) -> ThreadPoolExecutor:
        if self._pool is None:
            raise RuntimeError(f"thread {self._name} is used before its begin or after its end")
        return self._pool
