"""openInterest and openInterestHist. No open interest is recorded: it follows the traded volume."""

from __future__ import annotations

import numpy as np

from companion.replay.candles import BASE_INTERVAL, DAY, INTERVALS, FloatArray, IntArray, bucket_start
from companion.replay.errors import invalid_parameter
from companion.replay.exchange import CoinView, Exchange
from companion.replay.history import QUOTE_DIGITS
from companion.replay.rest.parameters import Parameters
from companion.replay.rules import Json

PERIODS = ("5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d")
# Part of the volume of 24 hours that stays open.
_PART = 0.35
_DEFAULT_LIMIT, _MOST = 30, 500
_OLDEST = 30 * DAY


def open_interest(exchange: Exchange, query: Parameters, now: int) -> Json:
    """Open interest in coins (simulated)."""
    view = query.view(exchange, now)
    contracts, _ = _contracts(view, np.array([now]))
    return {
        "symbol": view.symbol,
        "openInterest": f"{contracts[0]:.{view.rules.quantity_digits}f}",
        "time": now,
    }


def open_interest_history(exchange: Exchange, query: Parameters, now: int) -> Json:
    """Open interest at every whole `period` of the last 30 days, in coins and in quote currency (simulated)."""
    view = query.view(exchange, now)
    period = _period(query)
    window = query.window(_DEFAULT_LIMIT, _MOST)
    oldest = now - _OLDEST
    if window.start is not None and window.start < oldest:
        raise invalid_parameter("startTime")
    first = bucket_start(max(oldest, view.coin.begin), period) + period
    last = min(now, view.coin.end)
    times = np.arange(first, last + 1, period, dtype=np.int64)
    begin, end = window.select(times)
    times = times[begin:end]
    contracts, price = _contracts(view, times)
    digits = view.rules.quantity_digits
    return [
        {
            "symbol": view.symbol,
            "sumOpenInterest": f"{coins:.{digits}f}",
            "sumOpenInterestValue": f"{value:.{QUOTE_DIGITS}f}",
            "timestamp": time,
        }
        for time, coins, value in zip(
            times.tolist(), contracts.tolist(), (contracts * price).tolist(), strict=True
        )
    ]


def _period(query: Parameters) -> int:
    name = query.text("period")
    if name not in PERIODS:
        raise invalid_parameter("period")
    return INTERVALS[name]


def _contracts(view: CoinView, times: IntArray) -> tuple[FloatArray, FloatArray]:
    """Open interest (coins) and last closing price at `times` (ms): a part of what 24 hours of closed candles traded."""
    candles = view.tape.candles
    opened = times - times % BASE_INTERVAL
    before, closed = np.searchsorted(candles.time, opened - DAY), np.searchsorted(candles.time, opened)
    traded = np.concatenate(([0.0], np.cumsum(candles.volume)))
    price = np.where(closed > 0, candles.close[np.maximum(closed - 1, 0)], candles.open[0])
    return _PART * (traded[closed] - traded[before]), price
