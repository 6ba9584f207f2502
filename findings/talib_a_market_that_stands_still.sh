#!/usr/bin/env bash
# TA-Lib: a market that stands still is oversold by one indicator and overbought by the next.
#
# Where a price does not move, RSI, stochastics and Williams %R divide zero by zero, and one would expect NaN or the
# middle of the scale. TA-Lib answers 0.0 for all of them, wherever the middle lies: RSI 0, MFI 0 and STOCH 0 are the
# deepest "oversold" there is, WILLR 0 is the highest "overbought" (its scale runs from −100 to 0), AROON is 100 up and
# 100 down at once, a correlation with a rising series is 0. Thin coins do not move for the length of a window every
# day, and a halted one does nothing else. pandas-ta's own code for the same indicators answers NaN, but uses TA-Lib
# where it is installed, so that the answer depends on the environment. It costs entries in markets where nobody trades,
# and their exits. Instead: ask first whether the highest and the lowest price of the window differ.
#
# Seen with TA-Lib 0.8.2 (C library 0.8.1), ft-pandas-ta 0.3.16, pandas 3.1.1 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check ta-lib==0.8.2 ft-pandas-ta==0.3.16 \
    pandas==3.1.1 numpy==2.4.6
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
from importlib.metadata import version

import numpy as np
import pandas as pd
import pandas_ta
import talib
from expect import expect, finish

print("TA-Lib", talib.__version__, "ft-pandas-ta", version("ft-pandas-ta"), "pandas", pd.__version__)
still, volume = np.full(100, 5.0), np.full(100, 10.0)
for name, answers, written in (
    ("RSI (0 to 100)", [talib.RSI(still)], [0.0]),
    ("MFI (0 to 100)", [talib.MFI(still, still, still, volume)], [0.0]),
    ("STOCH (0 to 100)", talib.STOCH(still, still, still), [0.0, 0.0]),
    ("WILLR (-100 to 0)", [talib.WILLR(still, still, still)], [0.0]),
    ("AROON down and up (0 to 100)", talib.AROON(still, still), [100.0, 100.0]),
    ("CORREL with a rising series", [talib.CORREL(still, np.arange(100.0))], [0.0]),
):
    expect(name, [float(answer[-1]) for answer in answers], written)
column = pd.Series(still)
expect("pandas-ta RSI, TA-Lib installed", float(pandas_ta.rsi(column).iloc[-1]), 0.0)
expect("pandas-ta RSI by its own code", str(pandas_ta.rsi(column, talib=False).iloc[-1]), "nan")
finish()
PY
venv/bin/python program.py
