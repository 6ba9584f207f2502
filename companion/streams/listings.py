"""Which coins the exchange lists, and their rules."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from companion.market.universe import Coin

USUAL_FUNDING_HOURS = 8.0


def listed_coins(
    symbols: Iterable[Mapping[str, Any]], funding_hours: Mapping[str, float]
) -> tuple[list[Coin], int]:
    """The USDT perpetuals that trade, of an exchangeInfo answer, and the number of entries that can not be read.

    ``funding_hours`` by symbol; a coin that is not in it pays every 8 h, as the exchange names only the others.
    """
    coins, unreadable = [], 0
    for entry in symbols:
        try:
            if not _is_traded(entry):
                continue
            coins.append(_coin(entry, funding_hours))
        except (KeyError, TypeError, ValueError):
            unreadable += 1
    return coins, unreadable


def funding_intervals(answer: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Funding interval in hours by symbol, of a fundingInfo answer; entries without a usable one are left out."""
    hours = {}
    for entry in answer:
        try:
            value = float(entry["fundingIntervalHours"])
        except (KeyError, TypeError, ValueError):
            continue
        if 0.0 < value <= USUAL_FUNDING_HOURS:
            hours[str(entry["symbol"])] = value
    return hours


def _is_traded(entry: Mapping[str, Any]) -> bool:
    return bool(
        entry["contractType"] == "PERPETUAL"
        and entry["quoteAsset"] == "USDT"
        and entry["marginAsset"] == "USDT"
        and entry["status"] == "TRADING"
    )


def _coin(entry: Mapping[str, Any], funding_hours: Mapping[str, float]) -> Coin:
    filters = {rule["filterType"]: rule for rule in entry["filters"]}
    symbol, base = str(entry["symbol"]), str(entry["baseAsset"])
    lot, least = filters["LOT_SIZE"], filters.get("MIN_NOTIONAL", {})
    return Coin(
        pair=f"{base}/USDT:USDT",
        symbol=symbol,
        tick_size=float(filters["PRICE_FILTER"]["tickSize"]),
        step_size=float(lot["stepSize"]),
        minimum_notional=float(least.get("notional", math.nan)),
        minimum_amount=float(lot.get("minQty", math.nan)),
        listed_ms=int(entry.get("onboardDate") or 0),
        funding_hours=funding_hours.get(symbol, USUAL_FUNDING_HOURS),
    )
