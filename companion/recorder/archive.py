"""Writes the archive of recordings: a part that grows by one candle at a time, and whole days that never change."""

from __future__ import annotations

import logging
import os
from contextlib import closing, suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from hhq.panel import CANDLE_MS
from hhq_shared.arrow_columns import number_column, text_column
from hhq_shared.atomic_file import remove_drafts_in, replacing
from hhq_shared.recorded_archive import DAY_SUFFIX, Recorded, by_pair, part_batches
from hhq_shared.recorded_format import (
    DATE,
    PARTS,
    ROW_SCHEMA,
    Float32Array,
    RecordingError,
    day_of,
    day_schema,
)

logger = logging.getLogger("companion.recorder")

_MB = 1_000_000
_OPTIONS = pa.ipc.IpcWriteOptions(compression="zstd")


class ArchiveWriter:
    """Appends sealed rows, closes days, removes the oldest ones; used by one thread at a time.

    A candle is on disk when :meth:`append` returns. A kill leaves at most one torn candle at the end of a part; that part
    is never written to again: the next run begins another one.
    """

    def __init__(self, folder: Path, largest_mb: int) -> None:
        self._folder = folder
        self._parts = folder / PARTS
        self._largest = largest_mb * _MB
        self._parts.mkdir(parents=True, exist_ok=True)
        remove_drafts_in(folder)
        self._day = ""
        self._sink: BinaryIO | None = None
        self._writer: pa.ipc.RecordBatchStreamWriter | None = None

    def append(self, bar: int, pairs: tuple[str, ...], values: Float32Array) -> None:
        """Write the sealed row of a candle, float32 (len(COLUMNS), pairs); coins without any value are left out.

        Raises OSError when it cannot be written.
        """
        known = np.flatnonzero(np.isfinite(values).any(axis=0))
        if not known.size:
            return
        day = day_of(bar)
        if day != self._day or self._writer is None:
            self.close()
            self.close_days(before=day)
            self._begin(day)
        names = text_column(pairs[row] for row in known)
        dates = number_column(np.full(known.size, bar * CANDLE_MS), DATE)
        columns = [number_column(column, pa.float32()) for column in values[:, known]]
        self._write(pa.record_batch([names, dates, *columns], schema=ROW_SCHEMA))

    def close_days(self, before: str) -> None:
        """Make one file of each day before ``before`` still in parts, then delete old days beyond the largest size."""
        parts: dict[str, list[Path]] = {}
        for path in sorted(self._parts.glob("*.arrows")):
            parts.setdefault(path.name[:10], []).append(path)
        for day, paths in parts.items():
            if day < before:
                self._close_day(day, paths)
                # A whole day passes through Arrow's memory, which keeps it for itself until the next midnight.
                pa.default_memory_pool().release_unused()
        self._keep_to_the_size()

    def size(self) -> tuple[int, int]:
        """Bytes and days of the archive."""
        paths = [*self._folder.glob(f"*{DAY_SUFFIX}"), *self._parts.glob("*.arrows")]
        return sum(path.stat().st_size for path in paths), len({path.name[:10] for path in paths})

    def close(self) -> None:
        """End the open part; a later candle begins another one."""
        writer, sink = self._writer, self._sink
        # Whatever is raised, nothing more is written to this part.
        self._writer = self._sink = None
        if writer is not None and sink is not None:
            with closing(sink):
                writer.close()

    def _begin(self, day: str) -> None:
        number = len(list(self._parts.glob(f"{day}-*.arrows")))
        path = self._parts / f"{day}-{number:03d}.arrows"
        self._sink = path.open("xb")
        self._writer = pa.ipc.new_stream(self._sink, ROW_SCHEMA, options=_OPTIONS)
        self._day = day

    def _write(self, batch: pa.RecordBatch) -> None:
        if self._writer is None or self._sink is None:
            raise RuntimeError("a candle is written without an open part")
        try:
            self._writer.write_batch(batch)
            self._sink.flush()
            os.fsync(self._sink.fileno())
        except OSError:
            # What is there may be torn: nothing is written after it. What is left in the buffer is refused once more.
            torn, self._writer, self._sink = self._sink, None, None
            with suppress(OSError):
                torn.close()
            raise

    def _close_day(self, day: str, parts: list[Path]) -> None:
        target = self._folder / f"{day}{DAY_SUFFIX}"
        if not target.exists():
            try:
                rows = by_pair([batch for path in parts for batch in part_batches(path)])
            except RecordingError as problem:
                logger.warning("%s is left in parts: %s", day, problem)
                return
            if rows:
                _write_day(target, rows)
        for path in parts:
            path.unlink()

    def _keep_to_the_size(self) -> None:
        days = sorted(self._folder.glob(f"*{DAY_SUFFIX}"))
        total = self.size()[0]
        for path in days:
            if total <= self._largest:
                return
            total -= path.stat().st_size
            path.unlink()
            logger.info(
                "RECORDER: %s removed, the recordings are larger than %d MB", path.name, self._largest // _MB
            )


def _write_day(target: Path, rows: dict[str, Recorded]) -> None:
    """Write a whole day, one record batch per pair; it is there completely or not at all."""
    schema = day_schema(tuple(rows))
    with replacing(target) as sink, pa.ipc.new_file(sink, schema, options=_OPTIONS) as writer:
        for pair, recorded in rows.items():
            writer.write_batch(_batch(pair, recorded, schema))


def _batch(pair: str, recorded: Recorded, schema: pa.Schema) -> pa.RecordBatch:
    names = text_column([pair] * recorded.bars.size)
    dates = number_column(recorded.bars * CANDLE_MS, DATE)
    columns = [number_column(column.astype(np.float32), pa.float32()) for column in recorded.values]
    return pa.record_batch([names, dates, *columns], schema=schema)
