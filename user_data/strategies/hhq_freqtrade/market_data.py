"""What the strategy reads besides a pair's own candles: BTC and ETH, funding, recorded rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from freqtrade.data.dataprovider import DataProvider
from freqtrade.enums import CandleType

from hhq.arrays import FloatArray
from hhq.funding import funding_on_bars
from hhq.market.series import MarketSeries, market_series
from hhq.panel import Panel
from hhq.settings.market import MarketSettings
from hhq_freqtrade.frames import PRICES, open_times, panel_of

BTC, ETH = "BTC/USDT:USDT", "ETH/USDT:USDT"
FUNDING_TIMEFRAME = "1h"


class MarketReader:
    """The market's state of BTC and ETH, computed once for a stretch of candles and kept for all pairs."""

    def __init__(self, settings: MarketSettings) -> None:
        self.settings = settings
        self._key: tuple[int, ...] = ()
        self._series: MarketSeries | None = None

    def series(self, data: DataProvider, timeframe: str) -> MarketSeries:
        """Return the state of the market over all candles of BTC and ETH that the provider has."""
        btc = candles_or_none(data, BTC, timeframe)
        eth = candles_or_none(data, ETH, timeframe)
        key = (btc.first_bar, btc.bars, eth.first_bar, eth.bars)
        if self._series is None or key != self._key:
            self._series = market_series(btc, eth, self.settings)
            self._key = key
        return self._series


def candles_or_none(data: DataProvider, pair: str, timeframe: str) -> Panel:
    """Return the pair's candles; a panel without candles where the provider has none."""
    frame = data.get_pair_dataframe(pair, timeframe)
    if frame.empty:
        return Panel((pair,), 0, *(np.empty((1, 0)) for _ in PRICES))
    return panel_of(pair, frame)


def funding_rates(data: DataProvider, pair: str, first_bar: int, bars: int) -> FloatArray:
    """Return the pair's funding in % per 8 h on candles, NaN where its history is not there."""
    frame: pd.DataFrame = data.get_pair_dataframe(
        pair, FUNDING_TIMEFRAME, candle_type=CandleType.FUNDING_RATE
    )
    if frame.empty:
        return np.full(bars, np.nan)
    return funding_on_bars(open_times(frame), frame["open"].to_numpy(dtype=np.float64), first_bar, bars)
