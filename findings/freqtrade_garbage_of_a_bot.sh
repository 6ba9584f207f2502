#!/usr/bin/env bash
# Freqtrade: the `freqtrade` command turns Python's garbage collector nearly off, so a bot's cyclic garbage stays for hours.
#
# A bot that runs for weeks and grows is usually searched for a leak: a list in the strategy, a cache of candles. Here
# nothing leaks. At its start Freqtrade raises the thresholds of Python's collector from 700, 10, 10 to 50,000, 500,
# 1,000: the middle generation is looked at after 25 million more allocations than releases, the oldest practically
# never. Whatever lies in a cycle and has survived one look (the session's state of each read of trades and orders,
# closed connections of the exchange's client, data frames that a strategy's objects hold) piles up meanwhile, and what
# is allocated between it keeps the process from giving memory back. Seen in a bot with 24 pairs: 550 closed transports
# and 470 trades after eight hours, and 50 to 80 MB of freed memory that stayed with the process. No option
# changes it. Instead: call gc.collect() in bot_loop_start once a candle (some tenths of a second), and look for a leak
# only in what is left then.
#
# Seen with freqtrade 2026.9 on Python 3.11, 2026-12-01: 3,000 reads of one open trade, as 3,000 loops do.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check freqtrade==2026.9 ccxt==4.5.90 pandas==3.1.1 \
    numpy==2.4.6
cat > loops.py <<'PY'
import gc, sys
from datetime import datetime, timezone

from freqtrade.persistence import Trade, init_db
from freqtrade.system import gc_set_threshold

if sys.argv[1] == "as freqtrade":
    gc_set_threshold()
init_db("sqlite://")
Trade.session.add(Trade(
    pair="BTC/USDT", stake_amount=10.0, amount=1.0, open_rate=10.0, fee_open=0.0, fee_close=0.0, exchange="binance",
    is_open=True, open_date=datetime.now(timezone.utc),
))
Trade.commit()
gc.collect()
for _ in range(3_000):
    Trade.session.remove()
    (trade,) = Trade.get_open_trades()
    assert trade.orders == []
print(f"{sys.argv[1]}: thresholds {gc.get_threshold()}, garbage that lies about: {gc.collect():,} objects")
PY
venv/bin/python loops.py "as python" | tee told
venv/bin/python loops.py "as freqtrade" | tee -a told
grep -q "as freqtrade: thresholds (50000, 500, 1000)" told
venv/bin/python - <<'PY'
import re

usual, freqtrade = (int(count.replace(",", "")) for count in re.findall(r"([\d,]+) objects", open("told").read()))
assert freqtrade > 10_000 > 10 * usual, (usual, freqtrade)
print("seen: the same loops leave", freqtrade // max(usual, 1), "times the garbage under freqtrade's thresholds")
PY
