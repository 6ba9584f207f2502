"""Closed 5m candles of many coins on one clock."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from hhq.arrays import FloatArray, IntArray
from hhq.compiled import compiled

CANDLE_MS = 300_000
"""Length of a candle of the base timeframe in milliseconds."""
CANDLES_PER_HOUR = 12
CANDLES_PER_DAY = 288
WINDOW = 1_500
"""No feature looks further back than this many closed candles."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Candles as arrays of shape (coins, bars), float64, oldest first.

    ``first_bar`` is the clock number of the first column: its open time in ms since 1970-01-01 UTC divided
    by ``CANDLE_MS``. The columns are consecutive candles of the clock, without holes in time. NaN where a coin
    has no candle (before its listing). ``volume`` in coins.
    """

    symbols: tuple[str, ...]
    first_bar: int
    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray

    def __post_init__(self) -> None:
        expected = (len(self.symbols), self.close.shape[-1])
        for name in ("open", "high", "low", "close", "volume"):
            array = getattr(self, name)
            if array.shape != expected or array.dtype != np.float64:
                raise ValueError(
                    f"panel.{name}: float64 of shape {expected} wanted, got {array.dtype} {array.shape}"
                )

    @property
    def coins(self) -> int:
        """Number of coins."""
        return len(self.symbols)

    @property
    def bars(self) -> int:
        """Number of candles per coin."""
        return int(self.close.shape[1])

    @property
    def open_time(self) -> IntArray:
        """Open times in ms UTC, int64, shape (bars,)."""
        return (self.first_bar + np.arange(self.bars, dtype=np.int64)) * CANDLE_MS


@dataclass(frozen=True, slots=True)
class RecordedRows:
    """What the recorder sealed at each candle's close: arrays of shape (coins, bars), float64, NaN = n/a.

    ``spread_pct``, ``basis_pct`` and ``funding_rate`` in percent (funding normalised to 8 h); ``imbalance``
    −100 … 100; ``imbalance_trend`` in points of imbalance; ``whale_z`` in standard deviations;
    ``liquidated_shorts`` (forced BUY) and ``liquidated_longs`` (forced SELL) in USDT over the last 30 s.
    """

    spread_pct: FloatArray
    imbalance: FloatArray
    imbalance_trend: FloatArray
    basis_pct: FloatArray
    funding_rate: FloatArray
    whale_z: FloatArray
    liquidated_shorts: FloatArray
    liquidated_longs: FloatArray

    @classmethod
    def not_available(cls, coins: int, bars: int) -> RecordedRows:
        """Return rows for a time without recordings: everything NaN."""
        return cls(*(np.full((coins, bars), np.nan) for _ in fields(cls)))

    @classmethod
    def of_funding(cls, funding: FloatArray) -> RecordedRows:
        """Return rows of which only the settled ``funding`` is known: float64 (coins, bars), % per 8 h."""
        return replace(cls.not_available(*funding.shape), funding_rate=np.ascontiguousarray(funding))


@compiled
def last_closed(column: int, first_bar: int, candles: int) -> int:
    """Return the last column at or before ``column`` that ends a clock-aligned candle made of ``candles`` 5m candles.

    A result of −1 or less means that none has closed yet.
    """
    return column - (first_bar + column + 1) % candles


@compiled
def aggregate(
    high: FloatArray, low: FloatArray, close: FloatArray, first_bar: int, candles: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return high, low and close of the clock-aligned candles that consist of ``candles`` 5m candles each.

    Inputs are one coin's float64 (bars,), without holes. Only complete candles: whatever comes before the first
    clock boundary or after the last one is left out.
    """
    begin = (-first_bar) % candles
    count = max((len(close) - begin) // candles, 0)
    highs = np.empty(count)
    lows = np.empty(count)
    closes = np.empty(count)
    for k in range(count):
        column = begin + k * candles
        top = high[column]
        bottom = low[column]
        for i in range(column + 1, column + candles):
            top = max(top, high[i])
            bottom = min(bottom, low[i])
        highs[k] = top
        lows[k] = bottom
        closes[k] = close[column + candles - 1]
    return highs, lows, closes
