#!/usr/bin/env bash
# ccxt.pro: a fill that arrives while the program is busy is told with the next order's event, or never.
#
# `while True: orders = await exchange.watch_orders(symbol)` followed by some work is the loop of every example, and one
# would expect an event that arrives during the work to be returned by the next call at once, as from a queue. A message
# only wakes a call that is waiting when it arrives. One that comes while nobody waits is put into the cache, and the
# next call waits for another message before it returns both. For streams that never stop (tickers, trades of a busy
# coin) nobody notices. For orders the last event is the one that matters: the fill of the only order arrives while the
# task writes the order's "new" to a database for 50 ms, and the program waits for ever for a fill that lies in
# `exchange.orders`. It costs a position without its stop until the next order of that symbol. Instead: keep a task that
# does nothing but call watch_orders and put what it gets on a queue of its own, and read `exchange.orders` (or REST)
# when an order stays without news for some seconds.
#
# Seen with ccxt 4.5.90 and a local server (websockets 17.4) on 2026-11-30.
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
import http.server
import json
import threading

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


class ListenKey(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = b'{"listenKey":"made-up"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_PUT = do_POST

    def log_message(self, *_):
        pass


def event(number, state):
    order = dict(
        s="BTCUSDT", c="x", S="BUY", o="LIMIT", f="GTC", q="1", p="60000", ap="0", sp="0", x=state, X=state, i=number,
        l="0", z="1" if state == "FILLED" else "0", L="0", T=number, t=0, m=False, R=False, ps="BOTH", rp="0",
    )
    return json.dumps(dict(e="ORDER_TRADE_UPDATE", E=number, T=number, o=order))


async def main():
    rest = http.server.ThreadingHTTPServer(("127.0.0.1", 0), ListenKey)
    threading.Thread(target=rest.serve_forever, daemon=True).start()
    sockets = []

    async def accept(socket):
        sockets.append(socket)
        await socket.wait_closed()

    async with websockets.serve(accept, "127.0.0.1", 0) as server:
        exchange = ccxt.pro.binanceusdm({"apiKey": "made-up", "secret": "made-up"})
        exchange.options["watchPositions"]["fetchPositionsSnapshot"] = False
        exchange.urls["api"]["fapiPrivate"] = f"http://127.0.0.1:{rest.server_port}/fapi/v1"
        exchange.urls["api"]["ws"]["linear"] = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/ws"
        exchange.set_markets([exchange.parse_market(MARKET)])
        first = asyncio.create_task(exchange.watch_orders("BTC/USDT:USDT"))
        while not sockets:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
        await sockets[0].send(event(1, "NEW"))
        expect("first event", [(o["id"], o["status"]) for o in await first], [("1", "open")])
        await sockets[0].send(event(1, "FILLED"))
        await asyncio.sleep(0.3)  # the program is busy
        second = asyncio.create_task(exchange.watch_orders("BTC/USDT:USDT"))
        done, _ = await asyncio.wait([second], timeout=3)
        expect("told of the fill within 3 seconds", bool(done), False)
        expect("what the cache knows", [(o["id"], o["status"]) for o in exchange.orders], [("1", "closed")])
        await sockets[0].send(event(2, "NEW"))
        seen = sorted((o["id"], o["status"]) for o in await second)
        expect("told with the event of another order", seen, [("1", "closed"), ("2", "open")])
        await exchange.close()
    rest.shutdown()


asyncio.run(main())
finish()
PY
venv/bin/python program.py
