#!/usr/bin/env bash
# Freqtrade: in a backtest trade.min_rate and trade.max_rate know the candle that is still to come.
#
# One would expect that a callback of a backtest sees the past only, and that `freqtrade lookahead-analysis` reports it
# when it does not. But `trade.min_rate` and `trade.max_rate` are brought up to date with the low and the high of the
# current candle before `custom_exit` is asked, while the exit that it asks for is filled at that candle's open. A rule
# such as "leave when the price has fallen 0.2 % below the entry", written with `trade.min_rate`, therefore sells before
# the fall: 75 of 76 exits are filled above the level that the price is said to have fallen below. On a random walk
# without fees the rule earns 21 USDT on stakes of 100; the same rule with `current_rate` loses 5. The analysis for
# lookahead bias finds no bias: it compares indicators and times of signals, and both are the same in every run. It
# costs a strategy that is put live on such a backtest. Instead: keep your own extremes in a callback, advanced once for
# each candle, or decide in columns of the dataframe.
#
# Seen with freqtrade 2026.9, ccxt 4.5.90, pandas 3.1.1 on 2026-11-30.
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

print("freqtrade", version("freqtrade"), "ccxt", version("ccxt"), "pandas", version("pandas"))
STRATEGY = """
from freqtrade.strategy import IStrategy

class S(IStrategy):
    timeframe, stoploss, minimal_roi = "5m", -0.9, {}

    def populate_indicators(self, df, metadata):
        return df

    def populate_entry_trend(self, df, metadata):
        df.loc[df["date"].dt.minute % 15 == 0, "enter_long"] = 1
        return df

    def populate_exit_trend(self, df, metadata):
        return df

    def custom_exit(self, pair, trade, current_time, current_rate, current_profit, **kwargs):
        return "fell" if LOWEST < trade.open_rate * 0.998 else None
"""
walk = np.round(100 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.003, 3001))), 2)
expected = {"trade.min_rate": (76, 75, 20.86), "current_rate": (64, 0, -4.88)}
for lowest, written in expected.items():
    trades, _ = backtest(walk, STRATEGY.replace("LOWEST", lowest))
    above = sum(t["close_rate"] > t["open_rate"] * 0.998 for t in trades if t["exit_reason"] == "fell")
    seen = len(trades), above, round(sum(t["profit_abs"] for t in trades), 2)
    expect(f"{lowest}: trades, left above the level that they had fallen below, profit", seen, written)
_, log = backtest(
    walk, STRATEGY.replace("LOWEST", "trade.min_rate"), "lookahead-analysis", "--timerange", "20250602-20250610"
)
expect("lookahead-analysis finds no bias", "S: no bias detected" in log, True)
finish()
PY
venv/bin/python program.py
