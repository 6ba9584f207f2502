"""The strategy's side of the newest rows: one read per candle, a bounded wait, one decision for everybody."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from companion.recorder.newest_file import NewestFile
from hhq.arrays import FloatArray
from hhq_freqtrade.analysis.recorded_rows import RecordedInputs
from hhq_shared.ballots import claim
from hhq_shared.newest_rows import NewestReader
from hhq_shared.recorded_format import BALLOTS, INPUTS, KEPT_CANDLES, NEWEST_FILE, Float32Array
from tests.recorder.conftest import BAR, CLOSE, PAIRS


def values_of(bar: int, pairs: int = 3) -> Float32Array:
    return (np.arange(len(INPUTS) * pairs).reshape(len(INPUTS), pairs) / 3.0 + bar % 1000).astype(np.float32)


class Time:
    """The strategy's clock: sleeping moves it, and lets something happen at a moment."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms
        self.slept = 0
        self.then: list[tuple[int, Callable[[], object]]] = []

    def now(self) -> float:
        return self.now_ms / 1000.0

    def sleep(self, seconds: float) -> None:
        self.slept += 1
        self.now_ms += round(seconds * 1000)
        for due in [item for item in self.then if item[0] <= self.now_ms]:
            self.then.remove(due)
            due[1]()


def read(reader: NewestReader, pair: str, last_bar: int, bars: int = 40) -> FloatArray:
    values = np.full((len(INPUTS), bars), np.nan)
    reader.fill(pair, values, last_bar - bars + 1)
    return values


def reader_at(folder: Path, now_ms: int) -> tuple[NewestReader, Time]:
    time = Time(now_ms)
    return NewestReader(folder, time.now, time.sleep), time


def announced(folder: Path, bar: int = BAR) -> NewestFile:
    file = NewestFile(folder)
    file.announce(bar)
    return file


def test_the_row_of_the_candle_is_read_at_once_where_it_is(folder: Path) -> None:
    announced(folder).publish(BAR, PAIRS, values_of(BAR))
    reader, time = reader_at(folder, CLOSE + 500)
    for row, pair in enumerate(PAIRS):
        found = read(reader, pair, BAR)
        np.testing.assert_array_equal(found[:, -1], values_of(BAR)[:, row].astype(np.float64))
        assert np.isnan(found[:, :-1]).all()
    assert np.isnan(read(reader, "NONE/USDT:USDT", BAR)).all()
    assert time.slept == 0


