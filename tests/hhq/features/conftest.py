"""Candles for the tests of features."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
import pytest

from hhq.arrays import FloatArray
from hhq.features.block import compute_features
from hhq.features.candles import Candles
from hhq.features.catalogue import FeatureBlock
from hhq.features.coin import coin_features
from hhq.features.numbers import hurst_lags, numbers
from hhq.panel import Panel, RecordedRows
from hhq.settings.features import FeatureSettings


class MakePanel(Protocol):
    def __call__(
        self, coins: int = ..., bars: int = ..., *, seed: int = ..., first_bar: int = ..., move: float = ...
    ) -> Panel: ...


Features = Callable[..., FeatureBlock]


def _make_panel(
    coins: int = 1, bars: int = 400, *, seed: int = 1, first_bar: int = 5_842_123, move: float = 0.002
) -> Panel:
    """Random walks: prices of very different magnitude, wicks, volume that comes in bursts."""
    rng = np.random.default_rng(seed)
    start = 10.0 ** rng.uniform(-4, 4, (coins, 1))
    close = start * np.exp(np.cumsum(move * rng.standard_normal((coins, bars)), axis=1))
    opened = np.concatenate([start, close[:, :-1]], axis=1)
    wick = np.exp(0.3 * move * np.abs(rng.standard_normal((2, coins, bars))))
    high = np.maximum(opened, close) * wick[0]
    low = np.minimum(opened, close) / wick[1]
    volume = rng.lognormal(5.0, 1.0, (coins, bars))
    return Panel(tuple(f"C{i}" for i in range(coins)), first_bar, opened, high, low, close, volume)


def _features(panel: Panel, first: int = 0, settings: FeatureSettings | None = None) -> FeatureBlock:
    rows = RecordedRows.not_available(panel.coins, panel.bars)
    smt = np.full(panel.bars, np.nan)
    return compute_features(panel, rows, smt, settings or FeatureSettings(), first)


def _unrounded(panel: Panel, first: int = 0) -> FloatArray:
    settings = FeatureSettings()
    values = np.full((53, 1, panel.bars - first), np.nan)
    coin_features(
        Candles(panel.high[0], panel.low[0], panel.close[0], panel.volume[0], panel.first_bar),
        first,
        hurst_lags(settings),
        numbers(settings),
        values[:, 0, :],
    )
    return values[:, 0, :]


def _cut(panel: Panel, begin: int, end: int) -> Panel:
    arrays = (panel.open, panel.high, panel.low, panel.close, panel.volume)
    return Panel(panel.symbols, panel.first_bar + begin, *(a[:, begin:end].copy() for a in arrays))


@pytest.fixture(scope="session")
def make_panel() -> MakePanel:
    return _make_panel


@pytest.fixture(scope="session")
def features() -> Features:
    """Features of a panel without recorded rows."""
    return _features


@pytest.fixture(scope="session")
def unrounded() -> Callable[..., FloatArray]:
    """Features of a panel's first coin before they are rounded: (len(Feature), bars)."""
    return _unrounded


@pytest.fixture(scope="session")
def cut() -> Callable[[Panel, int, int], Panel]:
    """The panel's columns from … to."""
    return _cut
