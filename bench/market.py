"""Candles for the benchmarks: the generated market."""

from __future__ import annotations

from functools import cache

import numpy as np

from companion.offline.candles import load_funding, load_panel
from companion.offline.data_folder import DataFolder, embedded_folder
from companion.offline.pair_rules import load_pair_rules
from companion.offline.signals import Candles
from hhq.arrays import FloatArray
from hhq.panel import WINDOW

COINS = 544


@cache
def whole_market() -> Candles:
    """544 coins × 1,500 candles."""
    folder = embedded_folder(COINS, days=7)
    panel = load_panel(folder)
    candles = Candles(panel, load_funding(folder, panel), load_pair_rules(folder, panel.symbols).coins)
    return candles.window(panel.bars - WINDOW, panel.bars)


@cache
def long_folder() -> DataFolder:
    """Ten coins over 30 days, for Freqtrade."""
    return embedded_folder(10, days=30)


def long_series(bars: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """High, low, close and volume of a random walk of `bars` candles."""
    random = np.random.default_rng(1)
    close = 100.0 * np.exp(np.cumsum(random.normal(0.0, 0.001, bars)))
    reach = close * np.abs(random.normal(0.0, 0.001, (2, bars)))
    return close + reach[0], close - reach[1], close, random.lognormal(5.0, 1.0, bars)
