#!/usr/bin/env bash
# SQLite: the switch to WAL does not wait, whatever the timeout is.
#
# `sqlite3.connect(timeout=…)` (SQLAlchemy's default is 5 seconds) makes each statement wait for a lock of another
# connection, and `PRAGMA journal_mode=WAL` is what every service sends first. One would expect it to wait as well. It
# answers "database is locked" at once (in under a millisecond) when another connection is writing, because the change
# needs the file for itself and the busy handler is not asked. Two processes that start at the same moment on a new file
# (a bot and a service, two workers of one server, a restart that overlaps) so fail now and then, and "increase the
# timeout", the usual advice, changes nothing. It costs a start that fails now and then, under a supervisor at night.
# Instead: try the pragma again in a loop of your own; only the first connection ever needs it, since WAL is kept in the
# file.
#
# Seen with SQLite 3.40.1 (Python 3.11) and SQLAlchemy 2.1.9 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check sqlalchemy==2.1.9
cat > expect.py <<'PY'
import sys

changed = []


def expect(what, seen, written):
    print(f"{what}: {seen}")
    if seen != written:
        changed.append(f"CHANGED: {what}: {written!r} when this was written, {seen!r} now")


def finish():
    print(*(changed or ["as it was when this was written"]), sep="\n")
    sys.exit(1 if changed else 0)
PY
cat > program.py <<'PY'
import sqlite3
import time

import sqlalchemy as sa
from expect import expect, finish

print("SQLAlchemy", sa.__version__, "SQLite", sqlite3.sqlite_version)
writer = sqlite3.connect("file.sqlite", isolation_level=None)
writer.execute("create table t (x)")
writer.execute("begin immediate")
writer.execute("insert into t values (1)")
engine = sa.create_engine("sqlite:///file.sqlite", connect_args={"timeout": 2}, isolation_level="AUTOCOMMIT")


def waits(statement):
    """How it ends while another connection writes, and whether it has waited the two seconds."""
    begun = time.monotonic()
    with engine.connect() as connection:
        try:
            connection.execute(sa.text(statement))
        except sa.exc.OperationalError as error:
            taken = time.monotonic() - begun
            print(f"{statement}: {error.orig} after {taken:.3f} s")
            return str(error.orig), taken > 1.9
    return "done", None


expect("a write: answer, has waited", waits("insert into t values (2)"), ("database is locked", True))
expect("the switch: answer, has waited", waits("pragma journal_mode=wal"), ("database is locked", False))
writer.execute("commit")
expect("the switch when nobody writes", waits("pragma journal_mode=wal")[0], "done")
finish()
PY
venv/bin/python program.py
