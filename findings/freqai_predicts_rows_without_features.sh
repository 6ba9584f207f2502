#!/usr/bin/env bash
# FreqAI: rows whose features are missing are predicted as if the features were zero, and do_predict says 1.
#
# FreqAI replaces missing features by 0 before it predicts and marks such rows in `do_predict`, which strategies test
# with `do_predict == 1`; the log says "dropped 144 of 576 prediction data points due to NaNs". One would expect those
# rows to be marked 0. But the bundled models write `do_predict` again with the result of the outlier detection, which
# knows nothing of missing values, and with all detectors off that is 1 everywhere. For a feature whose normal values
# are far from 0 (a price, a level, an open interest) zero is an extreme, and the prediction is one too: here −2.6 % for
# every row, from a feature that is never below 1000 in training. A data source that is away for an hour so becomes the
# strongest signal of the day. It costs real trades on nothing. Instead: test the features themselves for NaN in
# populate_entry_trend beside do_predict.
#
# Seen with freqtrade 2026.9, lightgbm 4.7.0, datasieve 0.1.9 on Linux, 2026-11-30. (The models load only where xgboost
# is installed; its build without GPU is enough.)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check freqtrade==2026.9 ccxt==4.5.90 pandas==3.1.1 \
    numpy==2.4.6 scipy==1.17.1 lightgbm==4.7.0 datasieve==0.1.9 scikit-learn==1.9.1 xgboost-cpu==3.2.0
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
import json
import re
from importlib.metadata import version

import numpy as np
from expect import expect, finish
from lab import backtest

print("freqtrade", version("freqtrade"), "lightgbm", version("lightgbm"), "datasieve", version("datasieve"))
STRATEGY = """
import json
import numpy as np
from freqtrade.strategy import IStrategy

class S(IStrategy):
    timeframe, stoploss, minimal_roi, startup_candle_count = "5m", -0.9, {}, 20
    process_only_new_candles = True

    def feature_engineering_expand_all(self, df, period, metadata, **kwargs):
        df["%-momentum"] = df["close"].pct_change(period)
        return df

    def feature_engineering_expand_basic(self, df, metadata, **kwargs):
        return df

    def feature_engineering_standard(self, df, metadata, **kwargs):
        df["%-level"] = 1000.0 + np.arange(len(df)) % 7
        df["&-target"] = (df["%-level"] - 1003) * 0.01
        df.loc[df["date"] >= "2025-06-08 12:00", "%-level"] = np.nan
        return df

    def set_freqai_targets(self, df, metadata, **kwargs):
        return df

    def populate_indicators(self, df, metadata):
        df = self.freqai.start(df, metadata, self)
        last_day = df[df["date"] >= "2025-06-08"]
        missing = last_day[last_day["date"] >= "2025-06-08 12:00"]
        seen = [len(missing), int((missing["do_predict"] == 1).sum()), round(float(missing["&-target"].mean()), 3),
                round(float(last_day["&-target"].min()), 3)]
        print("SEEN " + json.dumps(seen))
        return df

    def populate_entry_trend(self, df, metadata):
        df["enter_long"] = 0
        return df

    def populate_exit_trend(self, df, metadata):
        return df
"""
SETTINGS = dict(
    enabled=True, identifier="x", purge_old_models=2, train_period_days=4, backtest_period_days=2,
    feature_parameters=dict(include_timeframes=["5m"], include_corr_pairlist=[], label_period_candles=5,
                            include_shifted_candles=1, indicator_periods_candles=[10], DI_threshold=0),
    data_split_parameters=dict(test_size=0.2, shuffle=False),
    model_training_parameters=dict(n_estimators=20, verbose=-1),
)
walk = np.round(100 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.003, 12 * 24 * 8 + 1))), 2)
_, log = backtest(
    walk, STRATEGY, "backtesting", "--cache", "none", "--fee", "0", "--export", "trades",
    "--freqaimodel", "LightGBMRegressor", "--timerange", "20250607-20250609", freqai=SETTINGS,
)
rows, predicted, mean, lowest = json.loads(re.search(r"SEEN (.*)", log)[1])
expect("rows without a feature, of them with do_predict 1", (rows, predicted), (144, 144))
expect("the log says that they were dropped", "dropped 144 of 576 prediction data points due to NaNs" in log, True)
expect("their prediction is the lowest that the model knows", (mean, mean == lowest), (-0.026, True))
finish()
PY
venv/bin/python program.py
