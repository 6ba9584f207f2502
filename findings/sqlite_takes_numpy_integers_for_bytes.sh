#!/usr/bin/env bash
# SQLAlchemy and SQLite: a numpy integer becomes bytes in an integer column, and is larger than every number.
#
# A column declared `Mapped[int]` is expected to hold integers, or to refuse. A numpy int64 (an element of an array, a
# count from pandas) is no int for Python's sqlite3, but it has a buffer, so it is stored as a BLOB of eight bytes;
# SQLite lets any column hold any type, and SQLAlchemy's Integer converts nothing. Nothing is raised. Reading gives
# b"\x05\x00…"; `n = 5` does not find the row; `n > 1000000000` does, since bytes sort above all numbers; SUM takes it
# for 0 and MAX answers it. numpy float64 and float32 are stored rightly, which is why nobody suspects the integers. It
# costs limits and totals in a database that is right for most rows: a sum of losses that leaves out what came from
# pandas. Instead: `int(…)` at the boundary, or `CREATE TABLE … STRICT` (`sqlite_strict=True`), which refuses.
#
# Seen with SQLAlchemy 2.1.9 and numpy 2.4.6 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check sqlalchemy==2.1.9 numpy==2.4.6
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

import numpy as np
import sqlalchemy as sa
from expect import expect, finish
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

print("SQLAlchemy", sa.__version__, "SQLite", sqlite3.sqlite_version, "numpy", np.__version__)


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
    x: Mapped[float]


class Strict(Base):
    __tablename__ = "strict_rows"
    __table_args__ = {"sqlite_strict": True}
    id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]


engine = sa.create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Row(id=1, n=5, x=1.5), Row(id=2, n=np.int64(5), x=np.float64(1.5))])
    session.commit()
    types = session.execute(sa.text("select typeof(n), typeof(x) from rows order by id")).all()
    expect("int 5, and numpy int64 5", [tuple(t) for t in types], [("integer", "real"), ("blob", "real")])
    read = session.scalars(sa.select(Row.n).order_by(Row.id)).all()
    expect("read", read, [5, b"\x05\x00\x00\x00\x00\x00\x00\x00"])
    expect("ids where n = 5", session.scalars(sa.select(Row.id).where(Row.n == 5)).all(), [1])
    expect("ids where n > 1000000000", session.scalars(sa.select(Row.id).where(Row.n > 10**9)).all(), [2])
    expect("sum", session.scalar(sa.select(sa.func.sum(Row.n))), 5)
    session.add(Strict(n=np.int64(5)))
    try:
        session.commit()
    except sa.exc.IntegrityError as error:
        expect("into a strict table", str(error.orig), "cannot store BLOB value in INTEGER column strict_rows.n")
finish()
PY
venv/bin/python program.py
