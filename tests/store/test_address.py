"""The URL of the database: what is accepted, what is refused, and that no password is ever shown."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from companion.settings.store import StoreSettings
from companion.store.address import PASSWORD_VARIABLE, database_url, shown
from companion.store.database import Store
from companion.store.errors import StoreError, StoreSettingsError

SECRET = "s3cret-of-the-database"


def test_the_password_comes_from_the_environment_and_is_hidden_where_it_is_shown() -> None:
    url = database_url("postgresql://hhq@db.example:5432/hhq", {PASSWORD_VARIABLE: SECRET})
    assert url.password == SECRET
    assert url.drivername == "postgresql+psycopg"
    assert shown(url) == "postgresql+psycopg://hhq:***@db.example:5432/hhq"
    assert SECRET not in repr(url)


@pytest.mark.parametrize(
    "given",
    [
        f"postgresql://hhq:{SECRET}@db.example/hhq",
        f"postgresql://hhq@db.example/hhq?password={SECRET}",
        f"postgresql://hhq@db.example/hhq?sslpassword={SECRET}",
        f"mysql://hhq:{SECRET}@db.example/hhq",
        f"{SECRET} is no url",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file.sqlite?mode=ro",
    ],
)
def test_a_url_that_cannot_be_used_names_the_setting_and_repeats_no_secret(given: str) -> None:
    with pytest.raises(StoreSettingsError, match=r"store\.url") as refused:
        database_url(given, {})
    assert SECRET not in str(refused.value)


def test_the_path_of_sqlite_is_taken_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert database_url("sqlite:///run/companion.sqlite", {}).database == str(
        tmp_path / "run/companion.sqlite"
    )


def test_a_server_that_cannot_be_reached_is_named_without_the_password(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    settings = StoreSettings(url=f"postgresql://hhq@/hhq?host={tmp_path}")
    with caplog.at_level(logging.DEBUG), pytest.raises(StoreError, match=r"cannot be opened") as refused:
        Store.open(settings, {PASSWORD_VARIABLE: SECRET})
    assert SECRET not in str(refused.value) + str(refused.value.__cause__) + caplog.text


def test_a_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file")
    with pytest.raises(StoreError, match="cannot be made"):
        Store.open(StoreSettings(url=f"sqlite:///{tmp_path}/folder/companion.sqlite"), {})


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "companion.sqlite"
    path.write_text("this is no database, and long enough to be taken for one " * 30)
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(StoreSettings(url=f"sqlite:///{path}"), {})
