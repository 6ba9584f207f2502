"""The market's trading rules in the form of Binance's exchangeInfo answer."""

from __future__ import annotations

import math
from typing import TypeAlias

from companion.replay.embedded.specification import MarketSpecification
from companion.replay.embedded.traits import Traits

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

# What Binance writes for contracts without a delivery date.
_PERPETUAL_DELIVERY = 4133404800000
_LISTED_BEFORE_MS = 400 * 86_400_000
_ORDER_TYPES: list[Json] = [
    "LIMIT",
    "MARKET",
    "STOP",
    "STOP_MARKET",
    "TAKE_PROFIT",
    "TAKE_PROFIT_MARKET",
    "TRAILING_STOP_MARKET",
]
_RATE_LIMITS: list[Json] = [
    {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 2400},
    {"rateLimitType": "ORDERS", "interval": "MINUTE", "intervalNum": 1, "limit": 1200},
    {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 300},
]


def exchange_info(specification: MarketSpecification, coins: list[tuple[Traits, int]]) -> dict[str, Json]:
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


def _symbol(traits: Traits, first_ms: int) -> Json:
    symbol = f"{traits.base}USDT"
    onboard = first_ms if traits.first > 0 else first_ms - _LISTED_BEFORE_MS
    return {
        "symbol": symbol,
        "pair": symbol,
        "contractType": "PERPETUAL",
        "deliveryDate": _PERPETUAL_DELIVERY,
        "onboardDate": onboard,
        "status": "TRADING",
        "maintMarginPercent": "2.5000",
        "requiredMarginPercent": "5.0000",
        "baseAsset": traits.base,
        "quoteAsset": "USDT",
        "marginAsset": "USDT",
        "pricePrecision": traits.price_digits,
        "quantityPrecision": traits.quantity_digits,
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "underlyingType": "COIN",
        "underlyingSubType": [],
        "triggerProtect": "0.0500",
        "liquidationFee": "0.012500",
        "marketTakeBound": "0.05",
        "maxMoveOrderLimit": 10000,
        "filters": _filters(traits),
        "orderTypes": _ORDER_TYPES,
        "timeInForce": ["GTC", "IOC", "FOK", "GTX", "GTD"],
    }


def _filters(traits: Traits) -> list[Json]:
    tick = _decimal(traits.price_digits)
    step = _decimal(traits.quantity_digits)
    largest = 10 ** max(2, math.ceil(math.log10(2e7 / traits.price)))
    return [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": tick,
            "maxPrice": str(10 ** max(2, math.ceil(math.log10(traits.price * 30.0)))),
            "tickSize": tick,
        },
        {"filterType": "LOT_SIZE", "minQty": step, "maxQty": str(largest), "stepSize": step},
        {"filterType": "MARKET_LOT_SIZE", "minQty": step, "maxQty": str(largest // 10), "stepSize": step},
        {"filterType": "MAX_NUM_ORDERS", "limit": 200},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "limit": 10},
        {"filterType": "MIN_NOTIONAL", "notional": str(traits.min_notional)},
        {
            "filterType": "PERCENT_PRICE",
            "multiplierUp": "1.0500",
            "multiplierDown": "0.9500",
            "multiplierDecimal": "4",
        },
    ]


def _decimal(digits: int) -> str:
    """10**-digits in plain notation, as Binance writes ticks and steps."""
    return f"{10.0**-digits:.{digits}f}"
