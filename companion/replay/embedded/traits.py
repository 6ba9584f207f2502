"""What sets one coin apart: price, tick and step, volume, volatility, loadings, funding, listing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from companion.replay.embedded.names import BASES, STABLE_BASES
from companion.replay.embedded.prices import first_price
from companion.replay.embedded.regimes import HURST, MEAN_REVERTING
from companion.replay.embedded.specification import CANDLES_PER_DAY, MarketSpecification

# Standard deviation of a 5m log return at quiet times; bursts and events add about half as much again.
BTC_VOLATILITY = 0.00072
ETH_VOLATILITY = 0.00132
ETH_BETA = 1.2

# Low-discrepancy steps: any number of coins covers the whole range of prices and volumes evenly.
_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
_SILVER = math.sqrt(2.0) - 1.0
_LISTED_LATE = (5, 17, 33, 50)
_LISTED_LATE_EVERY, _LISTED_LATE_PHASE = 20, 8
_DELISTED = 11
_FOUR_HOURLY_EVERY = 5
_FUNDING_CANDLES = CANDLES_PER_DAY // 3


@dataclass(frozen=True, slots=True)
class Traits:
    """One coin. `price` is its first price; `volatility` its 5m deviation; first..last-1 its candles.

    `beta_btc` and `beta_eth` are loadings on BTC's moves and on ETH's own moves; `own_volatility` the
    deviation of the coin's own noise; `daily_volume` USDT; `funding_hours` 8 or 4.
    """

    base: str
    price: float
    price_digits: int
    quantity_digits: int
    min_notional: int
    daily_volume: float
    volatility: float
    own_volatility: float
    beta_btc: float
    beta_eth: float
    funding_hours: int
    crowded: bool
    first: int
    last: int
    regimes: tuple[str, ...]

    @property
    def tick(self) -> float:
        """Price tick, a power of ten."""
        return float(10.0**-self.price_digits)

    @property
    def stable(self) -> bool:
        """Whether the coin is pegged to the dollar."""
        return self.base in STABLE_BASES

    @property
    def file_stem(self) -> str:
        """How Freqtrade names the pair in a file name."""
        return f"{self.base}_USDT_USDT"

    @property
    def pair(self) -> str:
        """Freqtrade's and ccxt's name of the contract."""
        return f"{self.base}/USDT:USDT"


def draw_traits(rng: np.random.Generator, index: int, specification: MarketSpecification) -> Traits:
    """Traits of coin number `index`; they do not depend on how many coins the market has."""
    base = BASES[index]
    tick_choice, beta_draw, eth_draw, volatility_draw, crowd_draw, listing_draw = rng.random(6)
    volatility, beta_btc, beta_eth = _moves(base, volatility_draw, beta_draw, eth_draw)
    price = first_price(base, (0.31 + index * _SILVER) % 1.0)
    first, last = _life(index, listing_draw, specification.candles)
    return Traits(
        base=base,
        price=price,
        price_digits=_price_digits(base, price, tick_choice),
        quantity_digits=min(3, max(0, math.floor(math.log10(price)) + 1)),
        min_notional={"BTC": 100, "ETH": 20}.get(base, 5),
        daily_volume=_daily_volume(base, index),
        volatility=volatility,
        own_volatility=_own_volatility(base, volatility, beta_btc, beta_eth),
        beta_btc=beta_btc,
        beta_eth=beta_eth,
        funding_hours=4 if index % _FOUR_HOURLY_EVERY == 3 else 8,
        crowded=index % 8 == 4 or (index > 2 and base not in STABLE_BASES and crowd_draw < 0.05),
        first=first,
        last=last,
        regimes=(MEAN_REVERTING,) if base in STABLE_BASES else tuple(HURST),
    )


def _moves(
    base: str, volatility_draw: float, beta_draw: float, eth_draw: float
) -> tuple[float, float, float]:
    """Total 5m volatility, loading on BTC, loading on ETH's own moves."""
    if base == "BTC":
        return BTC_VOLATILITY, 0.0, 0.0
    if base == "ETH":
        return ETH_VOLATILITY, ETH_BETA, 0.0
    if base in STABLE_BASES:
        return 0.00006, 0.0, 0.0
    volatility = 0.0016 * 2.4**volatility_draw
    beta = (0.45 + 1.5 * beta_draw) * math.sqrt(volatility / 0.0024)
    return volatility, beta, 0.1 + 0.5 * eth_draw


def _own_volatility(base: str, volatility: float, beta_btc: float, beta_eth: float) -> float:
    if base in ("BTC", *STABLE_BASES):
        return volatility
    eth_own = math.sqrt(max(ETH_VOLATILITY**2 - (ETH_BETA * BTC_VOLATILITY) ** 2, 0.0))
    common = (beta_btc * BTC_VOLATILITY) ** 2 + (beta_eth * eth_own) ** 2
    return math.sqrt(max(volatility**2 - common, 0.3 * volatility**2))


def _price_digits(base: str, price: float, tick_choice: float) -> int:
    """Decimals of the tick: it is 0.0001 % to 0.07 % of the price, never below 1e-8."""
    known = {"BTC": 1, "ETH": 2, "USDC": 4}
    if base in known:
        return known[base]
    magnitude = math.floor(math.log10(price))
    coarse = price / 10.0**magnitude >= 3.0
    finer = 3 if coarse and tick_choice < 0.4 else 4 if tick_choice < 0.8 else 5
    return min(8, max(1, finer - magnitude))


def _daily_volume(base: str, index: int) -> float:
    """USDT a day: BTC 5 billion, the others down to 0.35 million, more of them large than small."""
    known = {"BTC": 5.0e9, "ETH": 3.2e9, "USDC": 4.0e7}
    place = (0.17 + index * _GOLDEN) % 1.0
    return known.get(base, float(3.5e5 * 10.0 ** (3.6 * (1.0 - place**1.6))))


def _life(index: int, draw: float, candles: int) -> tuple[int, int]:
    """First and last + 1 candle: a few coins are listed in the last third, one is delisted before the end."""
    late = index in _LISTED_LATE or (
        index > _LISTED_LATE[-1] and index % _LISTED_LATE_EVERY == _LISTED_LATE_PHASE
    )
    days = candles // CANDLES_PER_DAY
    if late and days >= 3:
        span = candles // 3 - CANDLES_PER_DAY // 2
        return (candles - candles // 3 + int(draw * span)) // _FUNDING_CANDLES * _FUNDING_CANDLES, candles
    if index == _DELISTED and days >= 3:
        return 0, int(candles * (0.7 + 0.15 * draw)) // _FUNDING_CANDLES * _FUNDING_CANDLES
    return 0, candles
