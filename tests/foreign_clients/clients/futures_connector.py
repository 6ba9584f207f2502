"""binance-futures-connector against the address of an exchange: prints what it got as one JSON object."""

from __future__ import annotations

import json
import queue
import sys
from typing import Any

from binance.error import ClientError
from binance.um_futures import UMFutures
from binance.websocket.um_futures.websocket_client import UMFuturesWebsocketClient

REST, WS, BEGIN = sys.argv[1], sys.argv[2], int(sys.argv[3])
HOURS = {"symbol": "BTCUSDT", "interval": "1h", "startTime": BEGIN, "limit": 24}


def refusal(client: UMFutures) -> int:
    try:
        client.agg_trades("BTCUSDT", startTime=BEGIN, endTime=BEGIN + 3_600_001)
    except ClientError as error:
        return int(error.error_code)
    return 0


def over_rest() -> dict[str, Any]:
    client = UMFutures(base_url=REST)
    history = client.open_interest_hist(symbol="BTCUSDT", period="1h", startTime=BEGIN, limit=24)
    return {
        "symbols": [entry["symbol"] for entry in client.exchange_info()["symbols"]],
        "candles": [row[:6] for row in client.klines(**HOURS)],
        "open_interest": [[row["timestamp"], row["sumOpenInterest"]] for row in history],
        "refusal": refusal(client),
    }


def over_streams() -> dict[str, Any]:
    messages: queue.Queue[dict[str, Any]] = queue.Queue()
    client = UMFuturesWebsocketClient(
        stream_url=WS, on_message=lambda _, text: messages.put(json.loads(text))
    )
    client.subscribe(stream=["btcusdt@nothing"], id=1)
    client.continuous_kline(pair="btcusdt", id=2, contractType="perpetual", interval="5m")
    client.partial_book_depth(symbol="btcusdt", id=3, level=5, speed=100)
    facts: dict[str, Any] = {}
    while len(facts) < 2:
        message = messages.get(timeout=30.0)
        if message.get("e") == "depthUpdate" and "depth" not in facts:
            facts["depth"] = [message["pu"], message["U"], message["u"]]
        elif message.get("e") == "continuous_kline" and message["k"]["x"]:
            facts["closed"] = [message["k"][name] for name in "tohlcv"]
    client.stop()
    return facts


facts = over_rest() | over_streams()
sys.stdout.write(json.dumps(facts) + "\n")
