#!/usr/bin/env bash
# pyarrow: the first array loads pandas, if it is installed.
#
# A service that keeps pandas out of its process (half a second of start, some 40 MB) and reads files with pyarrow alone
# is expected to stay without it; `import pyarrow` does. The first `pa.array([1.0])`, `pa.table(…)` or `to_numpy()`
# imports pandas to see whether its arguments might be pandas objects, in whichever thread and request that happens.
# Nothing in the service's own imports shows it; an import rule that forbids pandas is kept. In a container where pandas
# is installed for another program it costs each process 40 MB and a first request that takes half a second; where
# pandas is not installed, it does not happen, so that a small test image says otherwise. Instead: measure `sys.modules`
# after the first work, not after the imports; build arrays with `pa.Array.from_buffers` / `pa.py_buffer`, and read with
# `np.frombuffer(array.buffers()[1], …)`; or an environment of its own.
#
# Seen with pyarrow 26.0.1 and pandas 3.1.1 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check pyarrow==26.0.1 pandas==3.1.1 numpy==2.4.6
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
import subprocess
import sys
from importlib.metadata import version

from expect import expect, finish

print("pyarrow", version("pyarrow"), "pandas", version("pandas"))


def loads_pandas(code):
    program = f"import sys, numpy as np, pyarrow as pa\n{code}\nprint('pandas' in sys.modules)"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


BY_BUFFERS = "pa.Array.from_buffers(pa.float64(), 1, [None, pa.py_buffer(np.ones(1))])"
for code, written in (
    ("import pyarrow.ipc, pyarrow.compute", "False"),
    ("pa.array([1.0])", "True"),
    ("pa.table({'price': [1.0]})", "True"),
    (BY_BUFFERS, "False"),
    (f"{BY_BUFFERS}.to_numpy()", "True"),
    (f"np.frombuffer({BY_BUFFERS}.buffers()[1], float)", "False"),
):
    expect(code, loads_pandas(code), written)
finish()
PY
venv/bin/python program.py
