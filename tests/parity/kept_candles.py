"""Recorded candles put into a bot's cache at each loop, in place of a download: the long run needs no server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.enums import CandleType
from freqtrade.exchange import Exchange

from companion.market.candles import FIELDS
from companion.offline.candles import load_panel
from companion.offline.data_folder import DataFolder
from companion.replay.folder import read_funding
from hhq.panel import CANDLE_MS, Panel

_CACHED = 1_996
"""Candles that a bot with four calls a pair holds."""


class KeptCandles:
    """Frames of all candles of some coins as Freqtrade makes them, cut at the current time."""

    def __init__(self, folder: DataFolder, pairs: Sequence[str]) -> None:
        panel = load_panel(folder, list(pairs))
        self._candles = {pair: _candles(panel, row) for row, pair in enumerate(panel.symbols)}
        self._funding = {pair: _funding(folder, pair) for pair in panel.symbols}

    def serve(self, exchange: Exchange) -> None:
        """Answer the exchange's refreshes from here."""

        def refresh(pairs: Sequence[tuple[str, str, CandleType]], **_: Any) -> dict[Any, pd.DataFrame]:
            now = datetime.now(UTC)
            found = {key: self._frame(key, now) for key in pairs}
            exchange._klines.update(found)
            return found

        exchange.refresh_latest_ohlcv = refresh  # the one method that downloads

    def _frame(self, key: tuple[str, str, CandleType], now: datetime) -> pd.DataFrame:
        pair, timeframe, kind = key
        if kind is CandleType.FUNDING_RATE:
            frame = self._funding[pair]
            return frame[frame["date"] <= now].reset_index(drop=True)
        assert timeframe == "5m"
        frame = self._candles[pair]
        closed = frame["date"] <= now - pd.Timedelta(milliseconds=CANDLE_MS)
        return frame[closed].tail(_CACHED).reset_index(drop=True)


def _candles(panel: Panel, row: int) -> pd.DataFrame:
    dates = pd.to_datetime(panel.open_time, unit="ms", utc=True).as_unit("ms")
    frame = pd.DataFrame({"date": dates, **{name: getattr(panel, name)[row] for name in FIELDS}})
    return frame[~np.isnan(panel.close[row])].reset_index(drop=True)


def _funding(folder: DataFolder, pair: str) -> pd.DataFrame:
    path = folder.files(pair).funding
    if path is None:
        return pd.DataFrame({"date": pd.to_datetime([], utc=True), **{name: [] for name in FIELDS}})
    history = read_funding(path)
    dates = pd.to_datetime(history.time, unit="ms", utc=True).as_unit("ms")
    frame = pd.DataFrame({"date": dates, **dict.fromkeys(FIELDS, 0.0)})
    frame["open"] = history.rate
    return frame
