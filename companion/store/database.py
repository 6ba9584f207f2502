"""The database as the service's parts see it: transactions that never stall the event loop."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL, Engine
from sqlalchemy.exc import DatabaseError, SQLAlchemyError
from sqlalchemy.orm import Session

from companion.ground.filled_pool import filled_pool
from companion.settings.store import StoreSettings
from companion.store import state
from companion.store.address import database_url, shown
from companion.store.engine import READ_ONLY, database_ms, make_engine
from companion.store.errors import StoreBusyError, StoreError
from companion.store.migrate import upgrade
from companion.store.sqlite_file import SqliteFile, is_of_the_file

logger = logging.getLogger("companion.store")

Result = TypeVar("Result")
_READERS = 2
_MOST_WAITING = 2000


class Store:
    """Runs functions of a session, each in one transaction, in threads of its own.

    One thread writes, two read. Writes of one process therefore happen in the order of the calls and never wait for each
    other's locks; a long read (a page of history) delays neither them nor the heartbeat of the lease. SQLite takes one
    writer at a time anyway, and readers do not block it (WAL); for PostgreSQL the load is far too small to need more. A
    repository function is given a session; it must keep neither the session nor its rows.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(
            **({READ_ONLY: True} if engine.dialect.name == "sqlite" else {"postgresql_readonly": True})
        )
        self._writer = ThreadPoolExecutor(1, "store-write")
        self._readers = filled_pool(_READERS, "store-read")
        self._waiting = 0
        self.replaced = 0
        """How often the file of a SQLite database was found to be another one, e.g. a restored copy."""
        self._file: SqliteFile | None = None
        if engine.dialect.name == "sqlite" and engine.url.database:
            self._file = SqliteFile(Path(engine.url.database), self._reopen)

    @classmethod
    def open(cls, settings: StoreSettings, environment: Mapping[str, str] | None = None) -> Store:
        """Connect and migrate the tables to this version; blocks, so call it before the event loop runs.

        Raises StoreSettingsError naming the setting, StoreError if the database cannot be reached or migrated.
        """
        url = database_url(settings.url, os.environ if environment is None else environment)
        return cls(opened_engine(url))

    @property
    def address(self) -> str:
        """The URL without its password."""
        return shown(self._engine.url)

    @property
    def kind(self) -> str:
        """What kind of database it is: sqlite or postgresql."""
        return self._engine.dialect.name

    async def write(self, work: Callable[[Session], Result]) -> Result:
        """Run ``work`` in a transaction of its own: committed when it returns, rolled back when it raises.

        A caller that is cancelled while the transaction runs does not learn whether it was committed: work that matters
        has to be idempotent. Raises what ``work`` raises, StoreBusyError if too much is waiting already.
        """
        return await self._in_thread(self._writer, partial(self._transaction, self._engine, work))

    async def read(self, work: Callable[[Session], Result]) -> Result:
        """Run ``work`` in a read-only transaction that sees one state of the database. Raises as :meth:`write` does."""
        return await self._in_thread(self._readers, partial(self._transaction, self._reading, work))

    def now(self, work: Callable[[Session], Result]) -> Result:
        """Run ``work`` in a transaction and block until it is done; for commands, which have no event loop."""
        return self._writer.submit(partial(self._transaction, self._engine, work)).result()

    async def check_writable(self, now_ms: int) -> None:
        """Write a mark and commit it. Raises StoreError saying why it cannot."""
        try:
            await self.write(partial(state.put, key="store.checked", value={"ms": now_ms}, now_ms=now_ms))
        except SQLAlchemyError as problem:
            raise StoreError(f"{self.address} cannot be written: {_first_line(problem)}") from problem

    async def time_ms(self) -> int:
        """The database's wall time in ms UTC."""
        return await self.read(lambda session: database_ms(session.connection()))

    def close(self) -> None:
        """Finish what is waiting, then disconnect; blocks until then."""
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self._engine.dispose()

    def _transaction(self, engine: Engine, work: Callable[[Session], Result]) -> Result:
        if self._file is not None:
            self._file.require()
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                return work(session)
        except DatabaseError as problem:
            if is_of_the_file(problem):
                # Connections go on with what they know of the file: one opened read-only stays so when it is not any more.
                self._engine.dispose()
            raise

    def _reopen(self) -> None:
        logger.warning("database %s: the file is another one, connecting anew", self.address)
        self._engine.dispose()
        upgrade(self._engine)
        self.replaced += 1

    async def _in_thread(self, threads: ThreadPoolExecutor, work: Callable[[], Result]) -> Result:
        if self._waiting >= _MOST_WAITING:
            raise StoreBusyError(f"{self._waiting} pieces of work wait for {self.address}")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(threads, work)
        finally:
            self._waiting -= 1


def opened_engine(url: URL) -> Engine:
    """An engine for a database that is reachable and has this version's tables. Raises StoreError."""
    try:
        engine = make_engine(url, connections=_READERS + 1)
    except OSError as problem:
        raise StoreError(f"{shown(url)} cannot be made: {problem}") from problem
    try:
        upgrade(engine)
    except SQLAlchemyError as problem:
        engine.dispose()
        raise StoreError(f"{shown(url)} cannot be opened: {_first_line(problem)}") from problem
    except StoreError:
        engine.dispose()
        raise
    logger.info("database %s", shown(url))
    return engine


def _first_line(problem: SQLAlchemyError) -> str:
    return (str(problem).splitlines() or [type(problem).__name__])[0]
