"""Reads the archive of recordings: whole days with one record batch per pair, and the parts of unfinished days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from hhq.arrays import FloatArray, IntArray
from hhq.panel import CANDLE_MS, RecordedRows
from hhq_shared.arrow_columns import numbers_of
from hhq_shared.recorded_format import (
    COLUMNS,
    INPUTS,
    PARTS,
    RecordingError,
    check_version,
    days_between,
    pairs_of,
)

DAY_SUFFIX = ".feather"
_OPEN_DAYS = 128


@dataclass(frozen=True, slots=True)
class Recorded:
    """Rows of one pair, oldest first: bars int64 (n,), values float64 (len(COLUMNS), n), stored as float32."""

    bars: IntArray
    values: FloatArray


def rows_of(batches: Sequence[pa.RecordBatch]) -> tuple[IntArray, FloatArray]:
    """Return bars int64 (n,) and values float64 (len(COLUMNS), n) of rows of the archive.

    Raises ValueError for a missing value, KeyError for a missing column.
    """
    times = numbers_of([batch.column("date") for batch in batches], np.int64)
    values = np.stack([numbers_of([batch.column(name) for batch in batches], np.float32) for name in COLUMNS])
    return times // CANDLE_MS, values.astype(np.float64)


def part_batches(path: Path) -> Iterator[pa.RecordBatch]:
    """Yield the candles of a part, one record batch each, up to the first one that a killed recorder left half written.

    Raises RecordingError for a part of another version.
    """
    try:
        with pa.OSFile(str(path), "rb") as source, pa.ipc.open_stream(source) as reader:
            check_version(reader.schema.metadata, path)
            while True:
                yield reader.read_next_batch()
    except StopIteration:
        return
    except (pa.ArrowInvalid, OSError):
        return


@dataclass(frozen=True, slots=True)
class _Day:
    reader: pa.ipc.RecordBatchFileReader
    batch_of: dict[str, int]


class Archive:
    """All recordings of a folder, as they were when it was opened."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._days = {path.stem: path for path in sorted(folder.glob(f"*{DAY_SUFFIX}"))}
        self._parts: dict[str, list[Path]] = {}
        for path in sorted((folder / PARTS).glob("*.arrows")):
            day = path.name[:10]
            # A finished day holds everything from its parts.
            if day not in self._days:
                self._parts.setdefault(day, []).append(path)
        self._opened = lru_cache(maxsize=_OPEN_DAYS)(_open_day)
        self._part_rows: dict[str, dict[str, Recorded]] = {}

    def __reduce__(self) -> tuple[type[Archive], tuple[Path]]:
        """Pickle as the folder alone: the receiving process (a hyperopt worker) opens it again."""
        return Archive, (self._folder,)

    @property
    def days(self) -> list[str]:
        """Days for which there are recordings, oldest first."""
        return sorted({*self._days, *self._parts})

    def pairs(self, day: str) -> list[str]:
        """Return the pairs that have rows on a day."""
        if day in self._days:
            return list(self._opened(self._days[day]).batch_of)
        return list(self._of_parts(day))

    def recorded(self, pair: str, day: str) -> Recorded | None:
        """Return the rows of a pair on a day, None without any. Raises RecordingError that names a damaged file."""
        if day not in self._days:
            return self._of_parts(day).get(pair)
        path = self._days[day]
        opened = self._opened(path)
        number = opened.batch_of.get(pair)
        if number is None:
            return None
        try:
            return Recorded(*rows_of([opened.reader.get_batch(number)]))
        except (ValueError, TypeError, KeyError, OSError) as problem:
            raise RecordingError(f"{path}: {pair} cannot be read ({problem})") from problem

    def columns(self, pair: str, first_bar: int, bars: int) -> FloatArray:
        """Return a pair's values on a stretch of candles, float64 (len(COLUMNS), bars); NaN where there is no row."""
        values = np.full((len(COLUMNS), bars), np.nan)
        for day in days_between(first_bar, bars) if self._days or self._parts else ():
            known = self.recorded(pair, day)
            if known is not None:
                at = known.bars - first_bar
                inside = (at >= 0) & (at < bars)
                values[:, at[inside]] = known.values[:, inside]
        return values

    def rows(self, pair: str, first_bar: int, bars: int) -> RecordedRows:
        """Return the rows of one pair, arrays (1, bars); NaN where nothing was recorded."""
        return RecordedRows(*self.columns(pair, first_bar, bars)[: len(INPUTS), np.newaxis])

    def _of_parts(self, day: str) -> dict[str, Recorded]:
        if day not in self._part_rows:
            batches = [batch for path in self._parts.get(day, ()) for batch in part_batches(path)]
            self._part_rows[day] = by_pair(batches)
        return self._part_rows[day]


def by_pair(batches: list[pa.RecordBatch]) -> dict[str, Recorded]:
    """Sort rows by pair and time; of several rows for one candle the first counts, because it is the sealed one."""
    if not batches:
        return {}
    names, codes = _coded([batch.column("pair") for batch in batches])
    bars, values = rows_of(batches)
    order = np.lexsort((np.arange(bars.size), bars, codes))
    first = np.ones(bars.size, dtype=np.bool_)
    first[1:] = (np.diff(codes[order]) != 0) | (np.diff(bars[order]) != 0)
    order = order[first]
    codes, bars = codes[order], bars[order]
    # One column at a time: no other thread can run while numpy is picking.
    values = np.stack([column[order] for column in values])
    edges = np.searchsorted(codes, np.arange(len(names) + 1))
    return {
        name: Recorded(bars[begin:end], values[:, begin:end])
        for name, begin, end in zip(names, edges[:-1], edges[1:], strict=True)
    }


def _coded(columns: list[pa.StringArray]) -> tuple[list[str], IntArray]:
    """Return the distinct texts of the columns, sorted, and the index of each row's text among them, int64 (n,).

    Done by pyarrow, which lets other threads run meanwhile; with Python strings it would hold up the event loop.
    """
    coded = pa.chunked_array(columns).combine_chunks().dictionary_encode()
    texts: list[str] = coded.dictionary.to_pylist()
    order = sorted(range(len(texts)), key=texts.__getitem__)
    places = np.empty(len(texts), dtype=np.int64)
    places[order] = np.arange(len(texts))
    return sorted(texts), places[numbers_of([coded.indices], np.int32)]


def _open_day(path: Path) -> _Day:
    try:
        reader = pa.ipc.open_file(pa.memory_map(str(path), "r"))
    except (pa.ArrowInvalid, OSError) as problem:
        raise RecordingError(f"{path}: not a readable day of recordings ({problem})") from problem
    check_version(reader.schema.metadata, path)
    pairs = pairs_of(reader.schema)
    if len(pairs) != reader.num_record_batches:
        raise RecordingError(f"{path}: {reader.num_record_batches} batches for {len(pairs)} pairs")
    return _Day(reader, {pair: number for number, pair in enumerate(pairs)})
