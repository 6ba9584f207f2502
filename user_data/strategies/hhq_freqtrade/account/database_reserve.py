"""Room that belongs to Freqtrade's database while the disk has some, so that trades can be stored when it has none.

SQLite, in the mode in which Freqtrade opens it, needs room twice: for new pages, and for the write-ahead log through
which all changes go. Free pages within the database and a log that is long enough and written over from its beginning
are room that no other program can take. On a file system that copies on write (Btrfs, ZFS) writing over needs room as
well: there the reserve is of no use.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import Engine

_PAGES = 512
"""Free pages of 4 KiB in the database; an exit takes about ten."""
_LOG_PAGES = 3 * _PAGES
"""Pages in the log: SQLite carries them over into the database when there are 1,000, and begins again."""
_ORDINARY_CHECKPOINT = 1000
_PAGE_BYTES, _ROOM_IN_A_PAGE = 4096, 4000
_TABLE = "hhq_reserve"
_NUMBERED = f"WITH RECURSIVE rows(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM rows WHERE n < {_PAGES})"
_STEPS = (
    # What a kill in between has left.
    f"DROP TABLE IF EXISTS {_TABLE}",
    f"CREATE TABLE {_TABLE} (page BLOB)",
    "PRAGMA wal_checkpoint(RESTART)",
    "PRAGMA wal_autocheckpoint = 0",
    f"INSERT INTO {_TABLE} {_NUMBERED} SELECT zeroblob({_ROOM_IN_A_PAGE}) FROM rows",
    f"UPDATE {_TABLE} SET page = randomblob({_ROOM_IN_A_PAGE})",
    f"UPDATE {_TABLE} SET page = randomblob({_ROOM_IN_A_PAGE})",
    f"DROP TABLE {_TABLE}",
    "PRAGMA wal_checkpoint(RESTART)",
    f"PRAGMA wal_autocheckpoint = {_ORDINARY_CHECKPOINT}",
)


class DatabaseReserve:
    """The reserve of one SQLite database, kept up while the disk has room."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._log = Path(f"{engine.url.database}-wal")

    def is_low(self) -> bool:
        """Return whether more than half of it is used up. Raises NotStoredError where the database cannot be read."""
        with self._engine.connect() as connection:
            free = int(connection.exec_driver_sql("PRAGMA freelist_count").scalar_one())
        log = self._log.stat().st_size if self._log.exists() else 0
        return free < _PAGES // 2 or log < _LOG_PAGES * _PAGE_BYTES

    def renew(self) -> None:
        """Make the reserve whole. Raises NotStoredError where the database cannot be written."""
        with self._engine.connect() as connection:
            for step in _STEPS:
                connection.exec_driver_sql(step)
                connection.commit()
