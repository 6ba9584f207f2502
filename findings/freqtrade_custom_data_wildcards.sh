#!/usr/bin/env bash
# Freqtrade: an underscore in the key of a trade's custom data matches any character.
#
# Keys of `trade.set_custom_data` are looked up with SQL ILIKE, in which "_" stands for any one character and "%" for
# any text, and upper case equals lower case. One would expect `tp_done` and `tp1done`, or `level_1` and `levelA1`, to
# be two entries. In dry run and live the second one reads and overwrites the first: the value of another key is
# answered where nothing was ever stored, and what was stored is lost. A backtest keeps custom data in a list and
# compares keys exactly (but for upper and lower case), so that it shows nothing of this. It costs a rule that runs
# twice or never, in live mode only: "first target taken" is true before it was. Instead: keys of letters and figures
# only, none of which is another one with one character exchanged, or one key for everything.
#
# Seen with freqtrade 2026.9 and SQLAlchemy 2.1.9 on 2026-11-30.
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
from datetime import UTC, datetime
from importlib.metadata import version

from expect import expect, finish
from freqtrade.persistence import CustomDataWrapper, Trade, disable_database_use, init_db

print("freqtrade", version("freqtrade"), "SQLAlchemy", version("sqlalchemy"))
init_db("sqlite://")
trade = Trade(pair="BTC/USDT:USDT", exchange="binance", stake_amount=10, amount=1, open_rate=1, is_open=True,
              fee_open=0, fee_close=0, open_date=datetime.now(UTC))
Trade.session.add(trade)
Trade.commit()


def two_keys():
    trade.set_custom_data("tp1done", "first")
    unwritten = trade.get_custom_data("tp_done", default="nothing")
    trade.set_custom_data("tp_done", "second")
    return unwritten, trade.get_custom_data("tp1done")


expect("with a database: tp_done before it is written, tp1done afterwards", two_keys(), ("first", "second"))
disable_database_use("5m")
CustomDataWrapper.reset_custom_data()
expect("in a backtest: the same", two_keys(), ("nothing", "first"))
finish()
PY
venv/bin/python program.py