def test_the_file_is_read_once_per_candle_for_all_pairs(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = announced(folder)
    file.publish(BAR, PAIRS, values_of(BAR))
    reads: list[Path] = []
    whole = Path.read_bytes

    def counted(path: Path) -> bytes:
        reads.append(path)
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", counted)
    reader, _ = reader_at(folder, CLOSE + 500)
    for _ in range(5):
        for pair in PAIRS:
            read(reader, pair, BAR)
            read(reader, pair, BAR - 1)
    assert len(reads) == 1
    file.publish(BAR + 1, PAIRS, values_of(BAR + 1))
    found = read(reader, PAIRS[1], BAR + 1)
    assert len(reads) == 2
    # A late pair and a waiting signal still see the candles before.
    expected = np.stack([values_of(bar)[:, 1] for bar in (BAR, BAR + 1)], axis=1)
    np.testing.assert_array_equal(found[:, -2:], expected.astype(np.float64))
    np.testing.assert_array_equal(read(reader, PAIRS[1], BAR)[:, -1], expected[:, 0])


def test_an_announced_row_is_waited_for_and_arrives(folder: Path) -> None:
    file = announced(folder)
    reader, time = reader_at(folder, CLOSE + 100)
    time.then.append((CLOSE + 700, lambda: file.publish(BAR, PAIRS, values_of(BAR))))
    found = read(reader, PAIRS[0], BAR)
    np.testing.assert_array_equal(found[:, -1], values_of(BAR)[:, 0].astype(np.float64))
    assert time.now_ms <= CLOSE + 750


def test_the_wait_ends_two_seconds_after_the_close_and_is_not_repeated_for_the_next_pair(
    folder: Path,
) -> None:
    file = announced(folder)
    reader, time = reader_at(folder, CLOSE + 100)
    assert np.isnan(read(reader, PAIRS[0], BAR)).all()
    assert CLOSE + 2_000 <= time.now_ms <= CLOSE + 2_020
    slept = time.slept
    for pair in PAIRS:
        assert np.isnan(read(reader, pair, BAR)).all()
    assert time.slept == slept
    # The recorder learns that the candle is void, and nobody ever gets a row for it.
    assert file.publish(BAR, PAIRS, values_of(BAR)) is False
    again, _ = reader_at(folder, CLOSE + 10_000)
    assert np.isnan(read(again, PAIRS[0], BAR)).all()


def test_a_bot_that_looks_later_than_two_seconds_does_not_wait_at_all(folder: Path) -> None:
    announced(folder)
    reader, time = reader_at(folder, CLOSE + 9_000)
    assert np.isnan(read(reader, PAIRS[0], BAR)).all()
    assert time.slept == 0


def test_a_clock_that_stands_still_ends_the_wait_too(folder: Path) -> None:
    announced(folder)
    naps: list[float] = []
    reader = NewestReader(folder, lambda: CLOSE / 1000.0, naps.append)
    assert np.isnan(read(reader, PAIRS[0], BAR)).all()
    assert sum(naps) <= 3.1


@pytest.mark.parametrize("before", [1, 500])
def test_a_recorder_that_is_gone_is_not_waited_for(folder: Path, before: int) -> None:
    announced(folder, BAR - before)
    reader, time = reader_at(folder, CLOSE + 100)
    assert np.isnan(read(reader, PAIRS[0], BAR)).all()
    assert time.slept == 0
    # A bot next to a dead recorder leaves no file per candle behind.
    assert len(list((folder / BALLOTS).iterdir())) == (1 if before == 1 else 0)


def test_without_a_recorder_there_is_nothing_and_no_wait(tmp_path: Path) -> None:
    reader, time = reader_at(tmp_path / "nowhere", CLOSE + 100)
    assert np.isnan(read(reader, PAIRS[0], BAR)).all()
    assert time.slept == 0
    assert not (tmp_path / "nowhere").exists()


def test_a_row_that_the_recorder_has_claimed_is_waited_for_a_moment_longer(folder: Path) -> None:
    file = announced(folder)
    assert claim(folder, BAR)
    reader, time = reader_at(folder, CLOSE + 100)

    def publish() -> None:
        (folder / BALLOTS / str(BAR)).unlink()
        file.publish(BAR, PAIRS, values_of(BAR))

    time.then.append((CLOSE + 2_300, publish))
    assert np.isfinite(read(reader, PAIRS[0], BAR)[:, -1]).all()


def test_a_row_that_a_bot_has_gone_without_never_reaches_it(folder: Path) -> None:
    """Even where the claim cannot be written: the row of a candle never appears between two loops."""
    file = announced(folder)
    reader, _ = reader_at(folder, CLOSE + 3_000)
    assert np.isnan(read(reader, PAIRS[0], BAR)).all()
    (folder / BALLOTS / str(BAR)).unlink()
    assert file.publish(BAR, PAIRS, values_of(BAR))
    file.publish(BAR + 1, PAIRS, values_of(BAR + 1))
    found = read(reader, PAIRS[0], BAR + 1)
    assert np.isnan(found[:, -2]).all()
    assert np.isfinite(found[:, -1]).all()


def test_a_damaged_file_is_reported_once_and_counts_as_no_recording(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    announced(folder).publish(BAR, PAIRS, values_of(BAR))
    path = folder / NEWEST_FILE
    path.write_bytes(path.read_bytes()[:200])
    reader, _ = reader_at(folder, CLOSE + 3_000)
    with caplog.at_level(logging.WARNING):
        for bar in (BAR, BAR + 1):
            assert np.isnan(read(reader, PAIRS[0], bar)).all()
    assert len(caplog.records) == 1
    assert str(path) in caplog.text


def test_only_the_last_candles_are_kept_and_a_restarted_recorder_keeps_them(folder: Path) -> None:
    file = announced(folder)
    for bar in range(BAR, BAR + KEPT_CANDLES + 4):
        assert file.publish(bar, PAIRS, values_of(bar))
    last = BAR + KEPT_CANDLES + 3
    restarted = NewestFile(folder)
    restarted.announce(last + 3)
    more = (*PAIRS, "SOL/USDT:USDT")
    assert restarted.publish(last + 3, more, values_of(last + 3, 4))
    reader, _ = reader_at(folder, CLOSE)
    found = read(reader, PAIRS[2], last + 3)
    there = np.isfinite(found).all(axis=0)
    # Two candles passed without a recorder.
    assert there.tolist() == [False] * (40 - KEPT_CANDLES) + [True] * (KEPT_CANDLES - 3) + [False] * 2 + [
        True
    ]
    np.testing.assert_array_equal(found[:, -4], values_of(last)[:, 2].astype(np.float64))
    assert np.isfinite(read(reader, "SOL/USDT:USDT", last + 3)).all(axis=0).sum() == 1
    assert len(list((folder / BALLOTS).iterdir())) <= KEPT_CANDLES + 1


def test_recorder_and_bots_that_meet_at_the_last_moment_all_agree(folder: Path) -> None:
    """One recorder and three bots in threads of their own, at once, again and again."""
    file = NewestFile(folder)
    outcomes = set()
    for bar in range(BAR, BAR + 150):
        file.announce(bar)
        start = threading.Barrier(4)
        rows: list[bool] = []
        shown: list[bool] = []

        def record(bar: int = bar, start: threading.Barrier = start, shown: list[bool] = shown) -> None:
            start.wait(10)
            shown.append(file.publish(bar, PAIRS, values_of(bar)))

        def look(bar: int = bar, start: threading.Barrier = start, rows: list[bool] = rows) -> None:
            time = Time((bar + 1) * 300_000 + 2_001)
            pause = threading.Event()

            def wait(seconds: float) -> None:
                pause.wait(seconds)

            reader = NewestReader(folder, time.now, wait)
            start.wait(10)
            rows.append(bool(np.isfinite(read(reader, PAIRS[0], bar)[:, -1]).all()))

        threads = [threading.Thread(target=work) for work in (record, look, look, look)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert len(rows) == 3
        assert set(rows) == set(shown), bar
        outcomes.add(shown[0])
    assert outcomes == {True, False}


def test_a_running_bot_remembers_the_rows_that_it_has_read_and_takes_the_settled_funding(
    folder: Path,
) -> None:
    file, inputs, bars = announced(folder), RecordedInputs(folder, live=True), 40
    funding = np.linspace(-0.1, 0.1, bars)
    for bar in range(BAR, BAR + 50):
        if bar != BAR + 30:
            file.publish(bar, PAIRS, values_of(bar))
        rows = inputs.rows(PAIRS[1], bar - bars + 1, bars, funding)
    last = BAR + 49
    expected = np.array([values_of(bar)[0, 1] for bar in range(last - bars + 1, last + 1)], dtype=np.float64)
    expected[BAR + 30 - (last - bars + 1)] = np.nan
    np.testing.assert_array_equal(rows.spread_pct[0], expected)
    np.testing.assert_array_equal(rows.funding_rate[0], funding)
    # Another stretch that does not touch what was seen before, and a pair without rows.
    assert np.isnan(inputs.rows(PAIRS[1], BAR - 500, bars, funding).spread_pct).all()
    assert np.isnan(inputs.rows("NONE/USDT:USDT", last - bars + 1, bars, funding).imbalance).all()
    with_archive = RecordedInputs(folder, live=False)
    assert np.isnan(with_archive.rows(PAIRS[1], last - bars + 1, bars, funding).spread_pct).all()
