#!/usr/bin/env bash
# SQLite: a database file that is deleted or replaced under a program is an error, but not in WAL mode.
#
# With the default journal SQLite looks at each write whether its file is still the one at that path: the first write
# after it was deleted, moved or replaced ends with "attempt to write a readonly database" (SQLITE_READONLY_DBMOVED),
# and one learns to rely on it. In WAL mode nobody looks. Commits go on succeeding, what was committed is read again
# over the same connection, and `PRAGMA integrity_check` says ok. After a deletion all of it is gone with the last
# connection. After a backup was put in its place it can be worse: the WAL of the old file stays beside it even when the
# program ends in good order, is applied to the backup at the next start, and the backup is malformed. Freqtrade sets
# WAL for its trades, as most services do. Files are replaced in this way by mv, rsync, an editor, a clean-up of old
# files. It costs all trades from that moment on, or the database: positions are open at the exchange and unknown to the
# bot, and a health check by integrity_check or by a test write sees nothing. Instead: compare device and inode of the
# path (`os.stat`) with those seen when it was opened, put a backup back while nobody has the file open, and delete -wal
# and -shm together with the file that they belong to.
#
# Seen with SQLite 3.40.1 (Python 3.11 and 3.13), freqtrade 2026.9 and SQLAlchemy 2.1.9 on Linux on 2026-12-01.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check freqtrade==2026.9 sqlalchemy==2.1.9
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
import os
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version

from expect import expect, finish
from freqtrade.persistence import Trade, init_db
from sqlalchemy import text

print("SQLite", sqlite3.sqlite_version, "freqtrade", version("freqtrade"), "SQLAlchemy", version("sqlalchemy"))


def state(connection):
    """What integrity_check says, and the number of rows."""
    try:
        check = connection.execute("pragma integrity_check").fetchone()[0]
        return check, connection.execute("select count(*) from t").fetchone()[0]
    except sqlite3.Error as error:
        return str(error)


def insert(connection, rows):
    connection.executemany("insert into t values (?)", [(f"row {row * 7919 % 3000:08}",) for row in rows])
    connection.commit()


def write_after(change, mode):
    """How a write after the change ends, and the state for this connection and, when it is closed, for the next."""
    name = f"{change}_{mode}.sqlite"
    connection = sqlite3.connect(name)
    connection.execute(f"pragma journal_mode={mode}")
    connection.execute("create table t (x)")
    connection.execute("create index i on t (x)")
    insert(connection, range(1))
    backup = sqlite3.connect("backup")
    connection.backup(backup)
    backup.close()
    insert(connection, range(1, 2000))
    connection.execute("pragma wal_checkpoint(truncate)").fetchone()  # as it happens by itself in a file in use
    if change == "deleted":
        os.unlink(name)
    else:
        os.replace("backup", name)
    try:
        insert(connection, range(2000, 3000))
        ending = "committed"
    except sqlite3.OperationalError as error:
        connection.rollback()
        ending = error.sqlite_errorname
    seen = state(connection)
    connection.close()
    return ending, seen, state(sqlite3.connect(name))


MOVED, DAMAGED = "SQLITE_READONLY_DBMOVED", "database disk image is malformed"
expect("deleted, default journal", write_after("deleted", "delete"), (MOVED, ("ok", 2000), "no such table: t"))
expect("replaced, default journal", write_after("replaced", "delete"), (MOVED, ("ok", 2000), ("ok", 1)))
expect("deleted, WAL", write_after("deleted", "wal"), ("committed", ("ok", 3000), "no such table: t"))
expect("replaced, WAL", write_after("replaced", "wal"), ("committed", ("ok", 3000), DAMAGED))


def entry(pair):
    Trade.session.add(Trade(pair=pair, exchange="binance", stake_amount=10, amount=1, open_rate=1, is_open=True,
                            fee_open=0, fee_close=0, open_date=datetime.now(UTC)))
    Trade.commit()


def open_pairs():
    Trade.session.expire_all()
    return [trade.pair for trade in Trade.get_open_trades()]


init_db("sqlite:///trades.sqlite")
entry("BTC/USDT:USDT")
os.unlink("trades.sqlite")
entry("ETH/USDT:USDT")
check = Trade.session.execute(text("pragma integrity_check")).scalar()
expect("Freqtrade's open trades after the file was deleted", open_pairs(), ["BTC/USDT:USDT", "ETH/USDT:USDT"])
expect("its integrity_check, and whether the file is there", (check, os.path.exists("trades.sqlite")), ("ok", False))
Trade.rollback()
init_db("sqlite:///trades.sqlite")
expect("after a restart", open_pairs(), [])
finish()
PY
venv/bin/python program.py
