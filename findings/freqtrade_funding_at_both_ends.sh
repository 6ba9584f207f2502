#!/usr/bin/env bash
# Freqtrade: a backtest pays the funding of the very moment in which a position is opened, and a reduction pays twice.
#
# Funding is due from those who hold a position at the moment of funding. Who opens at 08:00:00 by the opening price of
# the 08:00 candle was not there yet, and one would expect that entry to be free. Freqtrade adds up all funding from the
# last fill to now with both ends included. So an entry on a funding candle pays at once; an exit on one pays as well;
# and a reduction on one pays twice for the part that stays, since the fill that ends one span begins the next. In a
# live run the entry order reaches the exchange after the funding. The effect is small for a 5m strategy and large for
# slow ones: on 8h candles every entry and every exit falls on a funding time, on 4h every second, on 1h every eighth,
# and coins with funding every hour add one payment to each trade. At the funding of a crowded trade (0.1 % and more)
# that is the whole edge of many strategies; the sign is wrong for those that collect funding: their backtest earns a
# payment that they never get. Instead: enter one candle later in the backtest, or take the payment at the entry off the
# results.
#
# Seen with freqtrade 2026.9 on 2026-11-30. Funding here is 0.01 % of a position of 100 USDT, at 00:00, 08:00, 16:00.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check freqtrade==2026.9 ccxt==4.5.90 pandas==3.1.1 \
    numpy==2.4.6
cat > lab.py <<'PY'
"""A Freqtrade backtest without an exchange: one made-up market on 127.0.0.1 and candles in files."""

import http.server, json, pathlib, subprocess, sys, threading, zipfile
import numpy as np, pandas as pd

PAIR, FOLDER = "BTC/USDT:USDT", pathlib.Path("data/futures")
SYMBOL = dict(
    symbol="BTCUSDT", pair="BTCUSDT", contractType="PERPETUAL", status="TRADING", deliveryDate=4133404800000,
    onboardDate=1569398400000, baseAsset="BTC", quoteAsset="USDT", marginAsset="USDT", pricePrecision=2,
    quantityPrecision=3, orderTypes=["LIMIT", "MARKET", "STOP_MARKET"], timeInForce=["GTC", "IOC"],
    filters=[
        dict(filterType="PRICE_FILTER", minPrice="0.01", maxPrice="1000000", tickSize="0.01"),
        dict(filterType="LOT_SIZE", minQty="0.001", maxQty="10000", stepSize="0.001"),
        dict(filterType="MIN_NOTIONAL", notional="5"),
    ],
)


