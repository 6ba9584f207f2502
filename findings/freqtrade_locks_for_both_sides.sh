#!/usr/bin/env bash
# Freqtrade: the default side of locks means "both" when it is written and "neither" when it is read.
#
# `PairLocks.lock_pair(…, side="*")` locks long and short. One would expect `is_pair_locked(pair)` and
# `unlock_pair(pair)`, whose side is "*" by default as well, to speak of any lock of the pair. They look for locks whose
# side is exactly "*": a lock of the long side is not seen (False) and not released, while the bot goes on refusing long
# entries because of it. Protections with `only_per_side` write such locks. It costs hours in front of a pair that "is
# not locked" and never trades, and a strategy that unlocks after a recovery stays out of the market. Instead: ask and
# release each side by name.
#
# Seen with freqtrade 2026.9 on 2026-11-30.
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
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from expect import expect, finish
from freqtrade.persistence import PairLocks, init_db

print("freqtrade", version("freqtrade"))
init_db("sqlite://")
PairLocks.timeframe = "5m"
PairLocks.lock_pair("BTC/USDT:USDT", datetime.now(UTC) + timedelta(hours=1), "test", side="long")
for when in ("locked for long", "after unlock_pair(pair)"):
    if when.startswith("after"):
        PairLocks.unlock_pair("BTC/USDT:USDT")
    expect(f"{when}: is_pair_locked(pair)", PairLocks.is_pair_locked("BTC/USDT:USDT"), False)
    expect(f"{when}: is_pair_locked(pair, side='long')", PairLocks.is_pair_locked("BTC/USDT:USDT", side="long"), True)
PairLocks.unlock_pair("BTC/USDT:USDT", side="long")
expect("after unlock_pair(pair, side='long')", PairLocks.is_pair_locked("BTC/USDT:USDT", side="long"), False)
finish()
PY
venv/bin/python program.py
