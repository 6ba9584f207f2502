#!/usr/bin/env bash
# Freqtrade and pandas: candles in the format "json" lose every digit after the tenth decimal.
#
# The storage format of candles is a matter of size and speed, one would think. Freqtrade's "json" and "jsongz" are
# written by pandas' `DataFrame.to_json`, whose default is ten decimals, not ten significant digits. Prices of coins
# that cost millionths of a dollar are cut: 0.0000000234567 is stored as 0.0000000235 (0.2 % away, more than a round
# trip of fees), 0.00000000001 becomes a price of zero, and so do small funding rates. "feather" keeps all of them.
# There is no warning, the files can not be told from good ones, and indicators on them jump in steps. It costs wrong
# backtests of exactly the coins that move most; a price of zero is a division by zero or an infinite return later.
# Instead: `dataformat_ohlcv: "feather"`; where json is needed, leave out coins below about 0.000001.
#
# Seen with freqtrade 2026.9 and pandas 3.1.1 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check freqtrade==2026.9 pandas==3.1.1 numpy==2.4.6 \
    pyarrow==26.0.1
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
import pathlib
from importlib.metadata import version

import pandas as pd
from expect import expect, finish
from freqtrade.data.history.datahandlers import get_datahandler
from freqtrade.enums import CandleType

print("freqtrade", version("freqtrade"), "pandas", version("pandas"))
prices = [2.34567e-08, 1e-11, 60000.1]
frame = pd.DataFrame(dict(
    date=pd.date_range("2026-01-01", periods=3, freq="5min", tz="UTC"),
    open=prices, high=prices, low=prices, close=prices, volume=1.0,
))
pathlib.Path("data").mkdir()
for form, written in (
    ("feather", [2.34567e-08, 1e-11, 60000.1]), ("json", [2.35e-08, 0.0, 60000.1]), ("jsongz", [2.35e-08, 0.0, 60000.1])
):
    store = get_datahandler(pathlib.Path("data"), form)
    store.ohlcv_store("CHEAP/USDT", "5m", frame, CandleType.SPOT)
    read = store.ohlcv_load("CHEAP/USDT", "5m", CandleType.SPOT, fill_missing=False, drop_incomplete=False)
    expect(form, [float(f"{price:.12g}") for price in read["close"]], written)
finish()
PY
venv/bin/python program.py
