"""Mark and index price of one coin, live and as candles."""

from __future__ import annotations

import math
from bisect import bisect_right

import numpy as np

from companion.replay.candles import BASE_INTERVAL, HOUR, Candles, FloatArray, bucket_start, joined
from companion.replay.decimals import plain_column
from companion.replay.funding import Funding
from companion.replay.history import Window, earlier_rows, newest_from
from companion.replay.noise import unit
from companion.replay.rules import Json
from companion.replay.tape import CoinTape, Kline

MARK_DIGITS = 8
_LARGEST_PREMIUM = 0.02
# Size of the random part of the perpetual's premium over the index.
_BASIS_NOISE = 0.0003
# Mark and index price are computed every second, the premium index every five.
_PERIOD, _PREMIUM_PERIOD = 1000, 5000


class Marks:
    """Mark price = last price × (1 + premium); the premium is interpolated between the hours of the mark file.

    Without a mark file the mark price is the last price. The index price is not recorded: it lies
    below the mark price by half the funding rate and a small drawn basis.
    """

    def __init__(self, tape: CoinTape, mark: Candles | None, funding: Funding, seed: int) -> None:
        self._tape = tape
        self._mark = mark
        self._funding = funding
        self._seed = seed
        self._times: list[int] = []
        self._premiums: list[float] = []
        if mark is not None and len(mark):
            self._times, self._premiums = _premiums(tape.candles, mark)

    def premium_at(self, time: int) -> float:
        """Mark price over last price, minus one."""
        if not self._times:
            return 0.0
        after = bisect_right(self._times, time)
        if after in (0, len(self._times)):
            return self._premiums[min(after, len(self._times) - 1)]
        begin, end = self._times[after - 1], self._times[after]
        part = (time - begin) / (end - begin)
        return self._premiums[after - 1] * (1.0 - part) + self._premiums[after] * part

    def basis_at(self, time: int) -> float:
        """Mark price over index price, minus one."""
        rate = self._funding.rate_at(time)
        hour, part = divmod(time - self._tape.coin.offset, HOUR)
        before, after = unit(self._seed, hour), unit(self._seed, hour + 1)
        drawn = (before + (after - before) * part / HOUR) * 2.0 - 1.0
        return (0.0 if math.isnan(rate) else 0.5 * rate) + _BASIS_NOISE * drawn

    def mark_at(self, time: int) -> float:
        """Mark price."""
        return self._tape.price_at(time) * (1.0 + self.premium_at(time))

    def index_at(self, time: int) -> float:
        """Index price."""
        return self.mark_at(time) / (1.0 + self.basis_at(time))

    def mark_rows(self, interval: int, window: Window, now: int) -> list[Json]:
        """Mark price candles as REST rows, the forming one last."""
        return self._rows(interval, window, now, 1.0)

    def index_rows(self, interval: int, window: Window, now: int) -> list[Json]:
        """Index price candles as REST rows: mark candles less the current basis."""
        return self._rows(interval, window, now, 1.0 / (1.0 + self.basis_at(now)))

    def premium_rows(self, interval: int, window: Window, now: int) -> list[Json]:
        """Premium index candles as REST rows: the basis at each candle's open and close; the forming one last."""
        closed, forming = self._candles(interval, window, now)
        times = closed.time if forming is None else np.append(closed.time, forming.open_time)
        first, last = window.select(times)
        rows: list[Json] = []
        for open_time in times[first:last].tolist():
            ends = self.basis_at(open_time), self.basis_at(min(open_time + interval - 1, now))
            prices = (ends[0], max(ends), min(ends), ends[1])
            texts = [f"{x:.{MARK_DIGITS}f}" for x in prices]
            rows.append(_row(open_time, texts, interval, now, _PREMIUM_PERIOD))
        return rows

    def _rows(self, interval: int, window: Window, now: int, factor: float) -> list[Json]:
        closed, forming = self._candles(interval, window, now)
        times = closed.time if forming is None else np.append(closed.time, forming.open_time)
        first, last = window.select(times)
        part = closed.rows(first, min(last, len(closed)))
        columns = [
            plain_column(column if factor == 1.0 else np.round(column * factor, MARK_DIGITS), MARK_DIGITS)
            for column in (part.open, part.high, part.low, part.close)
        ]
        rows = [
            _row(time, prices, interval, now)
            for time, *prices in zip(part.time.tolist(), *columns, strict=True)
        ]
        if forming is not None and first <= len(closed) < last:
            values = (forming.open, forming.high, forming.low, forming.close)
            texts = [f"{value * factor:.{MARK_DIGITS}f}" for value in values]
            rows.append(_row(forming.open_time, texts, interval, now))
        return rows

    def _candles(self, interval: int, window: Window, now: int) -> tuple[Candles, Kline | None]:
        """Closed mark candles that can matter, and the forming one."""
        end = bucket_start(now, interval)
        newest = window.limit if window.start is None and window.end is None else 0
        recorded = None if self._mark is None or interval < HOUR else self._mark.between(0, end)
        if recorded is None or len(recorded) == 0:
            closed = self._traded(interval, 0, end, newest)
        else:
            recorded = recorded.aggregated(interval)
            begin, after = int(recorded.time[0]), int(recorded.time[-1]) + interval
            closed = joined(self._traded(interval, 0, begin, newest), recorded)
            closed = joined(closed, self._traded(interval, after, end, newest))
        return closed, self._forming(interval, now)

    def _traded(self, interval: int, begin: int, end: int, newest: int) -> Candles:
        """Mark candles from the traded ones that opened in [begin, end), as far back as those go.

        `newest` > 0: at least so many of the newest, if there are as many.
        """
        base = self._tape.candles.between(begin, end)
        first = newest_from(base, len(base), interval, newest) if newest and len(base) else 0
        built = self._scaled(base.rows(first, len(base)), BASE_INTERVAL).aggregated(interval)
        own = self._tape.coin.earlier(interval) if first == 0 and interval != BASE_INTERVAL else None
        if own is None:
            return built
        own, replaced = earlier_rows(own.between(begin, end), built)
        return joined(self._scaled(own, interval), built.rows(replaced, len(built)))

    def _scaled(self, candles: Candles, interval: int) -> Candles:
        """Mark candles from traded ones; extremes take the mean of the premiums at open and close."""
        if not self._times or len(candles) == 0:
            return candles
        opened = 1.0 + np.interp(candles.time, self._times, self._premiums)
        closed = 1.0 + np.interp(candles.time + interval, self._times, self._premiums)
        first, last = candles.open * opened, candles.close * closed
        middle = (opened + closed) / 2.0
        highest = np.maximum.reduce([first, last, candles.high * middle])
        lowest = np.minimum.reduce([first, last, candles.low * middle])
        prices: list[FloatArray] = [np.round(x, MARK_DIGITS) for x in (first, highest, lowest, last)]
        return Candles(candles.time, prices[0], prices[1], prices[2], prices[3], candles.volume)

    def _forming(self, interval: int, now: int) -> Kline | None:
        traded = self._tape.forming(interval, now)
        if traded is None:
            return None
        opened, current = 1.0 + self.premium_at(traded.open_time), 1.0 + self.premium_at(now)
        first, last = traded.open * opened, traded.close * current
        highest = max(first, last, traded.high * current)
        lowest = min(first, last, traded.low * current)
        return Kline(
            traded.open_time,
            interval,
            first,
            highest,
            lowest,
            last,
            0.0,
            0.0,
            0,
            0.0,
            0.0,
            0,
            0,
        )


def _premiums(candles: Candles, mark: Candles) -> tuple[list[int], list[float]]:
    """Premium at each hour's open, and at the last hour's close."""
    rows = np.searchsorted(candles.time, mark.time)
    known = rows < len(candles)
    known[known] &= candles.time[rows[known]] == mark.time[known]
    if not known.any():
        return [], []
    times = mark.time[known]
    values = mark.open[known] / candles.open[rows[known]] - 1.0
    final = int(times[-1]) + HOUR
    row = int(np.searchsorted(candles.time, final)) - 1
    closing = float(mark.close[known][-1] / candles.close[row] - 1.0)
    limited = np.clip(np.append(values, closing), -_LARGEST_PREMIUM, _LARGEST_PREMIUM)
    return [*times.tolist(), final], limited.tolist()


def _row(open_time: int, prices: list[str], interval: int, now: int, period: int = _PERIOD) -> Json:
    """`period`: ms between two values of the series; a candle that is forming has fewer of them."""
    basics = min(interval, now - open_time) // period
    return [open_time, *prices, "0", open_time + interval - 1, "0", basics, "0", "0", "0"]
