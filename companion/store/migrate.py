"""Brings the tables to a version: the migrations are part of the package, and run in one transaction."""

from __future__ import annotations

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from companion.store.errors import StoreError

logger = logging.getLogger("companion.store")

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x4848_5131
"""Key of PostgreSQL's advisory lock: two instances that start together migrate one after the other."""


def upgrade(engine: Engine, revision: str = "head") -> str:
    """Migrate an older or empty database up to ``revision``; returns the revision it then has.

    Raises StoreError for a database of a later version of the companion, SQLAlchemyError if the database refuses.
    """
    with engine.begin() as connection:
        _wait_for_turn(connection)
        before = revision_of(connection)
        _require_known(before)
        command.upgrade(_config(connection), revision)
        after = revision_of(connection)
    if after != before:
        logger.info("database migrated from %s to %s", before or "empty", after)
    return after or ""


def downgrade(engine: Engine, revision: str) -> str:
    """Migrate the tables down to an earlier ``revision`` (``base``: no tables); the data of what is dropped is lost.

    Returns the revision then in place. Raises StoreError for an unknown revision.
    """
    with engine.begin() as connection:
        _wait_for_turn(connection)
        _require_known(revision_of(connection))
        if revision != "base":
            _require_known(revision)
        command.downgrade(_config(connection), revision)
        return revision_of(connection) or ""


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables; None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def revisions() -> tuple[str, ...]:
    """All known revisions, oldest first."""
    return tuple(script.revision for script in reversed(list(_scripts().walk_revisions())))


def _wait_for_turn(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _require_known(revision: str | None) -> None:
    known = revisions()
    if revision is not None and revision not in known:
        raise StoreError(
            f"the database is at revision {revision}, which this version does not know (its newest: {known[-1]}); "
            "run the version that wrote it, or take the database back with that version first"
        )


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_MIGRATIONS))
