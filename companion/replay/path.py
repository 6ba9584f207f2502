"""The price path inside one candle: a pure function of (symbol, recorded open time, candle, seed).

REST and WebSocket read the same path, so they agree at every instant.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from companion.replay.candles import FloatArray, IntArray

# Aggregated trades in a liquid 5m candle: about one in 1.25 seconds.
MOST_EVENTS = 240
FEWEST_EVENTS = 4
# A rising candle visits its low first this often (a falling one its high).
_USUAL_ORDER = 0.75
_NOISE = 0.35
# Takers buy half of the volume, give or take up to this much, depending on where the candle closes in its range.
BUY_TILT = 0.3
# How far a leg may stray beyond its two ends, as a part of the way to the candle's extreme. Below
# one half, so that rounding to the tick cannot reach the extreme: only the nodes touch it.
_STRAY = 0.3


@dataclass(frozen=True, slots=True)
class CandleKey:
    """What a path is drawn from: the symbol, the open time as recorded (ms), the seed."""

    symbol: str
    open_time: int
    seed: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One candle's prices and volume (coins)."""

    open: float
    high: float
    low: float
    close: float
    volume: float

    @property
    def buy_share(self) -> float:
        """Part of the volume that takers bought: 0.5 ± BUY_TILT depending on where it closed in its range."""
        span = self.high - self.low
        return 0.5 + (BUY_TILT * (self.close - self.open) / span if span > 0.0 else 0.0)


@dataclass(frozen=True, slots=True)
class Grid:
    """Price tick and quantity step, with their decimals."""

    tick: float
    step: float
    price_digits: int
    quantity_digits: int


@dataclass(frozen=True, slots=True)
class Node:
    """A turning point of the path: milliseconds after the open, and the price there."""

    elapsed: int
    price: float


@dataclass(frozen=True, slots=True)
class CandlePath:
    """Events of a candle in order; each is one aggregated trade. Running values include the event."""

    elapsed: list[int]
    price: list[float]
    high: list[float]
    low: list[float]
    volume: list[float]
    quote: list[float]
    buy: list[bool]
    nodes: tuple[Node, Node, Node, Node]

    def index_at(self, elapsed: int) -> int:
        """Index of the last event at or before `elapsed` ms after the open (≥ 0)."""
        return bisect_right(self.elapsed, elapsed) - 1

    def quantity(self, index: int) -> float:
        """Coins traded in event `index`."""
        before = self.volume[index - 1] if index else 0.0
        return round(self.volume[index] - before, 8)


def event_count(volume: float, step: float) -> int:
    """Events of a candle with `volume` coins: one per quantity step, within the two bounds."""
    return int(min(MOST_EVENTS, max(FEWEST_EVENTS, volume / step)))


def event_counts(volume: FloatArray, step: float) -> IntArray:
    """`event_count` for a column; 0 where nothing was traded."""
    counts = np.clip(volume / step, FEWEST_EVENTS, MOST_EVENTS).astype(np.int64)
    return np.where(volume > 0.0, counts, 0)


def quote_volume(
    bar_open: FloatArray, high: FloatArray, low: FloatArray, close: FloatArray, volume: FloatArray
) -> FloatArray:
    """Traded value in quote currency of closed candles: volume at their mean price (o+h+l+c)/4."""
    return volume * (bar_open + high + low + close) / 4.0


def buy_share(bar_open: FloatArray, high: FloatArray, low: FloatArray, close: FloatArray) -> FloatArray:
    """`Bar.buy_share` for columns."""
    span = high - low
    body = np.divide(close - bar_open, span, out=np.zeros_like(span), where=span > 0.0)
    return 0.5 + BUY_TILT * body


def candle_nodes(key: CandleKey, bar: Bar, grid: Grid, duration: int) -> tuple[Node, Node, Node, Node]:
    """Open, first extreme, second extreme and close of the path that `candle_path` draws."""
    _, indices, elapsed, prices = _skeleton(key, bar, grid, duration)
    first, second, third, fourth = (
        Node(int(elapsed[index]), price) for index, price in zip(indices, prices, strict=True)
    )
    return first, second, third, fourth


