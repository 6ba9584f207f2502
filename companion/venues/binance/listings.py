"""Which coins Binance lists, and their rules."""

from __future__ import annotations

import math

from companion.market.universe import Coin
from companion.venues.binance.fields import MALFORMED, Fields, rows_of
from companion.venues.values import Listings
from hhq.coins import ContractType

USUAL_FUNDING_HOURS = 8.0


def read_listings(answer: object) -> Listings:
    """The USDT perpetuals of every known contract type that trade, from an exchangeInfo answer.

    Raises MalformedError for an answer without symbols.

    Every coin is given the usual 8 h funding interval; :func:`read_funding_intervals` names the exceptions.
    """
    coins, unreadable = [], 0
    for entry in rows_of(answer.get("symbols") if isinstance(answer, dict) else None):
        try:
            if _is_traded(entry):
                coins.append(_coin(entry))
        except MALFORMED:
            unreadable += 1
    return Listings(tuple(coins), unreadable)


def read_funding_intervals(answer: object) -> dict[str, float]:
    """Funding interval in hours by symbol, from a fundingInfo answer; entries without a usable one are left out.

    Raises MalformedError for an answer that is not a list of entries.
    """
    hours = {}
    for entry in rows_of(answer):
        try:
            symbol, value = str(entry["symbol"]), float(entry["fundingIntervalHours"])
        except MALFORMED:
            continue
        if 0.0 < value <= USUAL_FUNDING_HOURS:
            hours[symbol] = value
    return hours


def _is_traded(entry: Fields) -> bool:
    return bool(
        ContractType.named(entry["contractType"]) is not ContractType.OTHER
        and entry["quoteAsset"] == "USDT"
        and entry["marginAsset"] == "USDT"
        and entry["status"] == "TRADING"
    )


def _coin(entry: Fields) -> Coin:
    filters = {rule["filterType"]: rule for rule in entry["filters"]}
    lot, least = filters["LOT_SIZE"], filters.get("MIN_NOTIONAL", {})
    return Coin(
        pair=f"{entry['baseAsset']}/USDT:USDT",
        symbol=str(entry["symbol"]),
        tick_size=float(filters["PRICE_FILTER"]["tickSize"]),
        step_size=float(lot["stepSize"]),
        minimum_notional=float(least.get("notional", math.nan)),
        minimum_amount=float(lot.get("minQty", math.nan)),
        listed_ms=int(entry.get("onboardDate") or 0),
        funding_hours=USUAL_FUNDING_HOURS,
        contract_type=ContractType.named(entry["contractType"]),
        delivery_ms=float(entry.get("deliveryDate") or math.nan),
    )
