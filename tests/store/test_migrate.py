"""Tables come and go by migrations that ship with the package."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from companion.store import engine as store_engine
from companion.store.address import database_url
from companion.store.engine import make_engine
from companion.store.errors import StoreError
from companion.store.migrate import downgrade, revision_of, revisions, upgrade
from companion.store.tables import Base


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = make_engine(database_url(url, {}), connections=3)
    yield made
    made.dispose()


def test_an_empty_database_gets_every_table_and_says_its_revision(engine: Engine) -> None:
    newest = revisions()[-1]
    assert upgrade(engine) == newest
    names = set(inspect(engine).get_table_names())
    assert names == set(Base.metadata.tables) | {"alembic_version"}
    assert upgrade(engine) == newest


def test_the_migrations_make_exactly_the_tables_of_the_models(engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_every_revision_can_be_downgraded_to_and_upgraded_from(engine: Engine) -> None:
    upgrade(engine)
    for revision in (*reversed(revisions()), "base"):
        downgrade(engine, revision)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    for revision in revisions():
        assert upgrade(engine, revision) == revision
    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_database_of_a_later_version_is_left_alone_with_a_message(engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="revision 9999, which this version does not know"):
        upgrade(engine)
    with engine.begin() as connection:
        assert revision_of(connection) == "9999"


def test_a_migration_that_fails_leaves_nothing_behind(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE state (something INTEGER)"))
    with pytest.raises(Exception, match="state"):
        upgrade(engine)
    assert inspect(engine).get_table_names() == ["state"]


def test_two_instances_that_start_together_migrate_one_after_the_other(url: str) -> None:
    engines = [make_engine(database_url(url, {}), connections=1) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(upgrade, engines)) == {revisions()[-1]}
    for engine in engines:
        engine.dispose()


def test_the_first_connection_waits_for_another_instance_that_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite answers "locked" at once if somebody writes while the journal mode is being changed."""
    path = tmp_path / "companion.sqlite"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE something (value INTEGER)")
    other.execute("BEGIN IMMEDIATE")
    waited = []

    def write_to_the_end() -> None:
        waited.append(True)
        other.execute("COMMIT")

    monkeypatch.setattr(store_engine, "_pause", write_to_the_end)
    engine = make_engine(database_url(f"sqlite:///{path}", {}), connections=1)
    with engine.begin() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
    assert waited == [True]
    engine.dispose()
    other.close()


def test_a_file_that_is_no_database_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "companion.sqlite"
    path.write_bytes(b"no database at all" * 100)
    monkeypatch.setattr(store_engine, "_pause", lambda: pytest.fail("it waits"))
    engine = make_engine(database_url(f"sqlite:///{path}", {}), connections=1)
    with pytest.raises(DatabaseError, match="not a database"):
        engine.connect()


def test_the_migrations_are_part_of_the_installed_project(tmp_path: Path) -> None:
    """Built as for an installation and run from there, with none of the sources in reach."""
    root = Path(__file__).parents[2]
    copy = tmp_path / "source"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "companion", "user_data"):
        (copy / name).symlink_to(root / name)
    build = "from setuptools import setup; setup(script_args=['build_py', '--build-lib', 'out'])"
    done = subprocess.run(
        [sys.executable, "-c", build], cwd=copy, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    out = copy / "out"
    program = (
        "import sys; sys.meta_path = [one for one in sys.meta_path if 'Editable' not in repr(one)];"
        "from companion.settings.store import StoreSettings; from companion.store import migrate;"
        "from companion.store.database import Store;"
        "assert migrate.__file__.startswith(sys.argv[1]), migrate.__file__;"
        "Store.open(StoreSettings(url=sys.argv[2]), {}).close(); print(migrate.revisions()[-1])"
    )
    arguments = [str(out), f"sqlite:///{tmp_path}/installed.sqlite"]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=tmp_path,
        env={"PYTHONPATH": str(out)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.strip() == revisions()[-1], done.stderr
