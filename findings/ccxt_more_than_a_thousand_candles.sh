#!/usr/bin/env bash
# ccxt: 1,500 candles are cut to 1,000 before they are asked for, and a loop over pages ends there.
#
# Binance futures give up to 1,500 candles per request, and `fetch_ohlcv(…, limit=1500)` is expected to ask for them, or
# to say that it will not. ccxt sends 1,000 without a word. That is harmless for one page. But the usual loop, "ask
# again as long as a page is full", compares with its own limit: the first page has 1,000 rows of 1,500, is taken for
# the last one, and the history ends after 16 hours and 40 minutes of 1m candles, on every coin alike. Everything after
# works: indicators, backtests, "no more data". It costs all results that are thought to rest on years.
# (`params={"paginate": True}` ends as quietly, after ten pages.) Instead: end the loop by time, when the last candle is
# the current one or a page is empty, never by the number of rows.
#
# Seen with ccxt 4.5.90 on 2026-11-30, against a local server that gives what it is asked for.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check ccxt==4.5.90
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
import http.server
import json
import threading
import urllib.parse

import ccxt
from expect import expect, finish

print("ccxt", ccxt.__version__)
MINUTE, BEGIN, CANDLES = 60_000, 1_700_000_040_000, 5_000
asked = []


class Server(http.server.BaseHTTPRequestHandler):
    """5,000 candles; up to 1,500 a request."""

    def do_GET(self):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlparse(self.path).query))
        asked.append(int(query["limit"]))
        first = max(int(query["startTime"]), BEGIN)
        times = range(first, BEGIN + CANDLES * MINUTE, MINUTE)[: min(asked[-1], 1500)]
        rows = [[t, "1", "1", "1", "1", "1", t + MINUTE - 1, "1", 1, "1", "1", "0"] for t in times]
        body = json.dumps(rows).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
exchange = ccxt.binanceusdm({"enableRateLimit": False})
exchange.urls["api"]["fapiPublic"] = f"http://127.0.0.1:{server.server_port}/fapi/v1"
exchange.set_markets([exchange.parse_market(dict(
    symbol="BTCUSDT", contractType="PERPETUAL", status="TRADING", deliveryDate=4133404800000, baseAsset="BTC",
    quoteAsset="USDT", marginAsset="USDT", filters=[],
))])


def history(limit):
    """Candles of a loop that asks again as long as a page is full."""
    asked.clear()
    candles, since = [], BEGIN
    while True:
        page = exchange.fetch_ohlcv("BTC/USDT:USDT", "1m", since=since, limit=limit)
        candles += page
        if len(page) < limit:
            return len(candles), asked[0]
        since = page[-1][0] + MINUTE


expect("pages of 1,000: candles of 5,000, limit that was sent", history(1000), (5000, 1000))
expect("pages of 1,500: candles of 5,000, limit that was sent", history(1500), (1000, 1000))
finish()
PY
venv/bin/python program.py
