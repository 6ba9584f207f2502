#!/usr/bin/env bash
# Freqtrade: the protection MaxDrawdown locks a futures account that is ahead.
#
# `"max_allowed_drawdown": 0.15` reads as: no entries after the account has lost 15 %. By default (`calculation_mode`
# "ratios") the drawdown is the fall of the running sum of the trades' `close_profit`, each a share of its own margin,
# whatever the size of the trade, and multiplied by its leverage. With 10x, eight small stops of 2 % of the price are a
# "drawdown of 1.6", and all pairs are locked while the account stands higher than before. It costs most of the
# entries of a levered strategy in backtests and live, and the reason of the lock ("1.6 passed 0.15") looks like a
# catastrophe. Instead: `"calculation_mode": "equity"`, which measures the account from its balance.
#
# Seen with freqtrade 2026.9 on 2026-12-01.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check freqtrade==2026.9 sqlalchemy==2.1.9
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
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from expect import expect, finish
from freqtrade.persistence import Trade, init_db
from freqtrade.plugins.protections.max_drawdown_protection import MaxDrawdown

BALANCE = 10_000.0
NOW = datetime(2026, 1, 2, tzinfo=UTC)

print("freqtrade", version("freqtrade"))
init_db("sqlite://")


def closed(minutes_ago, margin, ratio):
    """A closed trade of 10x leverage that ended with this share of its margin."""
    moment = NOW - timedelta(minutes=minutes_ago)
    return Trade(
        pair="BTC/USDT:USDT", exchange="binance", is_open=False, leverage=10.0, stake_amount=margin, amount=1.0,
        open_rate=100.0, fee_open=0.0, fee_close=0.0, open_date=moment - timedelta(minutes=5), close_date=moment,
        close_rate=100.0, close_profit=ratio, close_profit_abs=margin * ratio,
    )


# One trade of 2,000 USDT margin won 10 %, then eight of 25 USDT were stopped 2 % away.
Trade.session.add(closed(600, 2_000.0, 0.1))
for number in range(8):
    Trade.session.add(closed(500 - 10 * number, 25.0, -0.2))
Trade.session.commit()
expect("result of all trades, USDT", round(sum(t.close_profit_abs for t in Trade.get_trades_proxy(is_open=False)), 2), 160.0)
for mode in (None, "equity"):
    rule = {"method": "MaxDrawdown", "lookback_period_candles": 288, "stop_duration_candles": 48, "trade_limit": 5,
            "max_allowed_drawdown": 0.15} | ({"calculation_mode": mode} if mode else {})
    found = MaxDrawdown({"timeframe": "5m"}, rule).global_stop(NOW, "long", BALANCE)
    name = f"calculation_mode {mode or 'not given'}"
    expect(f"{name}: all pairs are locked", bool(found and found.lock), mode is None)
    if found:
        expect(f"{name}: the drawdown in the reason", round(float(found.reason.split()[0]), 6), 1.6)
finish()
PY
venv/bin/python program.py
