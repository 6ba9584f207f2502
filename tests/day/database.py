"""The companion's database: copied as a backup does, lost, put back."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Database:
    """The file while the companion runs, and its copy in ``folder``."""

    path: Path
    folder: Path

    @property
    def _copy(self) -> Path:
        return self.folder / "backup.sqlite"

    def copy(self) -> None:
        """Copy it with SQLite's own backup, while it is written to."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with sqlite3.connect(self.path) as source, sqlite3.connect(self._copy) as target:
            source.backup(target)
        source.close()
        target.close()

    def lose(self) -> None:
        """Delete it with all that belongs to it."""
        for file in self.path.parent.glob(f"{self.path.name}*"):
            file.unlink()

    def put_back(self) -> None:
        """Put the copy in its place, with no write-ahead file, as docs/store.md says."""
        draft = self.path.with_name("restored.sqlite")
        draft.write_bytes(self._copy.read_bytes())
        draft.chmod(0o600)
        draft.replace(self.path)
