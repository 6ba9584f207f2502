"""Files of the recordings: names, columns and versions, for their writer and their readers (docs/recorder.md).

Values are float32: a sealed row is rounded to it, so that the newest rows, the archive and the scanner hold the same
numbers bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hhq.panel import CANDLE_MS, CANDLES_PER_DAY, RecordedRows
from hhq_shared.arrow_columns import number_column, numbers_of, text_column

Float32Array: TypeAlias = npt.NDArray[np.float32]

VERSION = "1"
FOLDER = "recorded"
"""Name of the folder next to ``futures``: inside that one, Freqtrade would stop at a candle type that it does not know."""
NEWEST_FILE = "newest.arrow"
PARTS = "open"
"""Sub-folder for unfinished days: one file per run of the recorder."""
BALLOTS = "ballots"
INPUTS = tuple(field.name for field in fields(RecordedRows))
"""Columns that decisions read, in the order of :class:`hhq.panel.RecordedRows`."""
WHALE_FLOW = "whale_flow"
"""Signed notional of the whales' trades (USDT), against which the whale z of later candles is standardised."""
COLUMNS = (*INPUTS, WHALE_FLOW)
KEPT_CANDLES = 24
"""Candles kept as newest rows: enough for a strategy that starts late or looks at a waiting signal again."""

_VERSION_KEY, _PAIRS_KEY, _BAR_KEY, _ANNOUNCED_KEY = b"hhq_version", b"pairs", b"newest_bar", b"announced_bar"
DATE = pa.timestamp("ms", "UTC")
ROW_SCHEMA = pa.schema(
    [("pair", pa.string()), ("date", DATE), *((name, pa.float32()) for name in COLUMNS)],
    metadata={_VERSION_KEY: VERSION.encode()},
)
"""One row of the archive: pair, open time of the candle as in Freqtrade's candles, and the columns."""


class RecordingError(ValueError):
    """A file of the recordings that cannot be used; the message names it and says why."""


def day_of(bar: int) -> str:
    """Return the UTC day of a candle (clock number) as its file is named, e.g. 2025-09-01."""
    return f"{datetime.fromtimestamp(bar * CANDLE_MS / 1000, UTC):%Y-%m-%d}"


def first_bar_of(day: str) -> int:
    """Return the clock number of the first candle of a day."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 1000 // CANDLE_MS


def days_between(first_bar: int, bars: int) -> list[str]:
    """Return the UTC days that a stretch of candles touches, in order."""
    first, last = first_bar // CANDLES_PER_DAY, (first_bar + bars - 1) // CANDLES_PER_DAY
    return [day_of(number * CANDLES_PER_DAY) for number in range(first, last + 1)]


def day_schema(pairs: tuple[str, ...]) -> pa.Schema:
    """Return the schema of a day's file: one record batch per pair, in the order of ``pairs``."""
    return ROW_SCHEMA.with_metadata({_VERSION_KEY: VERSION.encode(), _PAIRS_KEY: "\n".join(pairs).encode()})


def pairs_of(schema: pa.Schema) -> tuple[str, ...]:
    """Return the pairs of a day's file, one per record batch."""
    return tuple((schema.metadata or {}).get(_PAIRS_KEY, b"").decode().split("\n"))


def check_version(metadata: Mapping[bytes, bytes] | None, path: Path) -> None:
    """Raise RecordingError unless the file is of the version that this code reads."""
    found = (metadata or {}).get(_VERSION_KEY, b"none").decode()
    if found != VERSION:
        raise RecordingError(f"{path}: recordings of version {VERSION} are read here, not {found}")


@dataclass(frozen=True, slots=True)
class NewestRows:
    """The last candles of all coins: ``values`` float32 (len(INPUTS), pairs, KEPT_CANDLES), ending at ``newest_bar``.

    A candle without a row is NaN. ``announced_bar`` is the candle whose row is expected next. −1 = none.
    """

    pairs: tuple[str, ...]
    newest_bar: int
    announced_bar: int
    values: Float32Array


def encode_newest(rows: NewestRows) -> bytes:
    """Return the content of the file of the newest rows."""
    columns = [
        pa.FixedSizeListArray.from_arrays(number_column(column.reshape(-1), pa.float32()), KEPT_CANDLES)
        for column in rows.values
    ]
    batch = pa.record_batch([text_column(rows.pairs), *columns], names=["pair", *INPUTS])
    metadata = {
        _VERSION_KEY: VERSION,
        _BAR_KEY: str(rows.newest_bar),
        _ANNOUNCED_KEY: str(rows.announced_bar),
    }
    batch = batch.replace_schema_metadata(metadata)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def decode_newest(content: bytes, path: Path) -> NewestRows:
    """Read the content of the file of the newest rows; raise RecordingError for anything else."""
    try:
        batch = pa.ipc.open_file(pa.BufferReader(content)).get_batch(0)
        metadata = batch.schema.metadata
        check_version(metadata, path)
        pairs = tuple(batch.column("pair").to_pylist())
        shape = (len(pairs), KEPT_CANDLES)
        columns = [numbers_of([batch.column(name).values], np.float32).reshape(shape) for name in INPUTS]
        return NewestRows(pairs, int(metadata[_BAR_KEY]), int(metadata[_ANNOUNCED_KEY]), np.stack(columns))
    except RecordingError:
        raise
    except (KeyError, ValueError, TypeError, OSError) as problem:
        raise RecordingError(f"{path}: not a file of newest rows ({problem})") from problem
