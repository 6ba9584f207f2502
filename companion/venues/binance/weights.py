"""Request weight of Binance USDⓈ-M: what requests cost, what a bot uses, what a refusal means."""

from __future__ import annotations

import math
from collections.abc import Mapping

from companion.venues.request_weight import BotWeights, WeightReport

ONE_OBJECT = 1
"""Time, exchangeInfo, fundingInfo, a page of settlements, the ticker of one symbol."""
ALL_TICKERS = 40
_CANDLES = ((99, 1), (499, 2), (1000, 5), (1500, 10))
"""Requests for candles: largest limit, and its weight."""
CHEAPEST_CANDLES = 499
"""Candles per request: weight 2 for 499 is 0.004 per candle, 10 for 1,500 would be 0.0067."""
BOT_WEIGHTS = BotWeights(
    # 1,500 5m candles weigh 10, the settled funding 1.
    loaded_coin=11,
    closed_candle=2,
    # Freqtrade reads the order book twice per loop (exit, adjustment), and an entry's ticker: 2 + 2 + 1, every 3 s.
    position=100,
)
TOO_MANY_REQUESTS = 429
_BANNED = 418
_WAIT_WITHOUT_WORD = {TOO_MANY_REQUESTS: 60.0, _BANNED: 120.0}
"""Seconds to wait after a refusal that does not say how long."""


def weight_of_candles(limit: int) -> int:
    """Weight of a request for ``limit`` candles, 1,500 at most."""
    return next(weight for most, weight in _CANDLES if limit <= most)


def report_of(status: int, headers: Mapping[str, str]) -> WeightReport:
    """What an answer with this HTTP status and these headers says about weight."""
    found = {name.lower(): value for name, value in headers.items()}
    used, retry = _number(found.get("x-mbx-used-weight-1m")), _number(found.get("retry-after"))
    wait = retry if retry is not None else _WAIT_WITHOUT_WORD.get(status)
    refused = status in _WAIT_WITHOUT_WORD
    return WeightReport(status, None if used is None else int(used), wait if refused else None)


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0.0 else None
