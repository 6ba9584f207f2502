#!/usr/bin/env bash
# ccxt: parse8601 of a date without a time is None, and since=None means "now".
#
# `exchange.parse8601("2026-01-01")` is expected to be midnight, as ISO 8601 and every other parser have it. It is None,
# without an error; "2026-01-01T00:00:00" works. None as `since` is a valid argument of every fetch_ method and means
# the newest rows: `fetch_ohlcv(symbol, "1h", since=exchange.parse8601(start))` so answers, for any start, the last
# candles of today, in the right form and number. Backfills, reports of fills since a date and funding sums are all of
# the wrong time. The way back has the same trap: `iso8601` of a numpy int64 (a timestamp out of a dataframe) is None.
# It costs an analysis of another month than its title says. Instead: `datetime.fromisoformat(…)` with a timezone, times
# 1000; and refuse None before the call.
#
# Seen with ccxt 4.5.90 and numpy 2.4.6 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check ccxt==4.5.90 numpy==2.4.6
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
import threading
import urllib.parse

import ccxt
import numpy as np
from expect import expect, finish

print("ccxt", ccxt.__version__, "numpy", np.__version__)
asked = []


class Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked.append(dict(urllib.parse.parse_qsl(urllib.parse.urlparse(self.path).query)).get("startTime"))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"[]")

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
for text, written in (("2026-01-01", None), ("2026-01-01T00:00:00", "1767225600000")):
    exchange.fetch_ohlcv("BTC/USDT:USDT", "1h", since=exchange.parse8601(text))
    expect(f"startTime that is asked for since {text}", asked[-1], written)
expect("iso8601 of an int", exchange.iso8601(1767225600000), "2026-01-01T00:00:00.000Z")
expect("iso8601 of a numpy int64", exchange.iso8601(np.int64(1767225600000)), None)
finish()
PY
venv/bin/python program.py
