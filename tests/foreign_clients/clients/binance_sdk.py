"""Binance's own SDK against the address of an exchange: prints what it got as one JSON object."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from binance_common.configuration import ConfigurationRestAPI, ConfigurationWebSocketStreams
from binance_common.errors import BadRequestError
from binance_sdk_derivatives_trading_usds_futures.derivatives_trading_usds_futures import (
    DerivativesTradingUsdsFutures,
)

REST, WS, BEGIN = sys.argv[1], sys.argv[2], int(sys.argv[3])
CLIENT = DerivativesTradingUsdsFutures(
    config_rest_api=ConfigurationRestAPI(api_key="", api_secret="", base_path=REST),
    config_ws_streams=ConfigurationWebSocketStreams(stream_url=WS),
)
HOURS = {"symbol": "BTCUSDT", "interval": "1h", "start_time": BEGIN, "limit": 24}


def refused() -> str:
    try:
        CLIENT.rest_api.compressed_aggregate_trades_list(
            symbol="BTCUSDT", start_time=BEGIN, end_time=BEGIN + 3_600_001
        )
    except BadRequestError as error:
        return str(error.error_message)
    return ""


def over_rest() -> dict[str, Any]:
    rest = CLIENT.rest_api
    statistics = rest.open_interest_statistics(symbol="BTCUSDT", period="1h", start_time=BEGIN, limit=24)
    # The models are strict about types: a number where text belongs would raise here.
    rest.rpi_order_book(symbol="BTCUSDT").data()
    rest.symbol_order_book_ticker().data()
    rest.mark_price().data()
    return {
        "symbols": [entry.symbol for entry in rest.exchange_information().data().symbols],
        "candles": [row[:6] for row in rest.kline_candlestick_data(**HOURS).data()],
        "premium": [row[:5] for row in rest.premium_index_kline_data(**HOURS).data()],
        "open_interest": [[row.timestamp, row.sum_open_interest] for row in statistics.data()],
        "refusal": -1127 if "More than 1 hours" in refused() else 0,
    }


async def first(handle: Any, found: Any) -> Any:
    messages: asyncio.Queue[Any] = asyncio.Queue()
    handle.on("message", messages.put_nowait)
    while True:
        message = await asyncio.wait_for(messages.get(), 30.0)
        if found(message):
            return message


async def over_streams() -> dict[str, Any]:
    streams = CLIENT.websocket_streams
    await streams.create_connection()
    candles = await streams.continuous_contract_kline_candlestick_streams(
        pair="btcusdt", contract_type="perpetual", interval="5m"
    )
    closed = (await first(candles, lambda message: message.k.x)).k
    partial = await streams.partial_book_depth_streams(symbol="btcusdt", levels=5)
    depth = await first(partial, lambda _: True)
    rpi = await streams.rpi_diff_book_depth_streams(symbol="btcusdt")
    await first(rpi, lambda message: message.u >= message.U)
    await streams.contract_info_stream()
    await streams.close_connection()
    return {
        "closed": [closed.t, closed.o, closed.h, closed.l, closed.c, closed.v],
        "depth": [depth.pu, depth.U, depth.u],
    }


facts = over_rest() | asyncio.run(over_streams())
sys.stdout.write(json.dumps(facts) + "\n")
