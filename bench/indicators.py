"""The core against pandas_ta, the package `hurst` and numpy's histogram."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bench.market import COINS, long_series, whole_market
from bench.measure import Result, faster, seconds, side_by_side
from companion.offline.signals import Candles, CoreDecision
from hhq.features.hurst import rolling_hurst
from hhq.features.profile import rolling_profile
from hhq.panel import WINDOW
from hhq.settings import HHQSettings

PANDAS_TA_COINS = 8
_LONG = 100_000
_HURST_WINDOW, _HURST_SAMPLE = 256, 150
_PROFILE_WINDOW, _PROFILE_BINS, _PROFILE_SAMPLE = 288, 50, 4_000


def scan_544() -> Result:
    """Every coin of the market: features, filters, gates, layers, score, leverage of the last candle."""
    market, decide = whole_market(), CoreDecision(HHQSettings())
    frames = frames_of(market, PANDAS_TA_COINS)
    measured = side_by_side(
        lambda: decide(market, WINDOW - 1), lambda: [standard_indicators(frame) for frame in frames], 5
    )
    all_bars = seconds(lambda: decide(market, 0)) * 1e3
    peer = (
        f"pandas_ta a coin, standard indicators of 5m, 15m, 1h, 4h only ({PANDAS_TA_COINS} coins measured, "
        f"scaled to {COINS}); ours decides the last candle of each, all {WINDOW} candles take {all_bars:.0f} ms"
    )
    return faster("scan_544", measured, 200.0, peer, COINS / PANDAS_TA_COINS)


def hurst_100k() -> Result:
    """Rolling Hurst exponent of 100,000 candles."""
    from hurst import compute_Hc

    close = long_series(_LONG)[2]
    windows = np.lib.stride_tricks.sliding_window_view(close, _HURST_WINDOW)
    some = windows[:: len(windows) // _HURST_SAMPLE][:_HURST_SAMPLE]
    measured = side_by_side(
        lambda: rolling_hurst(close, _HURST_WINDOW),
        lambda: [compute_Hc(window, kind="price") for window in some],
        5,
    )
    peer = f"package hurst, compute_Hc a window of {_HURST_WINDOW} ({len(some)} windows measured, scaled)"
    return faster("hurst_100k", measured, 5_000.0, peer, len(windows) / len(some))


def poc_100k() -> Result:
    """Rolling point of control and value area of 100,000 candles."""
    high, low, close, volume = long_series(_LONG)
    first = _LONG - _PROFILE_SAMPLE
    measured = side_by_side(
        lambda: rolling_profile(high, low, volume, _PROFILE_WINDOW, _PROFILE_BINS),
        lambda: [_histogram_poc(close, volume, end) for end in range(first, _LONG)],
        5,
    )
    peer = (
        f"np.histogram a candle, closes weighted by volume ({_PROFILE_SAMPLE:,} candles measured, scaled); "
        "ours spreads volume over each candle's range and gives the value area too"
    )
    scale = (_LONG - _PROFILE_WINDOW + 1) / _PROFILE_SAMPLE
    return faster("poc_100k", measured, 40.0, peer, scale)


def _histogram_poc(close: np.ndarray, volume: np.ndarray, end: int) -> float:
    window = slice(end - _PROFILE_WINDOW, end)
    held, edges = np.histogram(close[window], bins=_PROFILE_BINS, weights=volume[window])
    peak = int(held.argmax())
    return float(edges[peak] + edges[peak + 1]) / 2.0


def frames_of(market: Candles, count: int) -> list[pd.DataFrame]:
    """The first coins as a bot has them."""
    panel = market.panel
    dates = pd.DatetimeIndex(panel.open_time.astype("datetime64[ms]"), tz="UTC")
    return [
        pd.DataFrame(
            {name: getattr(panel, name)[coin] for name in ("open", "high", "low", "close", "volume")},
            index=dates,
        )
        for coin in range(count)
    ]


def standard_indicators(frame: pd.DataFrame) -> list[object]:
    """The core's indicators that pandas_ta has too, on the whole window as pandas_ta computes them."""
    import pandas_ta as ta

    high, low, close, volume = frame["high"], frame["low"], frame["close"], frame["volume"]
    return [
        ta.rsi(close, 14),
        ta.atr(high, low, close, 14),
        ta.adx(high, low, close, 14),
        ta.macd(close),
        ta.bbands(close, 20, 2.0),
        ta.stochrsi(close),
        ta.ema(close, 8),
        ta.ema(close, 21),
        ta.vwap(high, low, close, volume),
        ta.zscore(close, 20),
        *(result for rule in ("15min", "1h", "4h") for result in _higher(frame, rule)),
    ]


def _higher(frame: pd.DataFrame, rule: str) -> list[object]:
    """A higher timeframe: its candles, the average, the change and the range that the core takes from it."""
    import pandas_ta as ta

    rules = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
    candles = frame.resample(rule).agg(rules)
    close = candles["close"]
    results = [ta.ema(close, 10), ta.roc(close, 3)]
    return [*results, ta.atr(candles["high"], candles["low"], close, 14)] if rule == "1h" else results
