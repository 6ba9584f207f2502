#!/usr/bin/env bash
# Freqtrade: a leverage of 7.9 is 7.9 in the books and 7 on Binance.
#
# The callback `leverage` answers a float, backtests compute with it, and the trade stores it; one would expect the
# order to be placed with it, or a fraction to be refused. Binance takes whole numbers, and Freqtrade cuts the fraction
# off in the last step before the request, for the exchange only. The amount is still stake × 7.9, so that the margin
# that the exchange sets aside is an eighth more than the stake (112.86 of 100), while the trade's own stake and every
# ratio of profit are computed from 100. No line is logged. With several positions the free balance of the account runs
# short before the one that Freqtrade adds up. It costs ratios that do not agree with the account, and entries at the
# limit of the wallet. Instead: answer `float(math.floor(leverage))` yourself, so that all see one number.
#
# Seen with freqtrade 2026.9 and ccxt 4.5.90 on 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check freqtrade==2026.9 ccxt==4.5.90 numpy==2.4.6
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
from importlib.metadata import version

from expect import expect, finish
from freqtrade.enums import RunMode
from freqtrade.resolvers import ExchangeResolver

print("freqtrade", version("freqtrade"), "ccxt", version("ccxt"))
SYMBOL = dict(
    symbol="BTCUSDT", pair="BTCUSDT", contractType="PERPETUAL", status="TRADING", deliveryDate=4133404800000,
    baseAsset="BTC", quoteAsset="USDT", marginAsset="USDT", pricePrecision=2, quantityPrecision=3,
    orderTypes=["LIMIT", "MARKET", "STOP_MARKET"], timeInForce=["GTC", "IOC"],
    filters=[dict(filterType="PRICE_FILTER", minPrice="0.01", maxPrice="1000000", tickSize="0.01"),
             dict(filterType="LOT_SIZE", minQty="0.001", maxQty="10000", stepSize="0.001")],
)
asked = []


class Server(http.server.BaseHTTPRequestHandler):
    def answer(self):
        path = urllib.parse.urlparse(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        query = dict(urllib.parse.parse_qsl(f"{path.query}&{body}"))
        asked.append((path.path.rsplit("/", 1)[1], query))
        content = json.dumps(self.content(*asked[-1])).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = answer

    def content(self, name, query):
        if name == "exchangeInfo":
            return dict(serverTime=0, rateLimits=[], exchangeFilters=[], assets=[], symbols=[SYMBOL])
        return dict(symbol="BTCUSDT", leverage=int(query.get("leverage", 1)), maxNotionalValue="1000000")

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{server.server_port}/fapi/v1"
side = dict(price_side="same", use_order_book=True)
client = dict(enableRateLimit=False, options=dict(fetchMarkets=dict(types=["linear"]), fetchCurrencies=False),
              urls=dict(api=dict(fapiPublic=base, fapiPrivate=base)))
exchange = ExchangeResolver.load_exchange(dict(
    runmode=RunMode.OTHER, dry_run=True, trading_mode="futures", margin_mode="isolated", stake_currency="USDT",
    candle_type_def="futures", entry_pricing=side, exit_pricing=side,
    exchange=dict(name="binance", only_from_ccxt=True, pair_whitelist=["BTC/USDT:USDT"], ccxt_config=client),
), validate=False)
# From here on as live: a dry run asks for neither funding nor leverage.
exchange._config["dry_run"] = False
exchange._api.apiKey = exchange._api.secret = "made-up"

asked.clear()
exchange._set_leverage(7.9, "BTC/USDT:USDT")
sent = [query["leverage"] for name, query in asked if name == "leverage"]
expect("sent for a leverage of 7.9", sent, ["7"])
print("margin for a stake of 100 that was levered by 7.9:", round(100 * 7.9 / int(sent[0]), 2))
finish()
PY
venv/bin/python program.py
