#!/usr/bin/env bash
# ccxt.pro: two parts of a program that watch the same symbol take trades from each other.
#
# `watch_trades` returns the trades that are new since the last call, and one would expect that to mean the last call of
# this caller: two tasks (a volume delta and a recorder, say) that watch one symbol of one client each get all. But
# there is one counter of new trades per symbol and client. The first caller resets it, and a caller that was busy for a
# quarter of a second gets only what came since the other one's last call. Of 201 trades the quick task gets 201 and the
# slower one about 11; alone, the slower one gets all 201. Nothing is raised. It costs volume, delta and fills that are
# silently too small, and more so the busier the market is. Instead: one watcher per client and symbol that hands its
# trades on by itself, or a client for each part.
#
# Seen with ccxt 4.5.90 and a local WebSocket server (websockets 17.4) on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check ccxt==4.5.90 websockets==17.4
cat > expect.py <<'PY'
import sys

changed = []


def expect(what, seen, written):
    print(f"{what}: {seen}")
    if seen != written:
        changed.append(f"CHANGED: {what}: {written!r} when this was written, {seen!r} now")


def finish():
    print(*(changed or ["as it was when this was written"]), sep="\n")
    sys.exit(1 if changed else 0)
PY
cat > program.py <<'PY'
import asyncio
import json

import ccxt.pro
import websockets
from expect import expect, finish

print("ccxt", ccxt.__version__, "websockets", websockets.__version__)
MARKET = dict(
    symbol="BTCUSDT", pair="BTCUSDT", contractType="PERPETUAL", status="TRADING", deliveryDate=4133404800000,
    baseAsset="BTC", quoteAsset="USDT", marginAsset="USDT", pricePrecision=1, quantityPrecision=3,
    filters=[dict(filterType="PRICE_FILTER", minPrice="0.1", maxPrice="1000000", tickSize="0.1"),
             dict(filterType="LOT_SIZE", minQty="0.001", maxQty="10000", stepSize="0.001")],
)


def trade(number):
    return json.dumps(dict(
        e="aggTrade", E=number, s="BTCUSDT", a=number, p="60000", q="1", f=number, l=number, T=number, m=False,
    ))


async def seen_by(delays):
    """How many of 201 trades each task gets that sleeps so long after each answer."""
    sockets = []

    async def accept(socket):
        sockets.append(socket)
        async for text in socket:
            await socket.send(json.dumps({"result": None, "id": json.loads(text)["id"]}))

    async with websockets.serve(accept, "127.0.0.1", 0) as server:
        exchange = ccxt.pro.binanceusdm()
        port = server.sockets[0].getsockname()[1]
        exchange.urls["api"]["ws"]["linear"] = f"ws://127.0.0.1:{port}/ws"
        exchange.set_markets([exchange.parse_market(MARKET)])
        seen = [set() for _ in delays]

        async def watch(mine, delay):
            while True:
                mine.update(trade["id"] for trade in await exchange.watch_trades("BTC/USDT:USDT"))
                await asyncio.sleep(delay)

        tasks = [asyncio.create_task(watch(mine, delay)) for mine, delay in zip(seen, delays)]
        while not sockets:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
        for number in range(200):
            await sockets[0].send(trade(number))
            await asyncio.sleep(0.01)
        # One more when all tasks wait again: what came while nobody waited is told with it.
        await asyncio.sleep(1)
        await sockets[0].send(trade(200))
        await asyncio.sleep(1)
        for task in tasks:
            task.cancel()
        await exchange.close()
        return [len(mine) for mine in seen]


(alone,) = asyncio.run(seen_by([0.25]))
expect("the slow task alone", alone, 201)
quick, slow = asyncio.run(seen_by([0, 0.25]))
print("both:", quick, slow)
expect("the quick task of both", quick, 201)
expect("the slow task has less than a quarter", slow < 50, True)
finish()
PY
venv/bin/python program.py
