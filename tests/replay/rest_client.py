"""What the REST tests share."""

from __future__ import annotations

from typing import Any

import httpx

from tests.replay.conftest import NOON
from tests.replay.sample_market import BASE, BEGIN
from tests.replay.server import RunningExchange

# The candle that is forming at NOON.
ROW = (NOON - BEGIN) // BASE
FORMING = BEGIN + ROW * BASE


def klines(still: RunningExchange, **query: object) -> list[list[Any]]:
    """Rows of v1/klines, of BTCUSDT and 5m unless said otherwise."""
    answer = still.get("v1/klines", **{"symbol": "BTCUSDT", "interval": "5m", **query})
    assert answer.status_code == 200, answer.text
    return list(answer.json())


def refused(answer: httpx.Response) -> tuple[int, int]:
    """HTTP status and error code."""
    return answer.status_code, answer.json()["code"]
