"""Trading rules of the symbols: exchangeInfo entries, recorded or derived from the candles."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import orjson

from companion.replay.candles import Candles
from companion.replay.decimals import decimals_of, digits_of_step
from companion.replay.errors import MarketDataError

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
JsonObject: TypeAlias = "dict[str, Json]"

# Delivery date that Binance writes for contracts without one: ccxt recognises perpetuals by it.
PERPETUAL_DELIVERY = 4133404800000
TRADIFI = "TRADIFI_PERPETUAL"
_ORDER_TYPES: list[Json] = [
    "LIMIT",
    "MARKET",
    "STOP",
    "STOP_MARKET",
    "TAKE_PROFIT",
    "TAKE_PROFIT_MARKET",
    "TRAILING_STOP_MARKET",
]
_OF_THE_CONTRACT = ("contractType", "deliveryDate", "underlyingType", "underlyingSubType")
# Candles looked at to find the decimals; more do not change the answer in practice.
_SAMPLE = 2_000


@dataclass(frozen=True, slots=True)
class OrderLimits:
    """What orders of a contract keep to: the decimals of prices and quantities, and their bounds.

    A limit order may have `largest_quantity`, a market order a tenth of it.
    """

    price_digits: int
    quantity_digits: int
    highest_price: int = 10_000_000
    largest_quantity: int = 1_000_000_000
    smallest_notional: int = 5

    @property
    def tick(self) -> str:
        """The price tick, as Binance writes it."""
        return _last_decimal(self.price_digits)

    @property
    def step(self) -> str:
        """The quantity step, as Binance writes it."""
        return _last_decimal(self.quantity_digits)


def _last_decimal(digits: int) -> str:
    return f"{10.0**-digits:.{digits}f}"


@dataclass(frozen=True, slots=True)
class SymbolRules:
    """Price tick and quantity step of a symbol, and its exchangeInfo entry."""

    tick: float
    step: float
    price_digits: int
    quantity_digits: int
    info: JsonObject


def read_exchange_info(path: Path) -> JsonObject:
    """An exchangeInfo answer from a .json or .json.gz file. Raises MarketDataError naming it."""
    try:
        raw = path.read_bytes()
        content = orjson.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    except (OSError, EOFError) as problem:
        raise MarketDataError(f"exchangeInfo file cannot be read: {path} ({problem})") from problem
    except orjson.JSONDecodeError as problem:
        raise MarketDataError(f"{path}: not valid JSON ({problem})") from problem
    if not isinstance(content, dict) or not isinstance(content.get("symbols"), list):
        raise MarketDataError(f"{path}: not an exchangeInfo answer (no list 'symbols')")
    return content


def perpetual_rules(content: JsonObject) -> dict[str, SymbolRules]:
    """Rules of all perpetuals of an exchangeInfo answer, whatever their contract type, by symbol."""
    symbols = content.get("symbols")
    found: dict[str, SymbolRules] = {}
    for entry in symbols if isinstance(symbols, list) else []:
        if not isinstance(entry, dict) or not str(entry.get("contractType")).endswith("PERPETUAL"):
            continue
        rules = _recorded(entry)
        if rules is not None:
            found[str(entry["symbol"])] = rules
    return found


def _recorded(entry: JsonObject) -> SymbolRules | None:
    filters = entry.get("filters")
    steps: dict[str, str] = {}
    for row in filters if isinstance(filters, list) else []:
        if isinstance(row, dict):
            size = row.get("tickSize", row.get("stepSize"))
            steps[str(row.get("filterType"))] = str(size)
    if "PRICE_FILTER" not in steps or "LOT_SIZE" not in steps:
        return None
    tick, step = steps["PRICE_FILTER"], steps["LOT_SIZE"]
    info = {key: value for key, value in entry.items() if not key.startswith("_")}
    return SymbolRules(float(tick), float(step), digits_of_step(tick), digits_of_step(step), info)


def derived_rules(
    base: str, quote: str, candles: Candles, recorded: SymbolRules | None = None
) -> SymbolRules:
    """Rules whose tick and step are the decimals that the candles' opens, closes and volumes use.

    Wicks do not count, nor do a few odd prints: one price off the grid changes nothing. What kind of contract it is, and
    until when, is taken from the `recorded` rules, which the candles do not keep to.
    """
    every = max(1, len(candles) // _SAMPLE)
    limits = OrderLimits(
        price_digits=decimals_of(np.concatenate((candles.open[::every], candles.close[::every]))),
        quantity_digits=min(decimals_of(candles.volume[::every]), 8),
    )
    info = perpetual_entry(base, quote, limits, onboard_ms=0)
    if recorded is not None:
        info |= {name: recorded.info[name] for name in _OF_THE_CONTRACT if name in recorded.info}
    tick, step = float(limits.tick), float(limits.step)
    return SymbolRules(tick, step, limits.price_digits, limits.quantity_digits, info)


def perpetual_entry(base: str, quote: str, limits: OrderLimits, onboard_ms: int) -> JsonObject:
    """The exchangeInfo entry of a perpetual of a coin that has traded since `onboard_ms`."""
    symbol = base + quote
    return {
        "symbol": symbol,
        "pair": symbol,
        "contractType": "PERPETUAL",
        "deliveryDate": PERPETUAL_DELIVERY,
        "onboardDate": onboard_ms,
        "status": "TRADING",
        "maintMarginPercent": "2.5000",
        "requiredMarginPercent": "5.0000",
        "baseAsset": base,
        "quoteAsset": quote,
        "marginAsset": quote,
        "pricePrecision": limits.price_digits,
        "quantityPrecision": limits.quantity_digits,
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "underlyingType": "COIN",
        "underlyingSubType": [],
        "triggerProtect": "0.0500",
        "liquidationFee": "0.012500",
        "marketTakeBound": "0.05",
        "maxMoveOrderLimit": 10000,
        "filters": _filters(limits),
        "orderTypes": _ORDER_TYPES,
        "timeInForce": ["GTC", "IOC", "FOK", "GTX", "GTD"],
    }


def _filters(limits: OrderLimits) -> list[Json]:
    tick, step, largest = limits.tick, limits.step, limits.largest_quantity
    return [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": tick,
            "maxPrice": str(limits.highest_price),
            "tickSize": tick,
        },
        {"filterType": "LOT_SIZE", "minQty": step, "maxQty": str(largest), "stepSize": step},
        {"filterType": "MARKET_LOT_SIZE", "minQty": step, "maxQty": str(largest // 10), "stepSize": step},
        {"filterType": "MAX_NUM_ORDERS", "limit": 200},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "limit": 10},
        {"filterType": "MIN_NOTIONAL", "notional": str(limits.smallest_notional)},
        {
            "filterType": "PERCENT_PRICE",
            "multiplierUp": "1.0500",
            "multiplierDown": "0.9500",
            "multiplierDecimal": "4",
        },
    ]
