"""A PostgreSQL server of the tests' own: a throw-away cluster on a local socket that ends with the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

_INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
_USER = "hhq"
_DEADLINE_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """Where the server listens."""

    socket_folder: Path

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"hhq_{uuid.uuid4().hex}"
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return f"postgresql://{_USER}@/{name}?host={self.socket_folder}"

    def drop(self, url: str) -> None:
        """Remove a database, with whoever is connected to it."""
        name = make_url(url).database
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _conninfo(self, database: str) -> str:
        return f"host={self.socket_folder} user={_USER} dbname={database}"


@contextmanager
def running_server() -> Iterator[Server]:
    """A running server; skips the test where the server's programs are not installed."""
    initdb, control = _program("initdb"), _program("pg_ctl")
    folder = Path(tempfile.mkdtemp(prefix="hhq-pg-", dir="/tmp"))
    data = folder / "data"
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        _run(initdb, "-D", data, "-U", _USER, "-A", "trust", "-N", "-E", "UTF8", "--no-locale")
        options = (
            f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c max_connections=60"
        )
        _run(control, "-D", data, "-l", folder / "log", "-w", "-t", _DEADLINE_SECONDS, "-o", options, "start")
        try:
            yield Server(folder)
        finally:
            _run(control, "-D", data, "-m", "immediate", "-w", "-t", _DEADLINE_SECONDS, "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    found = shutil.which(name) or next(
        (str(folder / name) for folder in _INSTALLED if (folder / name).exists()), None
    )
    if found is None:
        pytest.skip(f"no PostgreSQL server on this machine: {name} is missing (Debian package postgresql)")
    return found


def _run(program: str, *arguments: object) -> None:
    command = [program, *map(str, arguments)]
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root; its package creates a user for it.
        command = ["runuser", "-u", "postgres", "--", *command]
    with tempfile.TemporaryFile("w+") as output:
        # A file, not a pipe: the server keeps it open after pg_ctl has ended.
        result = subprocess.run(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            timeout=2 * _DEADLINE_SECONDS,
            check=False,
        )
        output.seek(0)
        assert result.returncode == 0, f"{' '.join(command)}:\n{output.read()}"
