"""A bot's database is only ever read, and what is none is refused by name and without its password."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from freqtrade.persistence import Trade, init_db

from companion.__main__ import main
from companion.evidence.bot_database import BotDatabaseError, read_trades


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """An empty database of Freqtrade's own making."""
    path = tmp_path / "a bot's.sqlite"
    init_db(f"sqlite:///{path}")
    Trade.session.remove()
    return path


def changed(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def refusal(address: str) -> str:
    with pytest.raises(BotDatabaseError) as refused:
        read_trades(address)
    return str(refused.value)


def test_freqtrades_own_tables_are_read_and_the_file_is_not_written(database: Path) -> None:
    before = database.read_bytes()
    assert read_trades(f"sqlite:///{database}") == ()
    assert database.read_bytes() == before
    assert list(database.parent.glob("*-journal")) == []


def test_a_database_without_trades_is_named(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("evidence", "--trades", f"sqlite:///{database}")) == 2
    assert "no closed trade of the bot's own signals; 0 are open" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "none.sqlite"
    assert refusal(f"sqlite:///{path}") == f"--trades {path}: there is no such file"
    assert not path.exists()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "text.sqlite"
    path.write_text("no database at all, whatever its name says" * 50, encoding="utf-8")
    assert "cannot be read: file is not a database" in refusal(f"sqlite:///{path}")


@pytest.mark.parametrize("table", ["trades", "orders", "trade_custom_data"])
def test_a_database_without_one_of_freqtrades_tables_is_none_of_freqtrades(
    database: Path, table: str
) -> None:
    changed(database, f"DROP TABLE {table}")
    assert refusal(f"sqlite:///{database}").endswith(f"not a Freqtrade database: it has no table {table}")


def test_a_column_that_is_not_there_is_named(database: Path) -> None:
    changed(database, "ALTER TABLE trades DROP COLUMN funding_fees")
    assert refusal(f"sqlite:///{database}").endswith("its table trades has no funding_fees")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("run/live.sqlite", "not a database URL"),
        ("mysql://user:secret@host/bot", "mysql is not supported"),
        ("sqlite://", "there is no such file"),
        ("postgresql://reader:secret@127.0.0.1:9/bot", "cannot be read"),
    ],
)
def test_what_cannot_be_opened_is_refused_without_its_password(address: str, says: str) -> None:
    told = refusal(address)
    assert says in told
    assert "secret" not in told


@pytest.mark.parametrize(
    "option", [("--from", "2025-01-01"), ("--html", "x.html"), ("--save",), ("--tried", "3")]
)
def test_an_option_that_says_nothing_about_trades_is_refused(
    database: Path, option: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(("evidence", "--trades", f"sqlite:///{database}", *option)) == 2
    assert f"{option[0]} does not go with --trades" in capsys.readouterr().err
