#!/usr/bin/env bash
# Freqtrade: a value stored with a trade keeps the type of the first value for ever.
#
# `trade.set_custom_data("peak", 0)` followed by `trade.set_custom_data("peak", 1.5)` looks like any key-value store.
# But the column with the type is written once, with the first value: later values are stored as text beside the old
# type and read back through it. After 0, the value 1.5 raises "invalid literal for int()" at every read; after True,
# the value 1 reads False; after 1.5, the value 2 is 2.0; after a text, a number is a text. numpy integers and float32
# are not stored at all, which is a warning in the log and no error. Inside a callback the ValueError is caught and
# logged, and the callback's default is used: a trailing stop that reads its peak this way stands still for the rest of
# the trade, through restarts too, because the type lies in the database. It costs the profit that the stop was to keep.
# Instead: one JSON text per trade under one key (a str stays a str), or float(…) around every number from the first
# write on.
#
# Seen with freqtrade 2026.9 and SQLAlchemy 2.1.9 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check freqtrade==2026.9 sqlalchemy==2.1.9 \
    numpy==2.4.6
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
from datetime import UTC, datetime
from importlib.metadata import version

import numpy as np
from expect import expect, finish
from freqtrade.persistence import Trade, init_db

print("freqtrade", version("freqtrade"), "SQLAlchemy", version("sqlalchemy"))
init_db("sqlite://")
trade = Trade(pair="BTC/USDT:USDT", exchange="binance", stake_amount=10, amount=1, open_rate=1, is_open=True,
              fee_open=0, fee_close=0, open_date=datetime.now(UTC))
Trade.session.add(trade)
Trade.commit()


def after(*values):
    """What is read after these were written under one key."""
    key = "-".join(f"{type(value).__name__}{value}" for value in values)
    for value in values:
        trade.set_custom_data(key, value)
    try:
        return trade.get_custom_data(key, default="nothing")
    except ValueError as error:
        return f"ValueError: {error}"


expect("0, then 1.5", after(0, 1.5), "ValueError: invalid literal for int() with base 10: '1.5'")
expect("True, then 1", after(True, 1), False)
expect("1.5, then 2", repr(after(1.5, 2)), "2.0")
expect("'none', then 5", after("none", 5), "5")
expect("numpy int64 5", after(np.int64(5)), "nothing")
expect("numpy float32 1.5", after(np.float32(1.5)), "nothing")
expect("numpy float64 1.5", after(np.float64(1.5)), 1.5)
finish()
PY
venv/bin/python program.py
