"""unicorn-binance-local-depth-cache against the address of an exchange whose clock is moved over HTTP.

Its REST part asks a fixed host when it is made, so the snapshots come from a stand-in; streams and joining are its own.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

import requests
import unicorn_binance_websocket_api.manager as websocket_manager
from unicorn_binance_local_depth_cache import BinanceLocalDepthCacheManager, DepthCacheOutOfSync

REST, WS = sys.argv[1], sys.argv[2]
EXCHANGE = "binance.com-futures"
_settings = websocket_manager.CONNECTION_SETTINGS
_settings[EXCHANGE] = [_settings[EXCHANGE][0], f"{WS}/", *_settings[EXCHANGE][2:]]


def snapshot(symbol: str, limit: int) -> Any:
    query: dict[str, str | int] = {"symbol": symbol, "limit": limit}
    return requests.get(f"{REST}/fapi/v1/depth", params=query, timeout=10.0).json()


class Snapshots:
    """What the cache asks of its REST part."""

    def futures_order_book(self, symbol: str, limit: int) -> Any:
        return snapshot(symbol, limit)

    def get_used_weight(self) -> dict[str, object]:
        return {"weight": 0, "status_code": 200, "timestamp": time.time()}

    def stop_manager(self) -> None:
        """Nothing runs."""


def levels(rows: list[list[Any]]) -> list[list[float]]:
    return [[float(price), float(size)] for price, size in rows]


def held(cache: BinanceLocalDepthCacheManager) -> list[Any] | None:
    try:
        return [cache.get_bids("BTCUSDT", limit_count=10), cache.get_asks("BTCUSDT", limit_count=10)]
    except DepthCacheOutOfSync:
        return None


def advance(milliseconds: int) -> None:
    requests.post(f"{REST}/replay/clock", json={"advance_ms": milliseconds}, timeout=10.0).raise_for_status()


def reached(cache: BinanceLocalDepthCacheManager) -> bool:
    """Whether the cache, once it is in step, shows the exchange's book of an instant at which the clock stands still."""
    deadline = time.monotonic() + 60.0
    while held(cache) is None and time.monotonic() < deadline:
        advance(500)
        time.sleep(0.1)
    for _ in range(20):
        advance(700)
    while time.monotonic() < deadline:
        book = snapshot("BTCUSDT", 10)
        if held(cache) == [levels(book["bids"]), levels(book["asks"])]:
            return True
        time.sleep(0.1)
    return False


with BinanceLocalDepthCacheManager(
    exchange=EXCHANGE, ubra_manager=Snapshots(), warn_on_update=False, init_interval=0.5
) as manager:
    manager.create_depthcache(markets=["BTCUSDT"])
    facts = {"equal": reached(manager), "restarts": manager.get_restart_count("BTCUSDT")}
sys.stdout.write("\n" + json.dumps(facts) + "\n")
sys.stdout.flush()
# Its threads go on for minutes after it has been stopped.
os._exit(0)
