"""A process that talks to Binance alone loads Binance alone."""

from __future__ import annotations

import subprocess
import sys

_SCRIPT = """
import sys
from companion.venues.binance.one_exchange import binance_alone
with binance_alone():
    import ccxt.pro
from companion.venues.binance.ccxt_exchange import StreamExchange, make_exchange
exchange = make_exchange("http://127.0.0.1:1", lambda _report: None)
assert isinstance(exchange, ccxt.pro.binanceusdm) and exchange.urls["api"]["ws"]["linear"].endswith(":1/ws")
assert hasattr(exchange, "fetch_ohlcv") and issubclass(ccxt.RateLimitExceeded, ccxt.NetworkError)
for other in (ccxt.kraken, ccxt.pro.kraken, ccxt.binance, ccxt.pro.binancecoinm):
    assert not hasattr(other, "fetch_ohlcv") and "left out" in other.__doc__
assert not any(type(finder).__module__ == "companion.venues.binance.one_exchange" for finder in sys.meta_path)
with binance_alone():
    import ccxt.async_support
print(*(name for name, module in sys.modules.items() if name.startswith("ccxt.abstract.") and module.__file__))
"""


def test_of_all_exchanges_only_binances_usd_futures_are_imported() -> None:
    done = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.split()) == ["ccxt.abstract.binance", "ccxt.abstract.binanceusdm"]
