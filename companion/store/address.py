"""Where the database is, from the settings; its password comes from the environment alone and is never shown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from companion.store.errors import StoreSettingsError

PASSWORD_VARIABLE = "HHQ_DATABASE_PASSWORD"
_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
_SECRET_OPTIONS = ("password", "sslpassword", "passfile")


def database_url(setting: str, environment: Mapping[str, str]) -> URL:
    """The URL of ``store.url`` with its driver and, for PostgreSQL, the password of the environment.

    Raises StoreSettingsError for a URL that cannot be read, holds a password, or names another kind of database.
    The message never repeats the URL as given: it may hold a secret.
    """
    try:
        url = make_url(setting)
        backend = url.get_backend_name()
    except ArgumentError:
        raise StoreSettingsError(
            "store.url: not a database URL; examples: sqlite:///run/companion.sqlite, "
            "postgresql://hhq@db.example/hhq"
        ) from None
    if backend not in _DRIVERS:
        raise StoreSettingsError(f"store.url: {backend} is not supported, only sqlite and postgresql")
    if url.password is not None or any(name in url.query for name in _SECRET_OPTIONS):
        raise StoreSettingsError(
            f"store.url: holds a password; remove it there and set {PASSWORD_VARIABLE} in the environment"
        )
    url = url.set(drivername=_DRIVERS[backend])
    if backend == "sqlite":
        return _file(url)
    password = environment.get(PASSWORD_VARIABLE)
    return url.set(password=password) if password else url


def shown(url: URL) -> str:
    """The URL as it may appear in logs and on the page, without its password."""
    return url.render_as_string(hide_password=True)


def _file(url: URL) -> URL:
    if not url.database or url.database == ":memory:" or url.query:
        raise StoreSettingsError("store.url: SQLite needs the path of a file: sqlite:///run/companion.sqlite")
    return url.set(database=str(Path(url.database).absolute()))
