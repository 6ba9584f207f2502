#!/usr/bin/env bash
# ccxt: a Binance perpetual on a share or a metal becomes a dated future, with another symbol, when its end is set.
#
# Binance lists perpetuals of two contract types: PERPETUAL (coins) and TRADIFI_PERPETUAL (shares, metals, indices). In
# both the deliveryDate is a day in the year 2100; a near day announces the end of a contract. One would
# expect either to stay the swap that it is. ccxt knows the type PERPETUAL only; the other one is a swap merely because
# of the date 2100. As soon as Binance sets a near date, the next reload of markets makes TSLA/USDT:USDT a future
# TSLA/USDT:USDT-270101. The symbol of yesterday is a BadSymbol then, also for cancelling the stop and for closing; the
# position is told under the new symbol, so that a program that looks for its own finds none; and filters on `swap` drop
# the market without a word. It costs the control of a position before the contract is settled. Tests with coins
# show nothing of it. Instead: take the market by its id (`exchange.markets_by_id["TSLAUSDT"]`), compare positions by
# id, look at `contractType` and `deliveryDate` in `info`, and leave such a market when a near date appears.
#
# Seen with ccxt 4.5.90 on 2026-12-01.
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
IN_2100, IN_2027 = 4133404800000, 1798761600000


def listed(coin, kind, delivery):
    return dict(
        symbol=f"{coin}USDT", pair=f"{coin}USDT", contractType=kind, status="TRADING", deliveryDate=delivery,
        onboardDate=1569398400000, baseAsset=coin, quoteAsset="USDT", marginAsset="USDT", pricePrecision=2,
        quantityPrecision=3,
        filters=[dict(filterType="PRICE_FILTER", minPrice="0.01", maxPrice="1000000", tickSize="0.01"),
                 dict(filterType="LOT_SIZE", minQty="0.001", maxQty="10000", stepSize="0.001")],
    )


class Local(ccxt.binanceusdm):
    """Binance's answers from here."""

    delivery = IN_2100

    def fetch(self, url, *arguments, **more):
        symbols = [listed("HYPE", "PERPETUAL", self.delivery), listed("TSLA", "TRADIFI_PERPETUAL", self.delivery)]
        position = dict(
            symbol="TSLAUSDT", positionSide="BOTH", positionAmt="1", entryPrice="300", breakEvenPrice="300",
            markPrice="300", unRealizedProfit="0", liquidationPrice="250", isolatedMargin="60", notional="300",
            marginAsset="USDT", isolatedWallet="60", initialMargin="60", maintMargin="2", positionInitialMargin="60",
            openOrderInitialMargin="0", adl="1", updateTime=1,
        )
        bracket = dict(bracket=1, initialLeverage=5, notionalCap=10000, notionalFloor=0, maintMarginRatio=0.01, cum=0)
        answers = dict(
            exchangeInfo=dict(symbols=symbols), getall=[], allPairs=[], positionRisk=[position],
            leverageBracket=[dict(symbol="TSLAUSDT", brackets=[bracket])],
        )
        return answers[url.split("?")[0].split("/")[-1]]


def markets():
    return {row["id"]: (row["symbol"], row["type"], row["active"]) for row in exchange.markets.values()}


exchange = Local(dict(apiKey="made up", secret="made up", options=dict(fetchMarkets=dict(types=["linear"]))))
exchange.load_markets()
expect("markets, delivery in 2100", markets(), {
    "HYPEUSDT": ("HYPE/USDT:USDT", "swap", True), "TSLAUSDT": ("TSLA/USDT:USDT", "swap", True),
})
exchange.delivery = IN_2027
exchange.load_markets(reload=True)
expect("markets, delivery in 2027", markets(), {
    "HYPEUSDT": ("HYPE/USDT:USDT", "swap", True), "TSLAUSDT": ("TSLA/USDT:USDT-270101", "future", True),
})
positions = exchange.fetch_positions_risk()
expect("symbol of the position", [row["symbol"] for row in positions], ["TSLA/USDT:USDT-270101"])
try:
    answer = exchange.create_order("TSLA/USDT:USDT", "market", "sell", 1, params=dict(reduceOnly=True))["id"]
except ccxt.BaseError as error:
    answer = f"{type(error).__name__}: {error}"
expect("closing it", answer, "BadSymbol: binanceusdm does not have market symbol TSLA/USDT:USDT")
expect("by its id", exchange.markets_by_id["TSLAUSDT"][0]["symbol"], "TSLA/USDT:USDT-270101")
finish()
PY
venv/bin/python program.py
