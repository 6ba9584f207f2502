#!/usr/bin/env bash
# ccxt: a stop order of Binance futures is "closed" when it has triggered, sold or not.
#
# In ccxt's terms an order that is "closed" has been filled; "canceled", "expired" and "rejected" have words of their
# own. Conditional orders of Binance futures live in a service of their own since December 2025, whose states TRIGGERED
# and FINISHED both become "closed", although TRIGGERED only says that an ordinary order has been sent and FINISHED is
# also the end of one whose child was cancelled or expired. What shows it is `filled`, which is 0, while `remaining` is
# the whole amount; average and cost are None. Code that asks `order["status"] == "closed"` books an exit that did not
# happen, or takes the position for flat, and the stop is gone. It costs an unprotected position in the one moment in
# which the stop was needed. Instead: read `actualOrderId` in `info` and ask for that order; closed with nothing filled
# is open.
#
# Seen with ccxt 4.5.90 on 2026-11-30.
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
import ccxt
from expect import expect, finish

print("ccxt", ccxt.__version__)
MARKET = dict(
    symbol="BTCUSDT", pair="BTCUSDT", contractType="PERPETUAL", status="TRADING", deliveryDate=4133404800000,
    baseAsset="BTC", quoteAsset="USDT", marginAsset="USDT", pricePrecision=1, quantityPrecision=3,
    filters=[dict(filterType="PRICE_FILTER", minPrice="0.1", maxPrice="1000000", tickSize="0.1"),
             dict(filterType="LOT_SIZE", minQty="0.001", maxQty="10000", stepSize="0.001")],
)
exchange = ccxt.binanceusdm()
exchange.set_markets([exchange.parse_market(MARKET)])
for state, written in (
    ("NEW", ("open", 0.0, 1.0, None)),
    ("TRIGGERED", ("closed", 0.0, 1.0, None)),
    ("FINISHED", ("closed", 0.0, 1.0, None)),
    ("CANCELED", ("canceled", 0.0, 1.0, None)),
):
    order = exchange.parse_order(dict(
        algoId=1, clientAlgoId="x", algoType="CONDITIONAL", orderType="STOP_MARKET", symbol="BTCUSDT", side="SELL",
        positionSide="BOTH", timeInForce="GTC", quantity="1", algoStatus=state, triggerPrice="59000", price="0",
        createTime=1, updateTime=2, actualOrderId="", actualPrice="0",
    ), exchange.market("BTC/USDT:USDT"))
    seen = tuple(order[key] for key in ("status", "filled", "remaining", "average"))
    expect(f"{state}: status, filled, remaining, average", seen, written)
finish()
PY
venv/bin/python program.py
