"""fundingRate, fundingInfo and premiumIndex."""

from __future__ import annotations

import math

from companion.replay.candles import HOUR
from companion.replay.decimals import plain
from companion.replay.exchange import CoinView, Exchange
from companion.replay.marks import MARK_DIGITS
from companion.replay.rest.parameters import Parameters
from companion.replay.rules import Json, JsonObject

RATE_DIGITS = 8
_DEFAULT_LIMIT = 100
_MOST = 1000
_RATE_BOUND = "0.02"


def rate_text(rate: float) -> str:
    """A settled funding rate as text, every digit of it; empty when none is recorded."""
    return "" if math.isnan(rate) else plain(rate, RATE_DIGITS)


def estimate_text(rate: float) -> str:
    """An estimated funding rate as text; empty when none is recorded."""
    return "" if math.isnan(rate) else f"{rate:.{RATE_DIGITS}f}"


def funding_rate(exchange: Exchange, query: Parameters, now: int) -> Json:
    """Settled rates, oldest first; of all coins when no symbol is sent."""
    views = [query.view(exchange, now)] if query.has("symbol") else exchange.listed(now)
    window = query.window(_DEFAULT_LIMIT, _MOST)
    found: list[tuple[int, CoinView, float]] = []
    for view in views:
        settled = view.funding.settled(now)
        for time, rate in zip(view.funding.times[:settled], view.funding.rates, strict=False):
            if (window.start or 0) <= time and (window.end is None or time <= window.end):
                found.append((time, view, rate))
    found.sort(key=lambda row: row[0])
    kept = found[-window.limit :] if window.start is None else found[: window.limit]
    return [
        {
            "symbol": view.symbol,
            "fundingTime": time,
            "fundingRate": rate_text(rate),
            "markPrice": _mark_text(view, time),
        }
        for time, view, rate in kept
    ]


def funding_info(exchange: Exchange, _query: Parameters, now: int) -> Json:
    """Funding interval of every coin with recorded rates."""
    return [
        {
            "symbol": view.symbol,
            "adjustedFundingRateCap": _RATE_BOUND,
            "adjustedFundingRateFloor": f"-{_RATE_BOUND}",
            "fundingIntervalHours": view.funding.interval_at(now) // HOUR,
            "disclaimer": False,
        }
        for view in exchange.trading(now)
        if view.funding.known
    ]


def premium_index(exchange: Exchange, query: Parameters, now: int) -> Json:
    """Mark price, index price and funding: of one coin, or of all that trade."""
    if query.has("symbol"):
        return _premium(query.view(exchange, now), now)
    return [_premium(view, now) for view in exchange.trading(now)]


def _premium(view: CoinView, now: int) -> JsonObject:
    mark = view.marks.mark_at(now)
    return {
        "symbol": view.symbol,
        "markPrice": f"{mark:.{MARK_DIGITS}f}",
        "indexPrice": f"{mark / (1.0 + view.marks.basis_at(now)):.{MARK_DIGITS}f}",
        "estimatedSettlePrice": f"{mark:.{MARK_DIGITS}f}",
        "lastFundingRate": estimate_text(view.funding.rate_at(now)),
        "interestRate": "0.00010000",
        "nextFundingTime": view.funding.next_time(now),
        "time": now,
    }


def _mark_text(view: CoinView, time: int) -> str:
    """Mark price at a settlement; empty before the coin's first 5m candle."""
    mark = view.marks.mark_at(time)
    return "" if math.isnan(mark) else f"{mark:.{MARK_DIGITS}f}"
