#!/usr/bin/env bash
# Freqtrade: the funding of a live position stops at a hundred payments.
#
# The funding of an open position is asked of the exchange as the sum since the last fill, and one would expect all
# payments to be in it, since they are part of the profit that stops, targets, reports and stakes are computed from.
# Freqtrade asks once, without a limit and without a second page. Binance's default for that list is 100 rows (its
# documentation; the local server here does the same). With funding every hour, as on many coins in hot markets, that is
# four days and four hours: of 168 payments in a week 100 are counted, the first ones, and from then on the number
# stands still while the balance goes on falling. At 0.1 % an hour the 68 that are missing are 6.8 % of the position. It
# costs the difference between the profit that is shown and the account. Instead: sum the income yourself page by page,
# or do not hold for more than four days where funding is hourly; a dry run computes its own sum and shows nothing of
# it.
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
from datetime import UTC, datetime
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
        # Income: one payment an hour for a week; a hundred rows where no limit is named.
        begin, limit = int(query.get("startTime", 0)), int(query.get("limit", 100))
        return [
            dict(symbol="BTCUSDT", incomeType="FUNDING_FEE", income="-0.01", asset="USDT", time=begin + hour * 3_600_000,
                 info="", tranId=str(hour), tradeId="")
            for hour in range(168)
        ][:limit]

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
total = exchange.get_funding_fees("BTC/USDT:USDT", 1, False, datetime(2026, 6, 1, tzinfo=UTC))
questions = [query for name, query in asked if name == "income"]
expect("paid in a week: 168 times 0.01; counted", round(total, 2), -1.0)
expect("questions, of them with a limit", (len(questions), sum("limit" in query for query in questions)), (1, 0))
finish()
PY
venv/bin/python program.py
