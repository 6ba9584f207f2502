#!/usr/bin/env bash
# pyarrow: five rows of a table are pickled as the whole table.
#
# A slice of a table is a view, and its pickle is expected to hold the rows that it shows, as that of a numpy view or a
# pandas slice does. pickle writes the buffers beneath it whole: five rows of a million are 17.9 MB instead of half a
# kilobyte. Whatever pickles silently (multiprocessing, joblib and hyperopt workers, a cache on disk, a queue between
# processes) so sends the whole market for each coin of it: a table of 500 coins, sliced per coin and handed to workers,
# is sent 500 times. Arrow's own stream format writes the rows only, and `nbytes` says 65 as well, which is why nobody
# suspects it. It costs memory and minutes. Instead: send `pyarrow.ipc` bytes, or `table.take(…)`, which copies.
#
# Seen with pyarrow 26.0.1 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check pyarrow==26.0.1 numpy==2.4.6
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
import io
import pickle

import numpy as np
import pyarrow as pa
import pyarrow.ipc
from expect import expect, finish

print("pyarrow", pa.__version__, "numpy", np.__version__)
table = pa.table({"price": np.arange(1e6), "name": [str(number) for number in range(1_000_000)]})
part = table.slice(0, 5)
whole, slices = len(pickle.dumps(table)), len(pickle.dumps(part))
stream = io.BytesIO()
with pa.ipc.new_stream(stream, part.schema) as writer:
    writer.write_table(part)
copied = len(pickle.dumps(part.take([0, 1, 2, 3, 4])))
print(f"pickled: table {whole:,} bytes, five rows {slices:,}, five rows copied by take {copied:,}")
print(f"stream of five rows {len(stream.getvalue()):,} bytes; nbytes {part.nbytes}")
expect("five rows are pickled as large as the table", slices > 0.99 * whole, True)
expect("a copy of them and their stream are below 2,000 bytes", copied < 2000 and len(stream.getvalue()) < 2000, True)
finish()
PY
venv/bin/python program.py
