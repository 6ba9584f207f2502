"""Order book of one coin: recorded or drawn spread and imbalance around the last price."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from companion.replay.candles import BASE_INTERVAL
from companion.replay.folder import BookRows
from companion.replay.noise import unit
from companion.replay.tape import CoinTape

# Levels per side; a deeper request gets all of them.
DEPTH = 100
# Spread in % of the price by 24 h quote volume, for coins without a recorded book.
_SPREADS = (
    (5_000_000_000.0, 0.0005),
    (1_000_000_000.0, 0.004),
    (200_000_000.0, 0.012),
    (50_000_000.0, 0.025),
    (10_000_000.0, 0.05),
    (0.0, 0.10),
)
_LEAST_STEPS = 50
_LARGEST_IMBALANCE = 0.98
_MEMORY = 6
_DECAY = 0.7


@dataclass(frozen=True, slots=True)
class Quote:
    """Best bid and ask: prices in ticks, sizes in quantity steps."""

    bid: int
    ask: int
    bid_size: int
    ask_size: int


@dataclass(frozen=True, slots=True)
class Depth:
    """Price levels from the best outward: (price in ticks, size in steps)."""

    bids: list[tuple[int, int]]
    asks: list[tuple[int, int]]


class Book:
    """A pure function of the instant: the same time gives the same book."""

    def __init__(self, tape: CoinTape, rows: BookRows | None, seed: int) -> None:
        self._tape = tape
        self._seed = seed
        self._times: list[int] = [] if rows is None else rows.time.tolist()
        self._spreads: list[float] = [] if rows is None else rows.spread_pct.tolist()
        self._imbalances: list[float] = [] if rows is None else rows.imbalance.tolist()

    def quote(self, time: int, day_volume: float, day_quote: float) -> Quote:
        """Best bid and ask; `day_volume` (coins) and `day_quote` are the volumes of the last 24 hours."""
        bid, ask = self._best(time, day_quote)
        size, tilt = self._size(day_volume), self._tilt(time)
        factor = 0.4 + 1.2 * unit(self._seed, time // 1000)
        bid_size, ask_size = _tilted(size * factor, tilt)
        return Quote(bid, ask, bid_size, ask_size)

    def depth(self, time: int, day_volume: float, day_quote: float, levels: int) -> Depth:
        """`levels` price levels per side, at most DEPTH; the best of them is `quote`."""
        bid, ask = self._best(time, day_quote)
        size, tilt = self._size(day_volume), self._tilt(time)
        gap = max(1, round(self._tape.price_at(time) * 0.00005 / self._tape.grid.tick))
        second = time // 1000
        bids: list[tuple[int, int]] = []
        asks: list[tuple[int, int]] = []
        for level in range(min(levels, DEPTH)):
            # One draw for both sides: the imbalance is right however many levels are summed.
            factor = (0.4 + 1.2 * unit(self._seed, second, level)) * (1.0 + 0.1 * level)
            bid_size, ask_size = _tilted(size * factor, tilt)
            if bid - level * gap > 0:
                bids.append((bid - level * gap, bid_size))
            asks.append((ask + level * gap, ask_size))
        return Depth(bids, asks)

    def _best(self, time: int, day_quote: float) -> tuple[int, int]:
        grid = self._tape.grid
        price = self._tape.price_at(time)
        ticks = max(1, round(price / grid.tick))
        spread = max(1, round(self.spread_at(time, day_quote) / 100.0 * ticks))
        # The last trade hit either the bid or the ask; which of them changes from trade to trade.
        below = spread // 2 if spread > 1 else int(unit(self._seed, self._tape.event_at(time)) < 0.5)
        bid = max(1, ticks - below)
        return bid, bid + spread

    def spread_at(self, time: int, day_quote: float) -> float:
        """Spread in % of the price."""
        if self._times:
            return self._joined(self._spreads, time)
        return next(spread for volume, spread in _SPREADS if day_quote >= volume)

    def imbalance_at(self, time: int) -> float:
        """(bid size - ask size) / sum × 100."""
        if self._times:
            return self._joined(self._imbalances, time)
        number, elapsed = divmod(time - self._tape.coin.offset, BASE_INTERVAL)
        before, after = self._drawn(number - 1), self._drawn(number)
        return before + (after - before) * elapsed / BASE_INTERVAL

    def _drawn(self, number: int) -> float:
        """Imbalance at the close of candle `number`: a moving average of draws."""
        total = sum(
            _DECAY**back * (2.0 * unit(self._seed, number - back, 1) - 1.0) for back in range(_MEMORY)
        )
        return 35.0 * total

    def _joined(self, values: list[float], time: int) -> float:
        """Value at `time`: a row's value applies at its candle's close, linearly interpolated in between."""
        after = bisect_right(self._times, time - BASE_INTERVAL)
        if after in (0, len(self._times)):
            return values[min(after, len(self._times) - 1)]
        begin, end = self._times[after - 1], self._times[after]
        part = (time - BASE_INTERVAL - begin) / (end - begin)
        return values[after - 1] + (values[after] - values[after - 1]) * part

    def _size(self, day_volume: float) -> float:
        """Mean size of a level in quantity steps."""
        return max(_LEAST_STEPS, day_volume / self._tape.grid.step / 12_000.0)

    def _tilt(self, time: int) -> float:
        tilt = self.imbalance_at(time) / 100.0
        return max(-_LARGEST_IMBALANCE, min(_LARGEST_IMBALANCE, tilt))


def _tilted(size: float, tilt: float) -> tuple[int, int]:
    return max(1, round(size * (1.0 + tilt))), max(1, round(size * (1.0 - tilt)))
