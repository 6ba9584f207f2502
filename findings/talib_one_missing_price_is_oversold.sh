#!/usr/bin/env bash
# TA-Lib: after one missing price RSI is 0 for ever, and ADX stands still.
#
# A NaN in a price series is expected to give NaN in the indicators: for the length of the window where there is one,
# for ever where the formula is recursive. EMA, MACD and ATR do the latter. But RSI, CMO, STOCHRSI, HT_TRENDLINE and
# CORREL answer 0.0, from the missing price to the end of the array; ADX keeps the value of the moment before, to the
# last digit. An RSI of 0 is "deeply oversold", a correlation of 0 is "independent", and an ADX that stands still is a
# trend that never ends: each of them is a plausible number that opens positions, and no test for NaN sees it. It costs
# entries into every coin with one hole in its data. Instead: mask an indicator's result from the first NaN of its
# inputs on, or fill the hole before the call.
#
# Seen with TA-Lib 0.8.2 (C library 0.8.1) and numpy 2.4.6 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check ta-lib==0.8.2 numpy==2.4.6
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
import numpy as np
import talib
from expect import expect, finish

print("TA-Lib", talib.__version__, "C library", talib.__ta_version__.decode().split()[0], "numpy", np.__version__)
whole = 100 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.002, 400)))
close = whole.copy()
close[200] = np.nan
high, low = close * 1.01, close * 0.99
for name, answer, written in (
    ("EMA", talib.EMA(close), "nan"),
    ("MACD", talib.MACD(close)[0], "nan"),
    ("ATR", talib.ATR(high, low, close), "nan"),
    ("RSI", talib.RSI(close), "0.0"),
    ("CMO", talib.CMO(close), "0.0"),
    ("STOCHRSI", talib.STOCHRSI(close)[0], "0.0"),
    ("HT_TRENDLINE", talib.HT_TRENDLINE(close), "0.0"),
    ("CORREL", talib.CORREL(close, whole, 30), "0.0"),
    ("ADX", talib.ADX(high, low, close), "the value before the hole"),
):
    last = "the value before the hole" if answer[-1] == answer[199] else str(float(answer[-1]))
    expect(f"{name}, {answer[199]:.4f} before the hole, 199 prices after it", last, written)
finish()
PY
venv/bin/python program.py
