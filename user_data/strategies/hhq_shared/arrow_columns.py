"""Arrow columns from numpy arrays and back, by way of their buffers.

``pa.array`` and ``to_numpy`` import pandas, which would cost a process that does not need it 50 MB and half a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def number_column(values: npt.NDArray[Any], of_type: pa.DataType) -> pa.Array:
    """Return ``values`` (n,) as a column without nulls; TypeError unless ``of_type`` is as wide as their dtype."""
    whole = np.ascontiguousarray(values)
    if whole.itemsize * 8 != of_type.bit_width:
        raise TypeError(f"{whole.dtype} is no {of_type}")
    return pa.Array.from_buffers(of_type, whole.size, [None, pa.py_buffer(whole)])


def text_column(texts: Iterable[str]) -> pa.Array:
    """Return texts as a column of strings."""
    encoded = [text.encode() for text in texts]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    content = pa.py_buffer(b"".join(encoded))
    return pa.StringArray.from_buffers(len(encoded), pa.py_buffer(ends), content)


def numbers_of(columns: Sequence[pa.Array], dtype: type[np.generic]) -> npt.NDArray[Any]:
    """Return the values of columns of one type, one column after the other, as an array (n,) of ``dtype``.

    Raises TypeError unless ``dtype`` is as wide as that type, ValueError for a null or a buffer that is too short.
    """
    parts = []
    for column in columns:
        if column.null_count:
            raise ValueError(f"{column.null_count} values of {len(column)} are missing")
        if np.dtype(dtype).itemsize * 8 != column.type.bit_width:
            raise TypeError(f"{column.type} is no {np.dtype(dtype)}")
        values = np.frombuffer(column.buffers()[1] or b"", dtype, column.offset + len(column))
        parts.append(values[column.offset :])
    return np.concatenate(parts) if parts else np.empty(0, dtype)
