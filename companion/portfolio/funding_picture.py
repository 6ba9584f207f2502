"""The funding of the whole market: rates, extremes, which side the crowd is on, and how old the figures are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from companion.market.memory import MarketMemory

EXTREMES = 10
_REFERENCE_HOURS = 8.0


@dataclass(frozen=True, slots=True)
class CoinFunding:
    """The next funding rate of one coin: normalised to 8 h, and as it will be settled; positive: longs pay.

    ``crowd``: the side that pays. ``age_seconds`` of the figure, ``next_ms``: time of the settlement (ms UTC), null = n/a.
    """

    symbol: str
    rate_pct_8h: float
    rate_pct: float
    interval_hours: float
    crowd: str
    next_ms: int | None
    age_seconds: float
    beyond_veto: bool


@dataclass(frozen=True, slots=True)
class FundingPicture:
    """All coins that trade and whose rate is known; ``veto_pct_8h``: beyond this rate the crowd's side is refused.

    ``source``: "stream" (the mark price stream); ``age_seconds`` of the newest figure.
    """

    source: str
    known: int
    coins: int
    mean_pct_8h: float
    median_pct_8h: float
    crowd: str
    crowd_long: int
    crowd_short: int
    veto_pct_8h: float
    highest: tuple[CoinFunding, ...]
    lowest: tuple[CoinFunding, ...]
    age_seconds: float


def funding_picture(market: MarketMemory, veto_pct: float, now_ms: int) -> FundingPicture:
    """The picture now, from the live market."""
    rows = np.array(market.universe.trading_rows, dtype=np.int64)
    rates = market.live.funding_rate[rows]
    known = rows[np.isfinite(rates)]
    rates = rates[np.isfinite(rates)]
    order = known[np.lexsort((known, rates))].tolist()
    mean = float(rates.mean()) if rates.size else math.nan
    ages = [_age(market, row, now_ms) for row in known.tolist()]
    return FundingPicture(
        source="stream",
        known=int(known.size),
        coins=int(rows.size),
        mean_pct_8h=mean,
        median_pct_8h=float(np.median(rates)) if rates.size else math.nan,
        crowd=_crowd(mean),
        crowd_long=int(np.count_nonzero(rates > 0)),
        crowd_short=int(np.count_nonzero(rates < 0)),
        veto_pct_8h=veto_pct,
        highest=tuple(_coin(market, row, veto_pct, now_ms) for row in reversed(order[-EXTREMES:])),
        lowest=tuple(_coin(market, row, veto_pct, now_ms) for row in order[:EXTREMES]),
        age_seconds=min(ages, default=math.nan),
    )


def _coin(market: MarketMemory, row: int, veto_pct: float, now_ms: int) -> CoinFunding:
    coin, live = market.universe.coins[row], market.live
    rate = float(live.funding_rate[row])
    return CoinFunding(
        symbol=coin.symbol,
        rate_pct_8h=rate,
        rate_pct=rate * coin.funding_hours / _REFERENCE_HOURS,
        interval_hours=coin.funding_hours,
        crowd=_crowd(rate),
        next_ms=int(live.next_funding_ms[row]) or None,
        age_seconds=_age(market, row, now_ms),
        beyond_veto=abs(rate) > veto_pct,
    )


def _crowd(rate: float) -> str:
    if math.isnan(rate) or rate == 0.0:
        return "none"
    return "LONG" if rate > 0.0 else "SHORT"


def _age(market: MarketMemory, row: int, now_ms: int) -> float:
    seen = int(market.live.mark_ms[row])
    return (now_ms - seen) / 1000.0 if seen else math.nan
