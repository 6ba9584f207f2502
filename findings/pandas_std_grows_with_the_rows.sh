#!/usr/bin/env bash
# pandas and bottleneck: the standard deviation of a float32 column grows with the number of rows.
#
# Where bottleneck is installed (Freqtrade installs it) pandas uses it for std, var and others, and one would expect its
# results. bottleneck adds float32 numbers in float32, one after the other, and where values are large against their
# spread (prices) the sum runs out of digits. Prices around 60,000 with a standard deviation of 1: 10,000 rows give
# 1.006, 100,000 rows 56, 1,000,000 rows 484. pandas without bottleneck and numpy give 1.0. pandas takes sums and means
# away from bottleneck for this reason, but not std and var. It costs a z-score that is never reached, a volatility that
# says stay out, or scaled features that are all zero, and no test on a short series sees it. Instead: float64 for
# prices, or `pd.set_option("compute.use_bottleneck", False)`.
#
# Seen with pandas 3.1.1, bottleneck 1.6.0, numpy 2.4.6 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check pandas==3.1.1 bottleneck==1.6.0 numpy==2.4.6
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
import bottleneck
import numpy as np
import pandas as pd
from expect import expect, finish

print("pandas", pd.__version__, "bottleneck", bottleneck.__version__, "numpy", np.__version__)
prices = (60_000 + np.random.default_rng(0).normal(0, 1, 1_000_000)).astype("float32")
for rows, at_least in ((100_000, 10), (1_000_000, 100)):
    column = pd.Series(prices[:rows])
    print(f"{rows:,} rows with bottleneck: {float(column.std()):.3f}")
    expect(f"  at least {at_least}", bool(column.std() >= at_least), True)
    with pd.option_context("compute.use_bottleneck", False):
        expect("  without bottleneck", round(float(column.std()), 1), 1.0)
    expect("  by numpy", round(float(prices[:rows].std(ddof=1)), 1), 1.0)
finish()
PY
venv/bin/python program.py
