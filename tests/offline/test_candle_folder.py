"""A data folder as arrays of the core."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from freqtrade.data.converter import ohlcv_fill_up_missing_data
from freqtrade.enums import CandleType

from companion.offline.candles import load_funding, load_panel
from companion.offline.data_folder import DataFolder, DataFolderError, open_folder
from hhq.panel import CANDLE_MS

BEGIN = pd.Timestamp("2025-03-01", tz="UTC")
HOUR = pd.Timedelta(hours=1)


def write(folder: Path, name: str, dates: pd.DatetimeIndex, opened: list[float]) -> None:
    frame = pd.DataFrame({"date": dates.as_unit("ms"), "open": opened})
    for column in ("high", "low", "close", "volume"):
        frame[column] = frame["open"]
    (folder / "futures").mkdir(exist_ok=True)
    frame.to_feather(folder / "futures" / f"{name}.feather")


def candles(begin: pd.Timestamp, count: int) -> pd.DatetimeIndex:
    return pd.date_range(begin, periods=count, freq="5min")


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """BTC from the start; ETH listed 10 candles later; SOL without funding and with a hole."""
    write(tmp_path, "BTC_USDT_USDT-5m-futures", candles(BEGIN, 400), [float(n) for n in range(400)])
    write(tmp_path, "ETH_USDT_USDT-5m-futures", candles(BEGIN + 10 * HOUR / 12, 390), [5.0] * 390)
    holed = candles(BEGIN, 400).delete(20)
    write(tmp_path, "SOL_USDT_USDT-5m-futures", holed, [7.0] * 399)
    for coin, hours in (("BTC", 8), ("ETH", 4)):
        times = pd.date_range(BEGIN, periods=5, freq=f"{hours}h")
        write(tmp_path, f"{coin}_USDT_USDT-1h-funding_rate", times, [0.0001, 0.0, 0.0002, 0.0003, 0.0004])
    hours = pd.date_range(BEGIN, periods=33, freq="1h")
    write(tmp_path, "BTC_USDT_USDT-1h-mark", hours, [1.0] * 33)
    write(tmp_path, "ETH_USDT_USDT-1h-mark", hours[::8], [1.0] * 5)
    return open_folder(tmp_path)


def test_coins_share_one_clock_with_nan_before_the_listing(folder: DataFolder) -> None:
    panel = load_panel(folder)
    assert panel.symbols == ("BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT:USDT")
    assert panel.first_bar * CANDLE_MS == BEGIN.value // 1_000_000
    assert panel.bars == 400
    assert np.flatnonzero(np.isnan(panel.close[1])).tolist() == list(range(10))
    assert panel.open[0, 7] == 7.0


def test_holes_are_filled_as_freqtrade_fills_them(tmp_path: Path) -> None:
    dates = candles(BEGIN, 40).delete([5, 6, 7, 20])
    write(tmp_path, "BTC_USDT_USDT-5m-futures", dates, [float(n) for n in range(36)])
    ours = load_panel(open_folder(tmp_path))
    frame = pd.read_feather(tmp_path / "futures" / "BTC_USDT_USDT-5m-futures.feather")
    theirs = ohlcv_fill_up_missing_data(frame, "5m", "BTC/USDT:USDT", CandleType.FUTURES)
    for column in ("open", "high", "low", "close", "volume"):
        np.testing.assert_array_equal(getattr(ours, column)[0], theirs[column].to_numpy())
    part = load_panel(open_folder(tmp_path), begin=(BEGIN + pd.Timedelta(minutes=30)).to_pydatetime())
    assert (part.open[0, 0], part.volume[0, 0]) == (4.0, 0.0), "the close before a cut is known"


def test_a_stretch_of_time_and_some_pairs_can_be_requested(folder: DataFolder) -> None:
    begin, end = datetime(2025, 3, 1, 1, tzinfo=UTC), datetime(2025, 3, 1, 2, tzinfo=UTC)
    panel = load_panel(folder, ["ETH/USDT:USDT"], begin, end)
    assert (panel.coins, panel.bars) == (1, 12)
    assert panel.open_time[0] == begin.timestamp() * 1000


def test_a_time_without_candles_is_refused(folder: DataFolder) -> None:
    with pytest.raises(DataFolderError, match="no candles of"):
        load_panel(folder, begin=datetime(2026, 1, 1, tzinfo=UTC))


def test_funding_is_the_last_settled_rate_in_percent_for_eight_hours(folder: DataFolder) -> None:
    panel = load_panel(folder)
    funding = load_funding(folder, panel)
    # The rate settled at 08:00 counts from the candle after the one that closes then; 0 is a real rate.
    assert np.isnan(funding[0, : 8 * 12]).all()
    assert funding[0, 8 * 12] == 0.0
    assert funding[0, 16 * 12] == pytest.approx(0.02)
    assert funding[1, 8 * 12] == pytest.approx(0.04), "4 h rates count twice"
    assert np.isnan(funding[2]).all()


def test_funded_coins_have_the_hourly_files_that_freqtrade_reads(folder: DataFolder) -> None:
    rates = [0.0001] * 5
    write(folder.path, "SOL_USDT_USDT-8h-funding_rate", pd.date_range(BEGIN, periods=5, freq="8h"), rates)
    write(folder.path, "SOL_USDT_USDT-1h-mark", pd.date_range(BEGIN, periods=33, freq="1h"), [7.0] * 33)
    again = open_folder(folder.path)
    assert again.funded == ("BTC/USDT:USDT",)
    assert np.isnan(load_funding(again, load_panel(again))[2]).all(), "Freqtrade looks for the hourly file"


def test_the_hourly_funding_file_takes_precedence_and_any_other_is_named(folder: DataFolder) -> None:
    stale = pd.date_range(BEGIN, periods=2, freq="8h")
    write(folder.path, "BTC_USDT_USDT-8h-funding_rate", stale, [0.009, 0.009])
    again = open_folder(folder.path)
    np.testing.assert_array_equal(
        load_funding(again, load_panel(again)), load_funding(folder, load_panel(folder))
    )
    assert again.unread == ("BTC_USDT_USDT-8h-funding_rate.feather",)


def test_names_in_any_script_are_read_and_unread_files_are_named(folder: DataFolder) -> None:
    write(folder.path, "币安人生_USDT_USDT-5m-futures", candles(BEGIN, 400), [3.0] * 400)
    write(folder.path, "BTC_USDC_USDC-5m-futures", candles(BEGIN, 400), [3.0] * 400)
    (folder.path / "futures" / "ETH_USDT_USDT-5m-futures.json.gz").write_bytes(b"")
    again = open_folder(folder.path)
    assert "币安人生/USDT:USDT" in again.pairs
    assert load_panel(again, ["币安人生/USDT:USDT"]).close[0, -1] == 3.0
    assert again.unread == ("BTC_USDC_USDC-5m-futures.feather", "ETH_USDT_USDT-5m-futures.json.gz")


def test_an_unknown_pair_is_named(folder: DataFolder) -> None:
    with pytest.raises(DataFolderError, match="NOPE/USDT:USDT"):
        load_panel(folder, ["NOPE/USDT:USDT"])


def test_a_damaged_file_is_named(folder: DataFolder) -> None:
    path = folder.path / "futures" / "ETH_USDT_USDT-5m-futures.feather"
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(DataFolderError, match="ETH_USDT_USDT-5m-futures"):
        load_panel(folder)


def test_candles_off_the_clock_are_refused(folder: DataFolder) -> None:
    write(folder.path, "BTC_USDT_USDT-5m-futures", candles(BEGIN + pd.Timedelta("1min"), 9), [1.0] * 9)
    with pytest.raises(DataFolderError, match="5m clock"):
        load_panel(folder)


def test_the_recorded_folder_has_31_funded_coins(recorded_data: Path) -> None:
    folder = open_folder(recorded_data)
    assert (len(folder.pairs), len(folder.funded)) == (61, 31)


def test_the_span_is_that_of_the_pairs_that_are_asked_for(folder: DataFolder) -> None:
    first, last = folder.span(("ETH/USDT:USDT",))
    assert (first, last) == (BEGIN + 10 * HOUR / 12, BEGIN + 400 * HOUR / 12)
    assert folder.span()[0] == BEGIN
    write(folder.path, "ETH_USDT_USDT-5m-futures", candles(BEGIN, 0), [])
    with pytest.raises(DataFolderError, match="no candles of ETH/USDT:USDT"):
        folder.span(("ETH/USDT:USDT",))
    assert folder.span()[0] == BEGIN
