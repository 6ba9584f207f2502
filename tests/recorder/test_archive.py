"""What was sealed is there after any kill; days are closed once; the oldest go first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.recorder.archive import ArchiveWriter
from companion.recorder.earlier import read_earlier
from hhq.panel import CANDLE_MS, CANDLES_PER_DAY
from hhq_shared.recorded_archive import Archive
from hhq_shared.recorded_format import (
    COLUMNS,
    INPUTS,
    PARTS,
    ROW_SCHEMA,
    RecordingError,
    day_of,
    days_between,
    first_bar_of,
)
from tests.full_disk import full_disk
from tests.recorder.written_rows import FIRST, values_of
from tests.recorder.written_rows import WRITTEN as PAIRS


def write(folder: Path, first: int, bars: int, largest_mb: int = 100) -> None:
    writer = ArchiveWriter(folder, largest_mb)
    for bar in range(first, first + bars):
        writer.append(bar, PAIRS, values_of(bar))
    writer.close()


def assert_holds(folder: Path, first: int, bars: int, pair: int = 1) -> None:
    found = Archive(folder).columns(PAIRS[pair], first, bars)
    expected = np.stack([values_of(bar)[:, pair].astype(np.float64) for bar in range(first, first + bars)])
    np.testing.assert_array_equal(found, expected.T)


def test_rows_come_back_bit_by_bit_from_open_and_from_closed_days(tmp_path: Path) -> None:
    write(tmp_path, FIRST + 280, 20)
    assert [path.name for path in tmp_path.glob("*.feather")] == ["2025-09-01.feather"]
    assert [path.name for path in (tmp_path / PARTS).iterdir()] == ["2025-09-02-000.arrows"]
    for pair in range(3):
        assert_holds(tmp_path, FIRST + 280, 20, pair)
    archive = Archive(tmp_path)
    assert archive.days == ["2025-09-01", "2025-09-02"]
    assert archive.pairs("2025-09-01") == archive.pairs("2025-09-02") == sorted(PAIRS)
    rows = archive.rows(PAIRS[0], FIRST + 270, 40)
    assert rows.spread_pct.shape == (1, 40)
    assert np.isnan(rows.spread_pct[0, :10]).all()
    assert np.isfinite(rows.spread_pct[0, 10:30]).all()
    assert np.isnan(rows.spread_pct[0, 30:]).all()
    assert np.isnan(archive.columns("NONE/USDT:USDT", FIRST, 600)).all()


def test_a_closed_day_is_an_ordinary_feather_file(tmp_path: Path) -> None:
    write(tmp_path, FIRST + 287, 2)
    frame = pd.read_feather(tmp_path / "2025-09-01.feather")
    assert list(frame.columns) == ["pair", "date", *COLUMNS]
    assert frame["date"].dt.tz is not None
    assert frame["date"].iloc[0] == pd.Timestamp("2025-09-01T23:55", tz="UTC")


def test_a_full_disk_costs_the_candles_meanwhile_and_no_later_one(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path, 100)
    writer.append(FIRST, PAIRS, values_of(FIRST))
    refused = 0
    with full_disk():
        for bar in (FIRST + 1, FIRST + 2, FIRST + 288):
            try:
                writer.append(bar, PAIRS, values_of(bar))
            except OSError:
                refused += 1
    writer.append(FIRST + 289, PAIRS, values_of(FIRST + 289))
    writer.close()
    assert refused == 3
    assert_holds(tmp_path, FIRST, 1)
    assert_holds(tmp_path, FIRST + 289, 1)


def test_drafts_that_a_kill_has_left_are_gone_after_the_next_start(tmp_path: Path) -> None:
    left = tmp_path / ".2025-09-01.feather.abc123.draft"
    left.touch()
    ArchiveWriter(tmp_path, 100)
    assert not left.exists()


def test_a_coin_of_which_nothing_is_known_has_no_row(tmp_path: Path) -> None:
    values = values_of(FIRST)
    values[:, 1] = np.nan
    writer = ArchiveWriter(tmp_path, 100)
    writer.append(FIRST, PAIRS, values)
    writer.append(FIRST + 1, PAIRS, np.full_like(values, np.nan))
    writer.close()
    assert Archive(tmp_path).pairs("2025-09-01") == sorted([PAIRS[0], PAIRS[2]])


def test_every_run_writes_a_part_of_its_own_and_the_first_row_of_a_candle_counts(tmp_path: Path) -> None:
    write(tmp_path, FIRST, 5)
    writer = ArchiveWriter(tmp_path, 100)
    writer.append(FIRST + 4, PAIRS, values_of(99))
    writer.append(FIRST + 5, PAIRS, values_of(FIRST + 5))
    writer.close()
    assert len(list((tmp_path / PARTS).iterdir())) == 2
    assert_holds(tmp_path, FIRST, 6)
    ArchiveWriter(tmp_path, 100).close_days(before="2025-09-02")
    assert list((tmp_path / PARTS).iterdir()) == []
    assert_holds(tmp_path, FIRST, 6)


@settings(max_examples=25)
@given(st.integers(1, 4000))
def test_a_torn_end_costs_no_row_before_it(lost: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, FIRST, 4)
        part = folder / PARTS / "2025-09-01-000.arrows"
        content = part.read_bytes()
        part.write_bytes(content[: max(len(content) - lost, 0)])
        found = Archive(folder).columns(PAIRS[1], FIRST, 4)
        rows = int(np.isfinite(found[0]).sum())
        if rows:
            assert_holds(folder, FIRST, rows)
        assert np.isnan(found[:, rows:]).all()
        # The next run goes on in a part of its own and the day is closed from both.
        write(folder, FIRST + 4, 2)
        ArchiveWriter(folder, 100).close_days(before="2025-09-02")
        assert_holds(folder, FIRST + 4, 2)


@pytest.mark.processes
def test_a_recorder_that_is_killed_while_it_writes_loses_nothing_that_it_has_written(tmp_path: Path) -> None:
    """Killed five times with -9, also while closing a day: whatever it reported as written is there, bit by bit."""
    draw, done = np.random.default_rng(3), 0
    for _ in range(5):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.recorder.written_rows", str(tmp_path), str(FIRST + done)],
            stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert process.stdout is not None
        said = [int(process.stdout.readline()) for _ in range(int(draw.integers(40, 250)))]
        deadline = time.perf_counter() + float(draw.uniform(0.0, 0.02))
        while time.perf_counter() < deadline:
            pass
        os.kill(process.pid, signal.SIGKILL)
        said += [int(line) for line in process.stdout.read().splitlines() if line]
        process.wait(timeout=20)
        done = said[-1] + 1 - FIRST
        assert_holds(tmp_path, FIRST, done)
        # A row that was written and not yet reported may be there too; the next run begins after it.
        done += int(np.isfinite(Archive(tmp_path).columns(PAIRS[0], FIRST + done, 3)[0]).sum())
    ArchiveWriter(tmp_path, 100).close_days(before="2030-01-01")
    assert_holds(tmp_path, FIRST, done)
    assert list((tmp_path / PARTS).iterdir()) == []
    assert list(tmp_path.glob("*.writing")) in ([], [tmp_path / "2025-09-01.writing"])


def test_the_oldest_days_are_removed_when_the_recordings_grow_too_large(tmp_path: Path) -> None:
    noise = np.random.default_rng(1)
    writer = ArchiveWriter(tmp_path, 1)
    pairs = tuple(f"C{number}/USDT:USDT" for number in range(300))
    for day in range(9):
        for candle in range(0, CANDLES_PER_DAY, 12):
            bar = FIRST + day * CANDLES_PER_DAY + candle
            writer.append(bar, pairs, noise.normal(size=(len(COLUMNS), len(pairs))).astype(np.float32))
    writer.close_days(before="2025-09-10")
    writer.close()
    size, days = writer.size()
    assert size <= 1_000_000
    kept = Archive(tmp_path).days
    assert len(kept) == days
    assert 1 <= days < 9
    assert kept == [day_of(FIRST + number * CANDLES_PER_DAY) for number in range(9 - days, 9)]


def test_files_of_another_version_and_damaged_days_are_named(tmp_path: Path) -> None:
    write(tmp_path, FIRST + 287, 2)
    path = tmp_path / "2025-09-01.feather"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    with pytest.raises(RecordingError, match=r"2025-09-01\.feather"):
        Archive(tmp_path).columns(PAIRS[0], FIRST, 288)
    table = pa.Table.from_batches([], schema=ROW_SCHEMA.with_metadata({b"hhq_version": b"99"}))
    with pa.ipc.new_file(str(path), table.schema):
        pass
    with pytest.raises(RecordingError, match="not 99"):
        Archive(tmp_path).columns(PAIRS[0], FIRST, 288)
    with pa.ipc.new_stream(str(tmp_path / PARTS / "2025-09-03-000.arrows"), table.schema):
        pass
    with pytest.raises(RecordingError, match="not 99"):
        Archive(tmp_path).columns(PAIRS[0], FIRST + 2 * CANDLES_PER_DAY, 1)


def test_a_folder_that_is_not_there_has_no_rows(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "nowhere")
    assert archive.days == []
    assert np.isnan(archive.columns(PAIRS[0], FIRST, 5)).all()


def test_a_recorder_goes_on_from_what_earlier_runs_have_left(tmp_path: Path) -> None:
    write(tmp_path, FIRST + 200, 100)
    earlier = read_earlier(tmp_path, FIRST + 300, 90)
    flow = COLUMNS.index("whale_flow")
    expected = [float(values_of(bar)[flow, 2]) for bar in range(FIRST + 210, FIRST + 300)]
    np.testing.assert_array_equal(earlier.flows[PAIRS[2]], expected)
    assert earlier.last_available_ms == dict.fromkeys(INPUTS, (FIRST + 300) * CANDLE_MS)
    assert read_earlier(tmp_path / "nowhere", FIRST, 1000).flows == {}


@given(st.integers(5_000_000, 6_500_000), st.integers(1, 2000))
def test_days_cover_a_stretch_of_candles_exactly(first: int, bars: int) -> None:
    days = days_between(first, bars)
    assert first_bar_of(days[0]) <= first < first_bar_of(days[0]) + CANDLES_PER_DAY
    assert first_bar_of(days[-1]) <= first + bars - 1 < first_bar_of(days[-1]) + CANDLES_PER_DAY
    assert days == sorted(set(days))
    assert day_of(first) == days[0]
