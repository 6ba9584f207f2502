#!/usr/bin/env bash
# hurst: after one coin with a constant price numpy raises, whoever uses it.
#
# `hurst.compute_Hc` is a small function on one array, and an error of one call is expected to concern that call. It
# sets `np.seterr(all="raise")`, computes, and sets the old state back, but not when the computation raises, which it
# does for a series that does not move (a halted coin, a peg). From then on every division by zero, underflow or NaN of
# numpy in that thread is an exception: in pandas, in indicators, in code that has handled NaN for years. In a loop over
# hundreds of coins with an "except" around each, one halted coin breaks the ones after it, in another order every day.
# It costs a scan or a bot loop, far from the cause. Instead: wrap the call in `with np.errstate():`, or refuse constant
# series before it.
#
# Seen with hurst 0.0.5 and numpy 2.4.6 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check hurst==0.0.5 numpy==2.4.6 pandas==3.1.1
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
from expect import expect, finish
from hurst import compute_Hc

print("hurst", version("hurst"), "numpy", np.__version__)
moving = 100 + np.cumsum(np.random.default_rng(0).normal(size=200))
np.seterr(all="ignore")
compute_Hc(moving, kind="price")
expect("after a series that moves", set(np.geterr().values()), {"ignore"})
try:
    compute_Hc(np.full(200, 100.0), kind="price")
except FloatingPointError as error:
    expect("a series that does not move", str(error), "invalid value encountered in scalar divide")
expect("after it", set(np.geterr().values()), {"raise"})
try:
    print(np.array([1.0]) / np.array([0.0]))
except FloatingPointError as error:
    expect("one divided by zero, somewhere else", str(error), "divide by zero encountered in divide")
np.seterr(all="ignore")
with np.errstate():
    try:
        compute_Hc(np.full(200, 100.0), kind="price")
    except FloatingPointError:
        pass
expect("after a call within errstate", set(np.geterr().values()), {"ignore"})
finish()
PY
venv/bin/python program.py
