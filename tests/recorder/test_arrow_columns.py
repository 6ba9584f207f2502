"""Arrow columns to numpy arrays and back, bit by bit, without pandas."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from hhq_shared.arrow_columns import number_column, numbers_of, text_column

_SCRIPT = """
import sys
from pathlib import Path
import numpy as np
from companion.recorder.archive import ArchiveWriter
from hhq_shared.recorded_archive import Archive
from hhq_shared.recorded_format import COLUMNS, INPUTS, KEPT_CANDLES, NewestRows, decode_newest, encode_newest
folder, day = Path(sys.argv[1]), 288 * 20_000
pairs = ("BTC/USDT:USDT", "ETH/USDT:USDT")
for bar in (day, day + 1, day + 288):
    writer = ArchiveWriter(folder, 100)
    writer.append(bar, pairs, np.ones((len(COLUMNS), 2), dtype=np.float32))
    writer.close()
archive = Archive(folder)
assert [archive.recorded(pair, of).bars.size for of in archive.days for pair in archive.pairs(of)] == [2, 2, 1, 1]
rows = NewestRows(pairs, day, -1, np.ones((len(INPUTS), 2, KEPT_CANDLES), dtype=np.float32))
assert decode_newest(encode_newest(rows), folder).pairs == pairs
print("pandas" in sys.modules)
"""


def test_recordings_are_written_and_read_without_pandas(tmp_path: object) -> None:
    command = [sys.executable, "-c", _SCRIPT, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "False"


@given(npst.arrays(np.float32, st.integers(0, 40)), st.integers(0, 40))
def test_numbers_come_back_bit_by_bit_also_from_a_slice(values: npt.NDArray[np.float32], start: int) -> None:
    column = number_column(values, pa.float32())
    assert column.null_count == 0
    whole = numbers_of([column, column], np.float32)
    assert whole.tobytes() == values.tobytes() * 2
    assert numbers_of([column.slice(start)], np.float32).tobytes() == values[start:].tobytes()


@given(st.lists(st.text(max_size=6), max_size=20))
def test_texts_come_back(texts: list[str]) -> None:
    column = text_column(texts)
    column.validate(full=True)
    assert column.to_pylist() == texts


def test_strided_values_and_times_are_columns_too() -> None:
    times = np.arange(6, dtype=np.int64)[::2]
    column = number_column(times, pa.timestamp("ms", "UTC"))
    assert [moment.timestamp() for moment in column.to_pylist()] == [0.0, 0.002, 0.004]
    assert numbers_of([column], np.int64).tolist() == [0, 2, 4]
    assert numbers_of([], np.int64).size == 0


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(TypeError, match="int32 is no double"):
        number_column(np.zeros(2, dtype=np.int32), pa.float64())
    with pytest.raises(TypeError, match="float is no float64"):
        numbers_of([pa.array([1.0], pa.float32())], np.float64)
    with pytest.raises(ValueError, match="1 values of 2 are missing"):
        numbers_of([pa.array([1.0, None], pa.float32())], np.float32)
