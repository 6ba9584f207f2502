"""Connections: what it takes for transactions to mean the same on both engines."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from companion.store.columns import json_text

_BUSY_MS = 10_000
_PAUSE_SECONDS = 0.02
_PRAGMAS = (
    # Every commit reaches the disk: an order's record must survive a power cut, and there are few writes.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    # Without it REPLACE deletes rows without firing the triggers that refuse deletes.
    "PRAGMA recursive_triggers=ON",
)
_POSTGRESQL = "-c statement_timeout=60000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000"
READ_ONLY = "hhq_read_only"
"""Execution option of connections that only read."""


def make_engine(url: URL, *, connections: int) -> Engine:
    """An engine for ``url``; errors never show the values of a statement (they may be secret).

    Raises OSError if the folder of a SQLite file cannot be made.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, connections)
    return create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        json_serializer=json_text,
        json_deserializer=orjson.loads,
        connect_args={"connect_timeout": 10, "options": _POSTGRESQL, "application_name": "hhq companion"},
    )


def _sqlite(url: URL, connections: int) -> Engine:
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
        json_serializer=json_text,
        json_deserializer=orjson.loads,
        connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    if not isinstance(connection, sqlite3.Connection):
        raise TypeError(f"not a SQLite connection: {type(connection)}")
    # We send BEGIN ourselves: the driver would send it too late, after the transaction's reads.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    _write_ahead(connection)
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead logging, waiting for any writer: SQLite itself does not always wait for this.

    Two instances that start together on an empty database would collide here.
    """
    latest = time.monotonic() + _BUSY_MS / 1000.0
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as problem:
            # The low byte is the primary code; the rest is the extended one.
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > latest:
                raise
            _pause()
        else:
            return


def _pause() -> None:
    time.sleep(_PAUSE_SECONDS)


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the write lock at once: had it read first, its snapshot could be outdated by the time it writes."""
    read_only = bool(connection.get_execution_options().get(READ_ONLY))
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def database_ms(connection: Connection) -> int:
    """The database's wall time in ms UTC.

    PostgreSQL reports its server's clock, the same for all instances. SQLite has no server: its file is on one machine,
    whose clock all instances that can open it share.
    """
    if connection.dialect.name == "sqlite":
        statement = "SELECT CAST(ROUND((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER)"
    else:
        statement = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
    return int(connection.execute(text(statement)).scalar_one())
