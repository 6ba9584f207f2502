"""A Freqtrade data folder as arrays of the core: candles on one grid, funding at each close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from companion.offline.data_folder import DataFolder, DataFolderError, NoCandlesError
from companion.replay.candles import BASE_INTERVAL, Candles
from companion.replay.errors import MarketDataError
from companion.replay.folder import FundingRows, read_candles, read_funding
from hhq.arrays import FloatArray
from hhq.funding import funding_on_bars
from hhq.panel import CANDLE_MS, Panel, RecordedRows
from hhq_shared.recorded_archive import Archive
from hhq_shared.recorded_format import FOLDER as RECORDINGS
from hhq_shared.recorded_format import INPUTS, RecordingError

PRICES = ("open", "high", "low", "close", "volume")


def load_panel(
    folder: DataFolder,
    pairs: Sequence[str] | None = None,
    begin: datetime | None = None,
    end: datetime | None = None,
) -> Panel:
    """Candles of `pairs` (default: all in the folder) that open in [begin, end), in the order of `pairs`.

    NaN before a coin's listing and after its delisting; holes are filled as Freqtrade fills them: with candles at the last
    close, without volume. The panel begins and ends with the first and last candle that any of the coins has in that time.

    Raises DataFolderError naming an unknown pair or a damaged file, NoCandlesError where no coin has a candle in that time.
    """
    names = tuple(folder.pairs if pairs is None else pairs)
    series = [_cut(_without_holes(_read(folder, pair)), begin, end) for pair in names]
    filled = [candles for candles in series if len(candles)]
    if not filled:
        raise NoCandlesError(
            f"{folder.path}: no candles of {', '.join(names)} {_between(begin, end)}".rstrip()
        )
    first = min(int(candles.time[0]) for candles in filled) // CANDLE_MS
    bars = max(int(candles.time[-1]) for candles in filled) // CANDLE_MS - first + 1
    columns = {name: np.full((len(names), bars), np.nan) for name in PRICES}
    for coin, candles in enumerate(series):
        at = candles.time // CANDLE_MS - first
        for name in PRICES:
            columns[name][coin, at] = getattr(candles, name)
    return Panel(names, first, **columns)


def load_funding(folder: DataFolder, panel: Panel) -> FloatArray:
    """The last settled funding rate at each candle's close, % per 8 h, float64 (coins, bars); NaN where unknown.

    Only from the hourly file, as Freqtrade reads it. Raises DataFolderError for a damaged file.
    """
    result = np.full((panel.coins, panel.bars), np.nan)
    for coin, pair in enumerate(panel.symbols):
        rows = _funding_rows(folder, pair)
        if rows is not None:
            # Every row is a settlement; a rate of 0 is a real one (BNB settles at 0 for weeks).
            result[coin] = funding_on_bars(rows.time, rows.rate, panel.first_bar, panel.bars)
    return result


def load_settlements(folder: DataFolder, panel: Panel) -> FloatArray:
    """Funding rates settled at each candle's open, fractions of the notional, float64 (coins, bars); 0 where none is known.

    From the same file as :func:`load_funding`. Raises DataFolderError for a damaged file.
    """
    result = np.zeros((panel.coins, panel.bars))
    for coin, pair in enumerate(panel.symbols):
        rows = _funding_rows(folder, pair)
        if rows is not None:
            bar = rows.time // CANDLE_MS - panel.first_bar
            inside = (bar >= 0) & (bar < panel.bars)
            np.add.at(result[coin], bar[inside], rows.rate[inside])
    return result


def _funding_rows(folder: DataFolder, pair: str) -> FundingRows | None:
    files = folder.files(pair)
    if files.funding is None or not files.hourly_funding:
        return None
    try:
        return read_funding(files.funding)
    except MarketDataError as problem:
        raise DataFolderError(str(problem)) from problem


def load_recorded(folder: DataFolder, panel: Panel) -> RecordedRows:
    """What a backtest on the folder knows besides candles: any recordings, and settled funding. Raises DataFolderError."""
    archive = Archive(folder.path / RECORDINGS)
    try:
        rows = [archive.rows(pair, panel.first_bar, panel.bars) for pair in panel.symbols]
    except RecordingError as problem:
        raise DataFolderError(str(problem)) from problem
    stacked = [np.concatenate([getattr(row, name) for row in rows]) for name in INPUTS]
    return replace(RecordedRows(*stacked), funding_rate=load_funding(folder, panel))


def _read(folder: DataFolder, pair: str) -> Candles:
    path = folder.files(pair).futures[BASE_INTERVAL]
    try:
        candles = read_candles(path)
    except MarketDataError as problem:
        raise DataFolderError(str(problem)) from problem
    if bool((candles.time % CANDLE_MS).any()):
        raise DataFolderError(f"{path}: candles are not on the 5m clock")
    return candles


def _without_holes(candles: Candles) -> Candles:
    if len(candles) < 2:
        return candles
    place = (candles.time - candles.time[0]) // BASE_INTERVAL
    if int(place[-1]) == len(candles) - 1:
        return candles
    wanted = np.arange(int(place[-1]) + 1)
    last = np.searchsorted(place, wanted, side="right") - 1
    missing = place[last] != wanted
    close = candles.close[last]
    opened, high, low = (
        np.where(missing, close, column[last]) for column in (candles.open, candles.high, candles.low)
    )
    time = candles.time[0] + wanted * BASE_INTERVAL
    return Candles(time, opened, high, low, close, np.where(missing, 0.0, candles.volume[last]))


def _cut(candles: Candles, begin: datetime | None, end: datetime | None) -> Candles:
    first = 0 if begin is None else np.searchsorted(candles.time, begin.timestamp() * 1000)
    last = len(candles) if end is None else np.searchsorted(candles.time, end.timestamp() * 1000)
    return candles.rows(int(first), int(last))


def _between(begin: datetime | None, end: datetime | None) -> str:
    words = []
    if begin is not None:
        words.append(f"from {begin:%Y-%m-%d %H:%M}")
    if end is not None:
        words.append(f"to {end:%Y-%m-%d %H:%M}")
    return " ".join(words)