class Exchange(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(dict(serverTime=0, rateLimits=[], exchangeFilters=[], assets=[], symbols=[SYMBOL])).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def candles(prices, start="2025-06-01", step="5min", wick=0.01):
    """Candles that open at one price and close at the next one."""
    prices = np.asarray(prices, dtype=float)
    first, last = prices[:-1], prices[1:]
    return pd.DataFrame(dict(
        date=pd.date_range(start, periods=len(first), freq=step, tz="UTC").as_unit("ms"), open=first,
        high=np.maximum(first, last) + wick, low=np.minimum(first, last) - wick, close=last, volume=1000.0,
    ))


def backtest(prices, strategy, *arguments, **configuration):
    """The trades of the class S in the text of a strategy; funding is 0.01 % every 8 hours of a mark price of 100."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    pathlib.Path("user").mkdir(exist_ok=True)
    hours = candles(np.full(24 * 30 + 1, 100.0), "2025-05-31", "1h", 0.0)
    funding = hours[hours.date.dt.hour % 8 == 0].assign(open=0.0001, high=0.0, low=0.0, close=0.0, volume=0.0)
    for name, frame in (("5m-futures", candles(prices)), ("1h-mark", hours), ("1h-funding_rate", funding)):
        frame.reset_index(drop=True).to_feather(FOLDER / f"BTC_USDT_USDT-{name}.feather")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exchange)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    side = dict(price_side="same", use_order_book=True, order_book_top=1)
    client = dict(
        enableRateLimit=False, options=dict(fetchMarkets=dict(types=["linear"])),
        urls=dict(api=dict(fapiPublic=f"http://127.0.0.1:{server.server_port}/fapi/v1")),
    )
    pathlib.Path("config.json").write_text(json.dumps(dict(
        trading_mode="futures", margin_mode="isolated", max_open_trades=1, stake_currency="USDT", stake_amount=100,
        dry_run=True, dry_run_wallet=1000, entry_pricing=side, exit_pricing=side,
        pairlists=[dict(method="StaticPairList")], dataformat_ohlcv="feather",
        exchange=dict(name="binance", only_from_ccxt=True, pair_whitelist=[PAIR], ccxt_config=client),
    ) | configuration))
    pathlib.Path("strategy").mkdir(exist_ok=True)
    pathlib.Path("strategy/s.py").write_text(strategy)
    place = ["-c", "config.json", "--datadir", "data", "--userdir", "user", "--strategy-path", "strategy"]
    place += ["--strategy", "S"]
    command = arguments[0] if arguments else "backtesting"
    more = list(arguments[1:]) if arguments else ["--cache", "none", "--fee", "0", "--export", "trades"]
    ran = subprocess.run([sys.executable, "-m", "freqtrade", command, *place, *more], capture_output=True, text=True)
    server.shutdown()
    if ran.returncode:
        sys.exit(ran.stdout + ran.stderr)
    log = ran.stdout + ran.stderr
    results = sorted(pathlib.Path("user/backtest_results").glob("*.zip"))
    if command != "backtesting":
        return [], log
    with zipfile.ZipFile(results[-1]) as archive:
        name = results[-1].with_suffix(".json").name
        return json.loads(archive.read(name))["strategy"]["S"]["trades"], log
PY
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
from importlib.metadata import version

import numpy as np
from expect import expect, finish
from lab import backtest

print("freqtrade", version("freqtrade"))
STRATEGY = """
from freqtrade.strategy import IStrategy

class S(IStrategy):
    timeframe, stoploss, minimal_roi, position_adjustment_enable = "5m", -0.5, {}, True

    def populate_indicators(self, df, metadata):
        return df

    def populate_entry_trend(self, df, metadata):
        df.loc[df["date"].dt.strftime("%H:%M") == "ENTRY", "enter_long"] = 1
        return df

    def populate_exit_trend(self, df, metadata):
        df.loc[df["date"].dt.strftime("%H:%M") == "EXIT", "exit_long"] = 1
        return df

    def adjust_trade_position(self, trade, current_time, current_rate, current_profit, **kwargs):
        return -50 if current_time.strftime("%H:%M") == "REDUCTION" and len(trade.orders) == 1 else None
"""


def payments(entry, leave, reduction="never"):
    """Funding in payments of one full position; a signal becomes an order at the next candle's open."""
    text = STRATEGY.replace("ENTRY", entry).replace("EXIT", leave).replace("REDUCTION", reduction)
    trades, _ = backtest(np.full(12 * 20, 100.0), text)
    return len(trades), round(abs(trades[0]["funding_fees"]) / 0.01, 3)


expect("from 08:05 to 08:10", payments("08:00", "08:05"), (1, 0.0))
expect("from 08:00 to 08:05", payments("07:55", "08:00"), (1, 1.0))
expect("from 07:55 to 08:00", payments("07:50", "07:55"), (1, 1.0))
expect("from 07:00 to 09:00, halved at 07:30", payments("06:55", "08:55", "07:30"), (1, 0.5))
expect("from 07:00 to 09:00, halved at 08:00", payments("06:55", "08:55", "08:00"), (1, 1.5))
expect("from 07:00 to 09:00, halved at 08:30", payments("06:55", "08:55", "08:30"), (1, 1.0))
finish()
PY
venv/bin/python program.py
