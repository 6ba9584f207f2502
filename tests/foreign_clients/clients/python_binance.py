"""python-binance against the address of an exchange: prints what it got as one JSON object."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from binance import AsyncClient, BinanceSocketManager
from binance.exceptions import BinanceAPIException

REST, WS, BEGIN = sys.argv[1], sys.argv[2], int(sys.argv[3])
HOURS = {"symbol": "BTCUSDT", "interval": "1h", "startTime": BEGIN, "limit": 24}


async def first(socket: Any, found: Any) -> Any:
    while True:
        message = await asyncio.wait_for(socket.recv(), 30.0)
        if found(message):
            return message


async def refusal(client: AsyncClient) -> int:
    try:
        await client.futures_aggregate_trades(symbol="BTCUSDT", startTime=BEGIN, endTime=BEGIN + 3_600_001)
    except BinanceAPIException as error:
        return int(error.code)
    return 0


async def main() -> dict[str, Any]:
    client = AsyncClient()
    client.FUTURES_URL, client.FUTURES_DATA_URL = f"{REST}/fapi", f"{REST}/futures/data"
    sockets = BinanceSocketManager(client)
    sockets.FSTREAM_URL = f"{WS}/"
    info = await client.futures_exchange_info()
    history = {"symbol": "BTCUSDT", "period": "1h", "startTime": BEGIN, "limit": 24}
    facts: dict[str, Any] = {
        "symbols": [entry["symbol"] for entry in info["symbols"]],
        "candles": [row[:6] for row in await client.futures_klines(**HOURS)],
        "premium": [row[:5] for row in await client.futures_premium_index_klines(**HOURS)],
        "open_interest": [
            [row["timestamp"], row["sumOpenInterest"]]
            for row in await client.futures_open_interest_hist(**history)
        ],
        "refusal": await refusal(client),
    }
    # The client's ordinary candle socket is that of continuous candles.
    async with sockets.kline_futures_socket("BTCUSDT", interval="5m") as socket:
        candle = (await first(socket, lambda message: message["k"]["x"]))["k"]
        facts["closed"] = [candle[name] for name in "tohlcv"]
    async with sockets.futures_multiplex_socket(["btcusdt@nothing", "btcusdt@depth5"]) as socket:
        depth = (await first(socket, lambda message: "data" in message))["data"]
        facts["depth"] = [depth["pu"], depth["U"], depth["u"]]
    await client.close_connection()
    return facts


sys.stdout.write(json.dumps(asyncio.run(main())) + "\n")
