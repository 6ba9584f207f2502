#!/usr/bin/env bash
# numba: a cached function keeps the constants and the helpers of other files as they were, across restarts.
#
# With `@njit(cache=True)` one would expect an edit to take effect at the next start of the program. The cache on disk
# is checked against the file of the function itself only. A fee that is imported from settings.py, and a function from
# another file that is inlined, are frozen into the compiled code: after FEE goes from 0.0004 to 0.5 in settings.py, and
# `keep` from × 2 to × 3 in rules.py, a new process goes on computing with 0.0004 and × 2. The plain Python of the same
# functions (`py_func`, which is what tests with NUMBA_DISABLE_JIT=1 run) uses the new values, so that tests pass. It
# costs a live run on thresholds that nobody believes in any more, and hours, since everything that one can read says
# otherwise. Instead: pass settings as arguments; put the cache into a folder named by a digest of all compiled sources
# (NUMBA_CACHE_DIR).
#
# Seen with numba 0.68.1 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check numba==0.68.1 numpy==2.4.6
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
cat > core.py <<'PY'
from numba import njit

import rules
from settings import FEE


@njit(cache=True)
def net(profit):
    return profit - FEE


@njit(cache=True)
def call(profit):
    return rules.keep(profit)
PY
cat > program.py <<'PY'
import pathlib
import subprocess
import sys

import numba
from expect import expect, finish

print("numba", numba.__version__)
RULES = "from numba import njit\n\n\n@njit\ndef keep(profit):\n    return profit * {}\n"


def of_a_new_process(form):
    code = f"import core; print(core.net{form}(1.0), core.call{form}(1.0))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


pathlib.Path("settings.py").write_text("FEE = 0.0004\n")
pathlib.Path("rules.py").write_text(RULES.format(2))
expect("first process: 1 - FEE of 0.0004, 1 * 2", of_a_new_process(""), ["0.9996", "2.0"])
pathlib.Path("settings.py").write_text("FEE = 0.5     # changed\n")
pathlib.Path("rules.py").write_text(RULES.format("3  # changed"))
expect("second process: 1 - FEE of 0.5, 1 * 3", of_a_new_process(""), ["0.9996", "2.0"])
expect("the same without compiling", of_a_new_process(".py_func"), ["0.5", "3.0"])
finish()
PY
venv/bin/python program.py