def candle_path(key: CandleKey, bar: Bar, grid: Grid, duration: int) -> CandlePath:
    """Draw the path of a candle of `duration` ms.

    It starts at the open, touches one extreme, then the other, and ends at the close; it never
    leaves [low, high]; prices lie on the tick grid where the candle's own prices do; the running
    volume rises to the candle's volume.
    """
    random, indices, elapsed, prices = _skeleton(key, bar, grid, duration)
    count = len(elapsed)
    path = np.empty(count)
    for start, end, price, target in zip(indices, indices[1:], prices, prices[1:], strict=False):
        path[start : end + 1] = _leg(random, bar, grid, price, target, end - start)
    volume = _running_volume(random, bar.volume, grid, count)
    traded = np.cumsum(np.diff(volume, prepend=0.0) * path)
    value = bar.volume * (bar.open + bar.high + bar.low + bar.close) / 4.0
    if traded[-1] > 0.0:
        # Closed candles have no path at hand: their traded value is a formula, which the path has to match.
        traded *= value / traded[-1]
        traded[-1] = value
    first, second, third, fourth = (
        Node(int(elapsed[index]), price) for index, price in zip(indices, prices, strict=True)
    )
    return CandlePath(
        elapsed.tolist(),
        path.tolist(),
        np.maximum.accumulate(path).tolist(),
        np.minimum.accumulate(path).tolist(),
        volume.tolist(),
        traded.tolist(),
        _buy_flags(count, bar),
        (first, second, third, fourth),
    )


def _skeleton(
    key: CandleKey, bar: Bar, grid: Grid, duration: int
) -> tuple[np.random.Generator, list[int], IntArray, list[float]]:
    """Event times and nodes, preceded by the random source in its state after those draws."""
    random = np.random.Generator(
        np.random.PCG64([zlib.crc32(key.symbol.encode()), abs(key.open_time) // 1000, key.seed])
    )
    count = event_count(bar.volume, grid.step)
    elapsed = ((np.arange(count) + random.random(count)) * (duration / count)).astype(np.int64)
    elapsed[0] = 0
    usual, early, late = random.random(3)
    last = count - 1
    first = 1 + int(early * 0.4 * (last - 2))
    second = max(first + 1, int((0.5 + 0.4 * late) * last))
    low_first = (bar.close >= bar.open) == (usual < _USUAL_ORDER)
    extremes = [bar.low, bar.high] if low_first else [bar.high, bar.low]
    return random, [0, first, min(second, last - 1), last], elapsed, [bar.open, *extremes, bar.close]


def _leg(
    random: np.random.Generator, bar: Bar, grid: Grid, start: float, end: float, steps: int
) -> FloatArray:
    """Prices from `start` to `end` in `steps` steps, both ends included: a noisy bridge on the grid."""
    if steps <= 1:
        return np.array([start, end])[: steps + 1]
    way = np.linspace(0.0, 1.0, steps + 1)
    noise = np.cumsum(random.standard_normal(steps + 1)) * (_NOISE * (bar.high - bar.low) / np.sqrt(steps))
    noise -= noise[0] + (noise[-1] - noise[0]) * way
    lower, upper = min(start, end), max(start, end)
    lower -= _STRAY * (lower - bar.low)
    upper += _STRAY * (bar.high - upper)
    leg = np.clip(start + (end - start) * way + noise, lower, upper)
    leg = np.asarray(np.round(np.rint(leg / grid.tick) * grid.tick, grid.price_digits))
    np.clip(leg, bar.low, bar.high, out=leg)
    leg[0], leg[-1] = start, end
    return leg


def _running_volume(random: np.random.Generator, volume: float, grid: Grid, count: int) -> FloatArray:
    """Cumulated volume after each event, on the quantity grid, ending at exactly `volume`."""
    share = np.cumsum(random.standard_exponential(count))
    share /= share[-1]
    running: FloatArray = np.round(np.floor(volume * share / grid.step) * grid.step, grid.quantity_digits)
    np.minimum(running, volume, out=running)
    running[-1] = volume
    return running


def _buy_flags(count: int, bar: Bar) -> list[bool]:
    """For each event whether its taker bought: as many as the buy share demands, evenly spread."""
    wanted = np.floor(bar.buy_share * np.arange(count + 1))
    flags: list[bool] = (np.diff(wanted) > 0.0).tolist()
    return flags
