"""The recorder from the first sample to the row that strategy, scanner and archive read."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import numpy as np
import pytest

from companion.market.memory import MarketMemory
from companion.market.universe import Coin
from companion.recorder.availability import Availability
from companion.recorder.folder_lock import RecorderBusyError
from companion.recorder.newest_file import NewestFile
from companion.recorder.recorder import Recorder
from companion.settings.recorder import RecorderSettings
from hhq.panel import CANDLE_MS
from hhq.settings.base import SettingsError, parse
from hhq_shared.ballots import claim
from hhq_shared.recorded_archive import Archive
from hhq_shared.recorded_format import BALLOTS, INPUTS, KEPT_CANDLES, NEWEST_FILE, Float32Array
from tests.recorder.conftest import (
    BAR,
    CLOSE,
    OPEN,
    PAIRS,
    SteppedClock,
    make_market,
    run,
    set_book,
)
from tests.recorder.recording import SETTINGS, market_with_books, recording, seen_by_the_strategy


def test_strategy_scanner_and_archive_have_the_same_row_of_the_same_candle(folder: Path) -> None:
    async def scenario() -> None:
        clock = SteppedClock(OPEN + 1_000)
        market = market_with_books(OPEN + 1_000)
        async with recording(market, clock, folder) as recorder:
            for step in range(1, 100):
                await clock.to(OPEN + step * 3_000)
                for row in range(len(PAIRS)):
                    set_book(market, row, clock.now, 10.0, 10.01 + row / 100.0, 1.0 + step % (7 + row), 1.0)
            recorder.liquidation_order(1, CLOSE - 5_000, 1, 30_000.0)
            recorder.liquidation_order(1, CLOSE + 10, -1, 99_000.0)
            wait = asyncio.create_task(recorder.sealed.sealed(BAR))
            await clock.to(CLOSE + 49, parts=2)
            assert not recorder.sealed.is_settled(BAR)
            await clock.to(CLOSE + 60)
            await wait
            rows = recorder.sealed.at(BAR)
            for row, pair in enumerate(PAIRS):
                seen = seen_by_the_strategy(folder, clock, BAR, pair)
                for number, name in enumerate(INPUTS):
                    if name != "funding_rate":
                        assert np.array_equal(getattr(rows, name)[row, 0], seen[number], equal_nan=True), name
            assert np.isfinite(rows.spread_pct).all()
            assert np.isfinite(rows.imbalance_trend).all()
            assert rows.liquidated_shorts[:, 0].tolist() == [0.0, 30_000.0, 0.0]
            # What happened after the close is not in the row of the candle.
            assert rows.liquidated_longs[:, 0].tolist() == [0.0, 0.0, 0.0]
            status = recorder.status()
            assert (status.sealed_bar, status.sealed, status.void) == (BAR, 1, {})
            assert status.sealed_after_ms is not None
            assert 50 <= status.sealed_after_ms <= 1_000
            assert recorder.now().liquidated_longs[1, 0] == 99_000.0
        archived = Archive(folder).columns(PAIRS[1], BAR, 1)[: len(INPUTS), 0]
        np.testing.assert_array_equal(archived, seen_by_the_strategy(folder, clock, BAR, PAIRS[1]))

    run(scenario())


def test_a_candle_that_a_bot_went_on_without_is_void_for_the_scanner_and_the_archive(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        clock = SteppedClock(OPEN + 1_000)
        market = market_with_books(OPEN + 250_000)
        async with recording(market, clock, folder) as recorder:
            assert claim(folder, BAR)
            await clock.to(CLOSE + 100)
            assert recorder.sealed.is_settled(BAR)
            assert np.isnan(recorder.sealed.at(BAR).spread_pct).all()
            assert recorder.status().void == {"a bot went on without its row": 1}
            for row in range(len(PAIRS)):
                set_book(market, row, CLOSE + 290_000, 10.0, 10.1, 1.0, 1.0)
            await clock.to(CLOSE + CANDLE_MS + 100)
            assert np.isfinite(recorder.sealed.at(BAR + 1).spread_pct).all()
        assert np.isnan(Archive(folder).columns(PAIRS[0], BAR, 1)).all()
        assert np.isfinite(Archive(folder).columns(PAIRS[0], BAR + 1, 1)[0]).all()

    with caplog.at_level(logging.WARNING):
        run(scenario())
    assert "went on without its row" in caplog.text


def test_a_recorder_that_starts_just_before_the_close_leaves_that_candle_alone(folder: Path) -> None:
    async def scenario() -> None:
        clock = SteppedClock(CLOSE - 5_000)
        async with recording(market_with_books(CLOSE), clock, folder) as recorder:
            await clock.to(CLOSE + 100)
            assert recorder.sealed.is_settled(BAR)
            assert np.isnan(recorder.sealed.at(BAR).spread_pct).all()
            assert np.isnan(seen_by_the_strategy(folder, clock, BAR, PAIRS[0])).all()
            await clock.to(CLOSE + CANDLE_MS + 100)
            assert recorder.status().sealed_bar == BAR + 1
            assert recorder.status().void == {"not announced": 1}

    run(scenario())


def test_a_recorder_that_slept_through_the_close_seals_nothing_late(folder: Path) -> None:
    async def scenario() -> None:
        clock = SteppedClock(OPEN + 1_000)
        async with recording(market_with_books(CLOSE), clock, folder) as recorder:
            await clock.to(CLOSE - 4_000)
            clock.now = CLOSE + 1_500
            await clock.to(CLOSE + 2_000)
            assert recorder.status().void == {"late": 1}
            assert np.isnan(recorder.sealed.at(BAR).spread_pct).all()
            assert np.isnan(seen_by_the_strategy(folder, clock, BAR, PAIRS[0])).all()
            await clock.to(CLOSE + CANDLE_MS - 4_000)
            # More than two candles at once: a suspended machine.
            clock.now = CLOSE + 3 * CANDLE_MS + 20_000
            await clock.to(CLOSE + 3 * CANDLE_MS + 25_000)
            assert recorder.status().sealed == 0
            await clock.to(CLOSE + 4 * CANDLE_MS + 100)
            assert recorder.status().sealed_bar == BAR + 4

    run(scenario())


def test_a_restarted_recorder_goes_on_and_the_earlier_rows_stay(folder: Path) -> None:
    async def scenario() -> None:
        clock = SteppedClock(OPEN + 1_000)
        market = market_with_books(CLOSE)
        async with recording(market, clock, folder):
            await clock.to(CLOSE + 1_000)
        before = seen_by_the_strategy(folder, clock, BAR, PAIRS[2])
        assert np.isfinite(before[INPUTS.index("spread_pct")])
        async with recording(market, clock, folder) as recorder:
            market.update_listings([Coin("SOL/USDT:USDT", "SOLUSDT"), *market.universe.coins])
            for row in range(4):
                set_book(market, row, CLOSE + CANDLE_MS, 10.0, 10.1, 1.0, 1.0)
            await clock.to(CLOSE + CANDLE_MS + 100)
            assert recorder.status().sealed == 1
            np.testing.assert_array_equal(seen_by_the_strategy(folder, clock, BAR, PAIRS[2]), before)
            assert np.isfinite(seen_by_the_strategy(folder, clock, BAR + 1, "SOL/USDT:USDT")[0])
        np.testing.assert_array_equal(Archive(folder).columns(PAIRS[2], BAR, 2)[: len(INPUTS), 0], before)

    run(scenario())


def test_a_restarted_scanner_knows_the_rows_that_the_strategy_goes_on_reading(folder: Path) -> None:
    async def scenario() -> None:
        clock = SteppedClock(OPEN + 1_000)
        async with recording(market_with_books(CLOSE), clock, folder) as recorder:
            await clock.to(CLOSE + 1_000)
            sealed = recorder.sealed.at(BAR)
        # Another process: its coins are in another order, one is gone, one was listed meanwhile.
        market = make_market((PAIRS[2], "SOL/USDT:USDT", PAIRS[0]))
        async with recording(market, clock, folder) as recorder:
            rows = await recorder.sealed.sealed(BAR)
            for name in INPUTS:
                known = getattr(sealed, name)[:, 0]
                expected = [known[2], np.nan, known[0]]
                np.testing.assert_array_equal(getattr(rows, name)[:, 0], expected)
            assert np.isfinite(rows.spread_pct[0, 0])
            for bar in (BAR - KEPT_CANDLES, BAR - 1, BAR + 1):
                assert np.isnan(recorder.sealed.at(bar).spread_pct).all()

    run(scenario())


def test_two_recorders_never_write_into_one_folder(folder: Path) -> None:
    async def scenario() -> None:
        clock = SteppedClock(OPEN + 1_000)
        async with recording(market_with_books(CLOSE), clock, folder):
            with pytest.raises(RecorderBusyError, match=str(folder)):
                await Recorder(make_market(), clock, SETTINGS, folder).run()
            await clock.to(CLOSE + 100)
        async with recording(market_with_books(CLOSE), clock, folder):
            pass

    run(scenario())


def test_a_row_that_cannot_be_written_is_void_and_counted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = NewestFile._write

    def full(file: NewestFile, announced: int) -> None:
        if announced == BAR + 1:
            raise OSError("no space left on device")
        write(file, announced)

    monkeypatch.setattr(NewestFile, "_write", full)

    async def scenario() -> None:
        clock = SteppedClock(OPEN + 1_000)
        async with recording(market_with_books(CLOSE), clock, folder) as recorder:
            await clock.to(CLOSE + 3_000)
            status = recorder.status()
            assert status.void == {"not written": 1}
            assert status.write_errors >= 1
            assert status.last_error == "no space left on device"
            assert np.isnan(recorder.sealed.at(BAR).spread_pct).all()
            assert np.isnan(seen_by_the_strategy(folder, clock, BAR, PAIRS[0])).all()
            # The next candle could not be announced; the one after it is sealed again.
            await clock.to(CLOSE + 2 * CANDLE_MS + 100)
            assert recorder.status().sealed_bar == BAR + 2

    run(scenario())


def test_an_input_that_no_coin_has_for_a_day_is_an_alarm_that_ends_with_its_first_value(
    caplog: pytest.LogCaptureFixture,
) -> None:
    there: Float32Array = np.ones((len(INPUTS), 2), dtype=np.float32)
    there[:, 1] = np.nan
    dead = there.copy()
    dead[INPUTS.index("whale_z")] = np.nan
    availability = Availability(OPEN, {"whale_z": OPEN - 3_600_000}, 24.0)
    assert availability.since_ms()["imbalance"] == OPEN
    with caplog.at_level(logging.INFO):
        for hour in range(26):
            availability.observe(dead, OPEN + hour * 3_600_000)
            assert availability.since_ms()["whale_z"] == OPEN - 3_600_000
            assert availability.since_ms()["imbalance"] is None
            assert availability.alarms() == (("whale_z",) if hour >= 23 else ())
        availability.observe(there, OPEN + 27 * 3_600_000)
        assert availability.alarms() == ()
        availability.observe(dead, OPEN + 28 * 3_600_000)
        assert availability.since_ms()["whale_z"] == OPEN + 28 * 3_600_000
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]


def test_the_age_of_not_available_survives_a_restart(folder: Path) -> None:
    async def scenario() -> None:
        clock = SteppedClock(OPEN + 1_000)
        market = market_with_books(CLOSE)
        async with recording(market, clock, folder):
            await clock.to(CLOSE + 1_000)
        clock.now = CLOSE + 40 * CANDLE_MS + 1_000
        async with recording(make_market(), clock, folder) as recorder:
            since = recorder.status().not_available_since_ms
            assert since["spread_pct"] == CLOSE
            assert since["basis_pct"] == clock.now

    run(scenario())


def test_without_coins_there_is_nothing_to_seal_and_nothing_breaks(folder: Path) -> None:
    async def scenario() -> None:
        clock = SteppedClock(OPEN + 1_000)
        async with recording(MarketMemory(), clock, folder) as recorder:
            assert recorder.now().imbalance.shape == (0, 1)
            await clock.to(CLOSE + 100)
            assert recorder.status().sealed_bar == BAR
        assert Archive(folder).days == []
        assert (folder / NEWEST_FILE).exists()
        assert (folder / BALLOTS).is_dir()

    run(scenario())


def test_the_time_between_samples_divides_a_candle() -> None:
    with pytest.raises(SettingsError, match="sample_seconds = 7"):
        parse(RecorderSettings, {"sample_seconds": 7})
    assert parse(RecorderSettings, {"sample_seconds": 5}).sample_seconds == 5
