#!/usr/bin/env bash
# ccxt: behind a proxy or a test server the errors of Binance futures have other classes.
#
# Code that handles `ccxt.InsufficientFunds` or `ccxt.InvalidOrder` is expected to work with any address in
# `urls["api"]`, since the answer of the server is the same. But Binance's table of error codes for USDⓈ-M futures is
# chosen by the text at the beginning of the address: "https://fapi." + hostname + "/" and the demo hosts. With a
# reverse proxy, a local test server or even an explicit port (`https://fapi.binance.com:443/…`) the table is not found
# and most codes become plain `ExchangeError`: −2019 is no InsufficientFunds, −2021, −2022 and −4164 are no
# InvalidOrder, −2027 is no OperationRejected. Recovery that depends on the class (an emergency exit when a stop is
# refused, no second try when the margin is short) never runs, and tests against a local server prove something else
# than what runs live. It costs a position without a stop, behind a proxy that was to make things safer. Instead: keep
# the host name and reach the proxy by DNS, by ccxt's `httpsProxy`, or by the option `hostname`; in tests assert the
# class of one refused order.
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
import json

import ccxt
from expect import expect, finish

print("ccxt", ccxt.__version__)
exchange = ccxt.binanceusdm()


def raised(address, code):
    """The class of the error that this answer of the server becomes."""
    answer = {"code": code, "msg": "as the exchange words it"}
    try:
        exchange.handle_errors(400, "Bad Request", address, "POST", {}, json.dumps(answer), answer, {}, None)
    except ccxt.BaseError as error:
        return type(error).__name__


codes = (-2019, -2021, -2022, -4164, -2027)
usual = ["InsufficientFunds", "OrderImmediatelyFillable", "InvalidOrder", "InvalidOrder", "OperationRejected"]
for address, written in (
    ("https://fapi.binance.com/fapi/v1/order", usual),
    ("https://fapi.binance.com:443/fapi/v1/order", ["ExchangeError"] * 5),
    ("https://proxy.example/fapi/v1/order", ["ExchangeError"] * 5),
    ("http://127.0.0.1:8080/fapi/v1/order", ["ExchangeError"] * 5),
):
    expect(f"{codes} from {address}", [raised(address, code) for code in codes], written)
finish()
PY
venv/bin/python program.py
