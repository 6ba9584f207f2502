"""All features of many coins in one pass."""

from __future__ import annotations

import numpy as np

from hhq.arrays import BoolArray, FloatArray, IntArray, plain, round_all
from hhq.compiled import compiled
from hhq.features.candles import Candles, run_of
from hhq.features.catalogue import FROM_RECORDS, Feature, FeatureBlock
from hhq.features.coin import coin_features
from hhq.features.numbers import Numbers, hurst_lags, numbers
from hhq.panel import WINDOW, Panel, RecordedRows
from hhq.settings.features import FeatureSettings


@compiled
def _valid_candles(opened: FloatArray, candles: Candles) -> BoolArray:
    """Return where a candle is usable: finite prices above 0, high not below low, volume not negative."""
    high, low, close, volume, _ = candles
    valid = np.empty(len(close), dtype=np.bool_)
    for t in range(len(close)):
        prices = min(opened[t], close[t], low[t]) > 0.0 and np.isfinite(
            opened[t] + close[t] + low[t] + high[t]
        )
        valid[t] = prices and high[t] >= low[t] and volume[t] >= 0.0 and np.isfinite(volume[t])
    return valid


@compiled
def _fill(
    opened: FloatArray,
    candles: Candles,
    first: int,
    lags: IntArray,
    s: Numbers,
    values: FloatArray,
    history: IntArray,
) -> None:
    """Fill ``values`` and ``history``; each unbroken run of usable candles is a history of its own."""
    coins, bars = candles.close.shape
    for coin in range(coins):
        valid = _valid_candles(opened[coin], run_of(candles, coin, 0, bars))
        begin = 0
        while begin < bars:
            if not valid[begin]:
                if begin >= first:
                    values[:, coin, begin - first] = np.nan
                    history[coin, begin - first] = 0
                begin += 1
                continue
            end = begin
            while end < bars and valid[end]:
                end += 1
            if end > first:
                for t in range(max(begin, first), end):
                    history[coin, t - first] = min(t - begin + 1, WINDOW)
                coin_features(
                    run_of(candles, coin, begin, end),
                    max(first - begin, 0),
                    lags,
                    s,
                    values[:, coin, max(begin, first) - first : end - first],
                )
            begin = end
        for f in range(values.shape[0]):
            round_all(values[f, coin])


def compute_features(
    panel: Panel, recorded: RecordedRows, smt: FloatArray, settings: FeatureSettings, first: int = 0
) -> FeatureBlock:
    """Return the features of all coins from column ``first`` of ``panel`` on.

    ``recorded`` has the panel's shape; ``smt`` float64, one code per column of the panel or of the block
    (NaN = n/a). The cost grows with the number of columns requested. A candle with a missing or impossible
    value has no features and history 0, and the next one starts a new history. Raises ``ValueError`` when
    shapes or ``first`` do not fit.
    """
    if not 0 <= first < max(panel.bars, 1):
        raise ValueError(f"first: a column of the panel's {panel.bars} wanted, got {first}")
    bars = panel.bars - first
    if smt.shape not in ((panel.bars,), (bars,)):
        raise ValueError(f"smt: shape ({panel.bars},) or ({bars},) wanted, got {smt.shape}")
    values = np.full((len(Feature), panel.coins, bars), np.nan)
    history = np.zeros((panel.coins, bars), dtype=np.int64)
    values[Feature.SMT] = smt[len(smt) - bars :]
    for feature, name in FROM_RECORDS.items():
        rows: FloatArray = getattr(recorded, name)
        if rows.shape != panel.close.shape:
            raise ValueError(f"recorded.{name}: shape {panel.close.shape} wanted, got {rows.shape}")
        values[feature] = rows[:, first:]
    columns = (plain(panel.high), plain(panel.low), plain(panel.close), plain(panel.volume))
    candles = Candles(*columns, panel.first_bar)
    _fill(
        plain(panel.open),
        candles,
        first,
        hurst_lags(settings),
        numbers(settings),
        values,
        history,
    )
    return FeatureBlock(panel.symbols, panel.first_bar + first, values, history)
