#!/usr/bin/env bash
# pandas and numexpr: the same comparison answers otherwise from 1,000,001 rows on.
#
# Where numexpr is installed (Freqtrade installs it) pandas hands plain arithmetic and comparisons of more than
# 1,000,000 elements to it, and one would expect that to change the speed only. Since numpy 2 a float32 column times a
# Python number stays float32, and is compared with the number rounded to float32; numexpr computes with the number in
# double precision. So at 1,000,000 rows `column == 0.1` is True for every 0.1 of a float32 column and `column > 0.1`
# False, and at 1,000,001 rows it is the other way round; the product becomes float64 and needs twice the memory; int32
# sums that overflowed suddenly do not. Ten years of 5m candles or two years of 1m candles are such a frame, and
# Freqtrade's `reduce_df_footprint` makes its columns float32. It costs signals that are there in a short backtest and
# not in a long one, or not in the live window. Instead: `pd.set_option("compute.use_numexpr", False)`, or thresholds on
# float64 columns only.
#
# Seen with pandas 3.1.1, numexpr 2.14.2, numpy 2.4.6 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check pandas==3.1.1 numexpr==2.14.2 numpy==2.4.6
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
import numexpr
import numpy as np
import pandas as pd
from expect import expect, finish

print("pandas", pd.__version__, "numexpr", numexpr.__version__, "numpy", np.__version__)


def answers(rows):
    tenth = pd.Series(np.full(rows, 0.1, "float32"))
    large = pd.Series(np.full(rows, 2**31 - 1, "int32"))
    return (
        bool((tenth == 0.1).all()), bool((tenth > 0.1).all()), str((tenth * 2.5).dtype), int((large + 1).iloc[0]),
    )


print("float32 0.1: equal to 0.1, above 0.1, dtype of × 2.5; int32 2**31 - 1, plus 1")
few = (True, False, "float32", -(2**31))
many = (False, True, "float64", 2**31)
expect("1,000,000 rows", answers(1_000_000), few)
expect("1,000,001 rows", answers(1_000_001), many)
pd.set_option("compute.use_numexpr", False)
expect("1,000,001 rows, compute.use_numexpr False", answers(1_000_001), few)
finish()
PY
venv/bin/python program.py
