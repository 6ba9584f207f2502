#!/usr/bin/env bash
# Freqtrade and SQLite: the id of a trade that was deleted is given to the next one.
#
# A primary key of a database is expected never to come again. SQLite without AUTOINCREMENT takes the largest id in the
# table plus one, so that the id of a row that was deleted last is given to the next row, and Freqtrade deletes the
# trade of an entry order that ends unfilled (timeout, cancelled by hand, /delete). Everything that is keyed by the
# trade's id elsewhere (state kept by a strategy, a journal, a dashboard, notifications that tell "trade 17 closed")
# then mixes two positions, of two coins. It is rare with market orders and daily business with limit entries. It costs
# a wrong stop or a false history, and it hides in tests that never cancel an entry. Instead: key by pair and open time,
# or by (id, open time).
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
from freqtrade.persistence import Trade, init_db

print("freqtrade", version("freqtrade"), "SQLAlchemy", version("sqlalchemy"))
init_db("sqlite://")


def entry(pair):
    trade = Trade(pair=pair, exchange="binance", stake_amount=10, amount=1, open_rate=1, is_open=True,
                  fee_open=0, fee_close=0, open_date=datetime.now(UTC))
    Trade.session.add(trade)
    Trade.commit()
    return trade


ids = [entry("BTC/USDT:USDT").id]
unfilled = entry("ETH/USDT:USDT")
ids.append(unfilled.id)
unfilled.delete()
ids.append(entry("SOL/USDT:USDT").id)
expect("ids of BTC, of ETH (deleted), of SOL", ids, [1, 2, 2])
finish()
PY
venv/bin/python program.py
