#!/usr/bin/env bash
# Freqtrade: a NaN from a callback means no trades, or a position that never closes, without a word.
#
# A callback that computes a leverage, a stake or an exit price from a dataframe sooner or later answers NaN (first
# candles, a gap, a division by zero). One would expect an error, a warning, or the default that a raised exception
# gets. NaN is none of these: `leverage` → no entry in the whole run; `custom_stake_amount` → the same;
# `custom_exit_price` → the exit order is placed at NaN, is never filled, and the position stays open until the end of
# the backtest: one trade of 30 remains. No line in the log names the callback, the value or the pair. (Infinity as
# leverage is quietly the maximum of the exchange, 150×.) It costs hours, since a run without trades looks like a
# strategy without signals, and a backtest of one endless position like a strategy of few trades. Instead: test each
# answer with math.isfinite in the callback itself and log what is not.
#
# Seen with freqtrade 2026.9 (backtesting) on 2026-11-30.
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
    timeframe, stoploss, minimal_roi = "5m", -0.9, {}

    def populate_indicators(self, df, metadata):
        return df

    def populate_entry_trend(self, df, metadata):
        df.loc[df.index % 50 == 0, "enter_long"] = 1
        return df

    def populate_exit_trend(self, df, metadata):
        df.loc[df.index % 50 == 40, "exit_long"] = 1
        return df
"""
walk = np.round(100 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.003, 1501))), 2)
trades, _ = backtest(walk, STRATEGY)
expect("trades without callbacks", len(trades), 30)
for callback, answer, written in (
    ("leverage", "nan", (0, [], [])),
    ("leverage", "inf", (30, [150.0], ["exit_signal", "liquidation", "stop_loss"])),
    ("custom_stake_amount", "nan", (0, [], [])),
    ("custom_exit_price", "nan", (1, [1.0], ["force_exit"])),
):
    method = f'\n    def {callback}(self, **kwargs):\n        return float("{answer}")\n'
    trades, log = backtest(walk, STRATEGY + method)
    seen = len(trades), sorted({t["leverage"] for t in trades}), sorted({t["exit_reason"] for t in trades})
    expect(f"{callback} → {answer}: trades, leverages, reasons", seen, written)
    expect("  named in the log", callback in log or answer in log.split(), False)
finish()
PY
venv/bin/python program.py
