"""Candle history over REST: which rows a request selects, and their text form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from companion.replay.candles import (
    BASE_INTERVAL,
    Candles,
    FloatArray,
    bucket_rows,
    bucket_start,
    joined,
)
from companion.replay.decimals import plain_column
from companion.replay.path import Grid
from companion.replay.rules import Json
from companion.replay.tape import Activity, CoinTape, Kline, activity

QUOTE_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Window:
    """A request's time window: open times in ms, both ends included, and the maximum number of rows."""

    start: int | None
    end: int | None
    limit: int

    def select(self, times: np.ndarray[tuple[int], np.dtype[np.int64]]) -> tuple[int, int]:
        """First and last+1 row: the oldest `limit` from the start on, else the newest `limit`."""
        first = 0 if self.start is None else int(np.searchsorted(times, self.start))
        last = len(times) if self.end is None else int(np.searchsorted(times, self.end, "right"))
        if self.start is None:
            return max(first, last - self.limit), max(first, last)
        return first, max(first, min(last, first + self.limit))


def kline_rows(tape: CoinTape, interval: int, window: Window, now: int) -> list[Json]:
    """Rows of 12 entries, oldest first; the last one is the candle that is forming, if selected."""
    candles, sums = _closed(tape, interval, window, now)
    forming = tape.forming(interval, now)
    times = candles.time if forming is None else np.append(candles.time, forming.open_time)
    first, last = window.select(times)
    closed = min(last, len(candles))
    rows = _rows(candles.rows(first, closed), _part(sums, first, closed), interval, tape)
    if forming is not None and first <= len(candles) < last:
        rows.append(forming_row(forming, tape.grid))
    return rows


def forming_row(kline: Kline, grid: Grid) -> Json:
    """One candle as a REST row."""
    price, size = grid.price_digits, grid.quantity_digits
    return [
        kline.open_time,
        *plain_column(np.array([kline.open, kline.high, kline.low, kline.close]), price),
        *plain_column(np.round(np.array([kline.volume]), size), size),
        kline.close_time,
        f"{kline.quote:.{QUOTE_DIGITS}f}",
        kline.trades,
        f"{kline.buy_volume:.{size}f}",
        f"{kline.buy_quote:.{QUOTE_DIGITS}f}",
        "0",
    ]


def _closed(tape: CoinTape, interval: int, window: Window, now: int) -> tuple[Candles, Activity]:
    """Closed candles that can matter to `window`: from the folder's longer files first, then built from 5m."""
    end = bucket_start(now, interval)
    base = tape.candles
    last = int(np.searchsorted(base.time, end))
    first = 0
    if window.start is not None:
        start = bucket_start(max(window.start, 0), interval)
        first = min(int(np.searchsorted(base.time, start)), last)
        most = (window.limit + 1) * (interval // BASE_INTERVAL)
        last = min(last, first + most) if int(base.time[0]) < start else last
    elif window.end is None:
        first = newest_from(base, last, interval, window.limit)
    rows = base.rows(first, last)
    sums = activity(rows, tape.grid)
    if interval == BASE_INTERVAL:
        return rows, sums
    built, built_sums = _built(rows, sums, interval)
    earlier = tape.coin.earlier(interval) if first == 0 else None
    if earlier is None:
        return built, built_sums
    return _with_earlier(earlier, built, built_sums, tape.grid, interval, end)


def newest_from(base: Candles, last: int, interval: int, limit: int) -> int:
    """First 5m row of the newest `limit` candles of `interval` before row `last`.

    Counted in rows, not in time: a gap or a delisting leaves fewer candles in the time than requested.
    """
    first = max(0, last - (limit + 1) * (interval // BASE_INTERVAL))
    if first == 0:
        return 0
    return int(np.searchsorted(base.time, bucket_start(int(base.time[first]), interval)))


def _built(rows: Candles, sums: Activity, interval: int) -> tuple[Candles, Activity]:
    if len(rows) == 0:
        return rows, sums
    starts, _ = bucket_rows(rows.time, interval)
    return rows.aggregated(interval), Activity(
        np.add.reduceat(sums.quote, starts),
        np.add.reduceat(sums.trades, starts),
        np.add.reduceat(sums.buy_volume, starts),
        np.add.reduceat(sums.buy_quote, starts),
    )


def _with_earlier(
    earlier: Candles, built: Candles, sums: Activity, grid: Grid, interval: int, end: int
) -> tuple[Candles, Activity]:
    """The folder's own candles before the first complete bucket of 5m candles."""
    earlier, replaced = earlier_rows(earlier.between(0, end), built)
    sums = _part(sums, replaced, len(sums.quote))
    old = activity(earlier, grid)
    return joined(earlier, built.rows(replaced, len(built))), Activity(
        np.concatenate((old.quote, sums.quote)),
        np.concatenate((old.trades * (interval // BASE_INTERVAL), sums.trades)),
        np.concatenate((old.buy_volume, sums.buy_volume)),
        np.concatenate((old.buy_quote, sums.buy_quote)),
    )


def earlier_rows(own: Candles, built: Candles) -> tuple[Candles, int]:
    """Those of the folder's `own` candles that come before the `built` ones, and how many of `built` they replace.

    The first bucket may have begun before the 5m candles do; the own file has all of it.
    """
    if len(built) == 0:
        return own, 0
    replaced = int(len(own) > 0 and bool(np.any(own.time == built.time[0])))
    begin = int(built.time[replaced]) if replaced < len(built) else int(own.time[-1]) + 1
    return own.between(0, begin), replaced


def _part(sums: Activity, first: int, last: int) -> Activity:
    return Activity(
        sums.quote[first:last],
        sums.trades[first:last],
        sums.buy_volume[first:last],
        sums.buy_quote[first:last],
    )


def _rows(candles: Candles, sums: Activity, interval: int, tape: CoinTape) -> list[Json]:
    price, size = tape.grid.price_digits, tape.grid.quantity_digits
    columns = zip(
        candles.time.tolist(),
        plain_column(candles.open, price),
        plain_column(candles.high, price),
        plain_column(candles.low, price),
        plain_column(candles.close, price),
        _volumes(candles.volume, size, interval),
        (candles.time + (interval - 1)).tolist(),
        [f"{value:.{QUOTE_DIGITS}f}" for value in sums.quote.tolist()],
        sums.trades.tolist(),
        [f"{value:.{size}f}" for value in sums.buy_volume.tolist()],
        [f"{value:.{QUOTE_DIGITS}f}" for value in sums.buy_quote.tolist()],
        strict=True,
    )
    return [[*row, "0"] for row in columns]


def _volumes(volume: FloatArray, digits: int, interval: int) -> list[str]:
    if interval == BASE_INTERVAL:
        return plain_column(volume, digits)
    # Sums of many floats carry noise in the last bits that no exchange would send.
    return plain_column(np.round(volume, digits), digits)
