"""One coin's tape: what it shows at an instant of served time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from companion.replay.candles import BASE_INTERVAL, Candles, bucket_start
from companion.replay.market import Coin
from companion.replay.path import (
    Bar,
    CandleKey,
    CandlePath,
    Grid,
    buy_share,
    candle_path,
    event_count,
    event_counts,
    quote_volume,
)

# Trade numbers: candle number × this + event number; larger than the event count of any candle.
TRADES_PER_CANDLE = 256
_KEPT_PATHS = 3


@dataclass(frozen=True, slots=True)
class Kline:
    """A candle as an exchange shows it. Times in ms, volumes in coins and in quote currency."""

    open_time: int
    interval: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    quote: float
    trades: int
    buy_volume: float
    buy_quote: float
    first_trade: int
    last_trade: int

    @property
    def close_time(self) -> int:
        """Last millisecond of the candle."""
        return self.open_time + self.interval - 1


@dataclass(frozen=True, slots=True)
class Trade:
    """One aggregated trade."""

    number: int
    time: int
    price: float
    quantity: float
    is_buy: bool


class CoinTape:
    """The candles of a coin up to an instant, with the path of the candle that is forming."""

    def __init__(self, coin: Coin, seed: int) -> None:
        self.coin = coin
        self.candles = coin.candles
        rules = coin.rules
        self.grid = Grid(rules.tick, rules.step, rules.price_digits, rules.quantity_digits)
        self._seed = seed
        self._paths: dict[int, CandlePath] = {}
        self._row = 0

    def row_at(self, time: int) -> int:
        """Row of the last 5m candle opened at or before `time`; -1 before the first."""
        times, row = self.candles.time, self._row
        if not times[row] <= time < times[row] + BASE_INTERVAL:
            row = int(np.searchsorted(times, time, side="right")) - 1
            self._row = max(row, 0)
        return row

    def forms_at(self, row: int, time: int) -> bool:
        """Whether candle `row` is still forming at `time`."""
        return row >= 0 and time < int(self.candles.time[row]) + BASE_INTERVAL

    def path(self, row: int) -> CandlePath:
        """The price path inside 5m candle `row`."""
        path = self._paths.get(row)
        if path is None:
            key = CandleKey(self.coin.symbol, int(self.candles.time[row]) - self.coin.offset, self._seed)
            path = candle_path(key, self.bar(row), self.grid, BASE_INTERVAL)
            while len(self._paths) >= _KEPT_PATHS:
                del self._paths[min(self._paths)]
            self._paths[row] = path
        return path

    def prepare(self, time: int) -> None:
        """Draw the path of the candle after the one of `time`, if there is one."""
        row = self.row_at(time) + 1
        if 0 < row < len(self.candles):
            self.path(row)

    def bar(self, row: int) -> Bar:
        """Prices and volume of 5m candle `row` when it has closed."""
        candles = self.candles
        return Bar(
            float(candles.open[row]),
            float(candles.high[row]),
            float(candles.low[row]),
            float(candles.close[row]),
            float(candles.volume[row]),
        )

    def price_at(self, time: int) -> float:
        """Last traded price at `time`; NaN before the first candle."""
        row = self.row_at(time)
        if row < 0:
            return float("nan")
        opened = int(self.candles.time[row])
        if time >= opened + BASE_INTERVAL:
            return float(self.candles.close[row])
        path = self.path(row)
        return path.price[path.index_at(time - opened)]

    def event_at(self, time: int) -> int:
        """Number of the last event at `time`: it grows by one with every price change or trade."""
        row = self.row_at(time)
        if row < 0:
            return -1
        opened = int(self.candles.time[row])
        last = self.first_trade(row) + TRADES_PER_CANDLE - 1
        if time >= opened + BASE_INTERVAL:
            return last
        return self.first_trade(row) + self.path(row).index_at(time - opened)

    def first_trade(self, row: int) -> int:
        """Number of the first trade of candle `row`."""
        recorded = int(self.candles.time[row]) - self.coin.offset
        return recorded // BASE_INTERVAL * TRADES_PER_CANDLE

    def trades(self, after: int, until: int) -> list[Trade]:
        """Aggregated trades with after < time ≤ until, in order."""
        found: list[Trade] = []
        for row in range(max(self.row_at(after), 0), self.row_at(until) + 1):
            found.extend(self._trades_of(row, after, until))
        return found

    def _trades_of(self, row: int, after: int, until: int) -> list[Trade]:
        opened = int(self.candles.time[row])
        first, last = after - opened, min(until - opened, BASE_INTERVAL - 1)
        if self.candles.volume[row] <= 0.0 or first >= BASE_INTERVAL:
            return []
        path, number = self.path(row), self.first_trade(row)
        rows = range(path.index_at(first) + 1, path.index_at(last) + 1)
        trades = (
            Trade(number + i, opened + path.elapsed[i], path.price[i], path.quantity(i), path.buy[i])
            for i in rows
        )
        return [trade for trade in trades if trade.quantity > 0.0]

    def forming(self, interval: int, time: int) -> Kline | None:
        """The candle of `interval` ms that contains `time`, as it stands at that moment; None if there is none."""
        row = self.row_at(time)
        if not self.forms_at(row, time):
            return None
        current = self._base_kline(row, time)
        if interval == BASE_INTERVAL:
            return current
        start = bucket_start(time, interval)
        first = int(np.searchsorted(self.candles.time, start))
        if first == row:
            return _extended(None, current, start, interval)
        return _extended(self._summed(first, row, start, interval), current, start, interval)

    def closed(self, interval: int, open_time: int) -> Kline | None:
        """The candle of `interval` ms opened at `open_time` as it stands when it has closed."""
        first, last = np.searchsorted(self.candles.time, (open_time, open_time + interval))
        if first == last:
            return None
        if interval == BASE_INTERVAL:
            return self._closed_row(int(first))
        return self._summed(int(first), int(last), open_time, interval)

    def _summed(self, first: int, last: int, open_time: int, interval: int) -> Kline:
        """Rows first..last-1 as one candle."""
        sums = activity(self.candles.rows(first, last), self.grid)
        rows = self.candles.rows(first, last)
        return Kline(
            open_time,
            interval,
            float(rows.open[0]),
            float(rows.high.max()),
            float(rows.low.min()),
            float(rows.close[-1]),
            float(rows.volume.sum()),
            float(sums.quote.sum()),
            int(sums.trades.sum()),
            float(sums.buy_volume.sum()),
            float(sums.buy_quote.sum()),
            self.first_trade(first),
            self.first_trade(last - 1) + max(int(sums.trades[-1]) - 1, 0),
        )

    def _closed_row(self, row: int) -> Kline:
        """One closed 5m candle; plain numbers, because at a close every coin needs one at once."""
        bar = self.bar(row)
        quote = bar.volume * (bar.open + bar.high + bar.low + bar.close) / 4.0
        share, first = bar.buy_share, self.first_trade(row)
        trades = event_count(bar.volume, self.grid.step) if bar.volume > 0.0 else 0
        return Kline(
            int(self.candles.time[row]), BASE_INTERVAL, bar.open, bar.high, bar.low, bar.close,
            bar.volume, quote, trades, bar.volume * share, quote * share,
            first, first + max(trades - 1, 0),
        )  # fmt: skip

    def _base_kline(self, row: int, time: int) -> Kline:
        opened = int(self.candles.time[row])
        path = self.path(row)
        k = path.index_at(time - opened)
        share = self.bar(row).buy_share
        volume, quote = path.volume[k], path.quote[k]
        first = self.first_trade(row)
        return Kline(
            opened,
            BASE_INTERVAL,
            path.price[0],
            path.high[k],
            path.low[k],
            path.price[k],
            volume,
            quote,
            k + 1 if self.candles.volume[row] > 0.0 else 0,
            volume * share,
            quote * share,
            first,
            first + k,
        )


@dataclass(frozen=True, slots=True)
class Activity:
    """What closed candles do not store: traded value, trade counts, taker buys."""

    quote: np.ndarray[tuple[int], np.dtype[np.float64]]
    trades: np.ndarray[tuple[int], np.dtype[np.int64]]
    buy_volume: np.ndarray[tuple[int], np.dtype[np.float64]]
    buy_quote: np.ndarray[tuple[int], np.dtype[np.float64]]


def activity(rows: Candles, grid: Grid) -> Activity:
    """Traded value, trade counts and taker buys of closed candles, as their paths end."""
    quote = quote_volume(rows.open, rows.high, rows.low, rows.close, rows.volume)
    share = buy_share(rows.open, rows.high, rows.low, rows.close)
    return Activity(quote, event_counts(rows.volume, grid.step), rows.volume * share, quote * share)


def _extended(earlier: Kline | None, current: Kline, start: int, interval: int) -> Kline:
    """`earlier` (closed 5m candles of a bucket) and the forming 5m candle as one candle."""
    if earlier is None:
        earlier = Kline(
            start,
            interval,
            current.open,
            current.high,
            current.low,
            current.close,
            0.0,
            0.0,
            0,
            0.0,
            0.0,
            current.first_trade,
            current.last_trade,
        )
    return Kline(
        start,
        interval,
        earlier.open,
        max(earlier.high, current.high),
        min(earlier.low, current.low),
        current.close,
        earlier.volume + current.volume,
        earlier.quote + current.quote,
        earlier.trades + current.trades,
        earlier.buy_volume + current.buy_volume,
        earlier.buy_quote + current.buy_quote,
        earlier.first_trade,
        current.last_trade,
    )
