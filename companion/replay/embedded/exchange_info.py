"""The market's trading rules in the form of Binance's exchangeInfo answer."""

from __future__ import annotations

import math

from companion.replay.embedded.specification import MarketSpecification
from companion.replay.embedded.traits import Traits
from companion.replay.rules import Json, JsonObject, OrderLimits, perpetual_entry

_LISTED_BEFORE_MS = 400 * 86_400_000
_RATE_LIMITS: list[Json] = [
    {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 2400},
    {"rateLimitType": "ORDERS", "interval": "MINUTE", "intervalNum": 1, "limit": 1200},
    {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 300},
]


def exchange_info(specification: MarketSpecification, coins: list[tuple[Traits, int]]) -> JsonObject:
    """exchangeInfo of `coins`, given as (traits, open time of the first candle in ms)."""
    return {
        "timezone": "UTC",
        "serverTime": specification.start_ms,
        "futuresType": "U_MARGINED",
        "rateLimits": _RATE_LIMITS,
        "exchangeFilters": [],
        "assets": [{"asset": "USDT", "marginAvailable": True, "autoAssetExchange": "-10000"}],
        "symbols": [_symbol(traits, first_ms) for traits, first_ms in coins],
    }


def _symbol(traits: Traits, first_ms: int) -> JsonObject:
    onboard = first_ms if traits.first > 0 else first_ms - _LISTED_BEFORE_MS
    limits = OrderLimits(
        price_digits=traits.price_digits,
        quantity_digits=traits.quantity_digits,
        highest_price=_power_of_ten(traits.price * 30.0),
        largest_quantity=_power_of_ten(2e7 / traits.price),
        smallest_notional=traits.min_notional,
    )
    return perpetual_entry(traits.base, "USDT", limits, onboard)


def _power_of_ten(number: float) -> int:
    """The smallest power of ten, from 100 on, that is not below `number`."""
    exponent = max(2, math.ceil(math.log10(number)))
    return int(10**exponent)
