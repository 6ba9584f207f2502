"""What the strategy reads besides a pair's own candles: BTC and ETH, funding, recorded rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from freqtrade.data.dataprovider import DataProvider
from freqtrade.enums import CandleType, RunMode

from hhq.arrays import FloatArray
from hhq.coins import BTC, ETH
from hhq.funding import funding_on_bars
from hhq.input_digests import market_digest
from hhq.market.series import MarketSeries, market_series
from hhq.panel import Panel
from hhq.settings.market import MarketSettings
from hhq_freqtrade.analysis.frames import PRICES, open_times, panel_of

FUNDING_TIMEFRAME = "1h"


class MarketReader:
    """The state of the market by BTC and ETH, computed once for a stretch of candles and kept for all pairs."""

    def __init__(self) -> None:
        self._settings: MarketSettings | None = None
        self._frames: tuple[pd.DataFrame, pd.DataFrame] | None = None
        self._series: MarketSeries | None = None
        self._aligned: MarketSeries | None = None
        self._digest: tuple[int, float] | None = None

    def aligned(
        self, data: DataProvider, timeframe: str, first_bar: int, bars: int, settings: MarketSettings
    ) -> MarketSeries:
        """Return the state of the market on a stretch of the clock; in one loop most pairs need the same stretch."""
        series = self.series(data, timeframe, settings)
        known = self._aligned
        if known is None or (known.first_bar, known.bars) != (first_bar, bars):
            known = self._aligned = series.aligned(first_bar, bars)
        return known

    def series(self, data: DataProvider, timeframe: str, settings: MarketSettings) -> MarketSeries:
        """Return the state of the market over all BTC and ETH candles of the data provider."""
        frames = market_frames(data, timeframe)
        if self._series is None or self._settings is not settings or not self._known(frames, is_live(data)):
            self._series = market_series(_candles(BTC, frames[0]), _candles(ETH, frames[1]), settings)
            self._frames, self._settings, self._aligned, self._digest = frames, settings, None, None
        return self._series

    def digest(self, last_bar: int) -> float:
        """Return the digest of the candles from which the series that was returned last was computed."""
        if self._frames is None:
            return np.nan
        if self._digest is None or self._digest[0] != last_bar:
            btc, eth = (_candles(pair, frame) for pair, frame in zip((BTC, ETH), self._frames, strict=True))
            self._digest = (last_bar, market_digest(btc, eth, last_bar))
        return self._digest[1]

    def _known(self, frames: tuple[pd.DataFrame, pd.DataFrame], live: bool) -> bool:
        """Return whether the series was made from these frames.

        A running bot returns the same frames for every pair until candles are added or corrected. A backtest returns
        copies of the data on disk, which can differ only in where they begin and end.
        """
        if self._frames is None:
            return False
        pairs = list(zip(frames, self._frames, strict=True))
        return all(new is old for new, old in pairs) or (
            not live and all(_ends(new) == _ends(old) for new, old in pairs)
        )


def _ends(frame: pd.DataFrame) -> tuple[int, ...]:
    """Return the number of candles and the times of the first and the last."""
    return (len(frame), *open_times(frame)[[0, -1]].tolist()) if len(frame) else (0,)


def is_live(data: DataProvider) -> bool:
    """Return whether a bot is running, dry run or not."""
    return data.runmode in (RunMode.DRY_RUN, RunMode.LIVE)


def market_frames(data: DataProvider, timeframe: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the frames of BTC and ETH; they must not be written to."""
    return _frame(data, BTC, timeframe), _frame(data, ETH, timeframe)


def _frame(data: DataProvider, pair: str, timeframe: str, kind: str = "") -> pd.DataFrame:
    """Return the provider's frame of a pair; live it is the provider's own, which must not be written to."""
    if is_live(data):
        frame: pd.DataFrame = data.ohlcv(pair, timeframe, copy=False, candle_type=kind)
        return frame
    return data.get_pair_dataframe(pair, timeframe, candle_type=kind)


def _candles(pair: str, frame: pd.DataFrame) -> Panel:
    """Return the pair's candles as a panel, without candles if the provider has none."""
    if frame.empty:
        return Panel((pair,), 0, *(np.empty((1, 0)) for _ in PRICES))
    return panel_of(pair, frame)


def funding_rates(data: DataProvider, pair: str, first_bar: int, bars: int) -> FloatArray:
    """Return the pair's funding on candles in % per 8 h, float64 (bars,), NaN where its history is missing."""
    frame = _frame(data, pair, FUNDING_TIMEFRAME, CandleType.FUNDING_RATE)
    if frame.empty:
        return np.full(bars, np.nan)
    return funding_on_bars(open_times(frame), frame["open"].to_numpy(dtype=np.float64), first_bar, bars)
