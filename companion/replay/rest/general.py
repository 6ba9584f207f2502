"""ping, time and exchangeInfo."""

from __future__ import annotations

from companion.replay.exchange import CoinView, Exchange
from companion.replay.rest.parameters import Parameters
from companion.replay.rules import Json, JsonObject


def ping(_exchange: Exchange, _query: Parameters, _now: int) -> Json:
    """An empty answer."""
    return {}


def server_time(_exchange: Exchange, _query: Parameters, now: int) -> Json:
    """Served time in ms."""
    return {"serverTime": now}


def exchange_info(exchange: Exchange, _query: Parameters, now: int) -> Json:
    """Rules of all listed symbols; those delisted on the tape have status SETTLING."""
    recorded = exchange.market.exchange_info
    return {
        "timezone": "UTC",
        "serverTime": now,
        "futuresType": "U_MARGINED",
        "rateLimits": recorded.get("rateLimits", _RATE_LIMITS),
        "exchangeFilters": [],
        "assets": recorded.get("assets", _ASSETS),
        "symbols": [_entry(view, exchange, now) for view in _shown(exchange, now)],
    }


def _shown(exchange: Exchange, now: int) -> list[CoinView]:
    return list(exchange.views.values()) if exchange.list_all else exchange.listed(now)


def _entry(view: CoinView, exchange: Exchange, now: int) -> JsonObject:
    info = view.rules.info
    onboard = info.get("onboardDate")
    begin = view.coin.begin
    if isinstance(onboard, int) and 0 < onboard + exchange.market.offset < begin:
        begin = onboard + exchange.market.offset
    entry: JsonObject = {
        **info,
        "onboardDate": begin,
        "status": "TRADING",
        "contractType": view.contract_type,
        "deliveryDate": view.delivery,
    }
    if not exchange.list_all and not view.is_trading(now):
        entry["status"] = "SETTLING"
        entry["deliveryDate"] = min(view.delivery, view.coin.end)
    return entry


def contract_entry(exchange: Exchange, view: CoinView, now: int) -> JsonObject:
    """The row of one coin, from which the contract stream announces changes."""
    return _entry(view, exchange, now)


_RATE_LIMITS: list[Json] = [
    {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 2400},
    {"rateLimitType": "ORDERS", "interval": "MINUTE", "intervalNum": 1, "limit": 1200},
    {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 300},
]
_ASSETS: list[Json] = [{"asset": "USDT", "marginAvailable": True, "autoAssetExchange": "-10000"}]
