"""One message of each kind as Binance sends it, and what it says."""

from __future__ import annotations

from typing import Any

from companion.venues.events import (
    AggregateTrade,
    BookTicker,
    ClosedCandle,
    DayTicker,
    LiquidationOrder,
    MarketEvent,
    MarkPrice,
)
from hhq.panel import CANDLE_MS

BAR = 5_000_000
NOW = BAR * CANDLE_MS + 100_000
"""Candle BAR is forming, BAR − 1 has closed 100 s ago."""
KNOWN = frozenset({"AUSDT"})


def kline(bar: int = BAR - 1, **changes: Any) -> dict[str, Any]:
    """A candle of AUSDT that has closed."""
    candle = {
        "t": bar * CANDLE_MS, "T": (bar + 1) * CANDLE_MS - 1, "s": "AUSDT", "i": "5m", "x": True,
        "o": "2.0", "h": "3.0", "l": "1.0", "c": "2.5", "v": "7.0",
    }  # fmt: skip
    return {"e": "kline", "E": NOW, "s": "AUSDT", "k": candle | changes}


SAMPLES: tuple[tuple[dict[str, Any], MarketEvent], ...] = (
    (kline(BAR - 2), ClosedCandle("AUSDT", BAR - 2, (2.0, 3.0, 1.0, 2.5, 7.0))),
    (
        {"e": "24hrTicker", "E": NOW, "s": "AUSDT", "c": "2.5", "q": "1000"},
        DayTicker("AUSDT", NOW, 2.5, 1000.0),
    ),
    (
        {"e": "bookTicker", "E": NOW, "u": 5, "s": "AUSDT", "b": "2.4", "B": "3", "a": "2.6", "A": "4"},
        BookTicker("AUSDT", NOW, 5, 2.4, 2.6, 3.0, 4.0),
    ),
    (
        {"e": "markPriceUpdate", "E": NOW, "s": "AUSDT", "p": "2.5", "i": "2.4", "r": "0.0001", "T": NOW + 1},
        MarkPrice("AUSDT", NOW, 2.5, 2.4, 0.0001, NOW + 1),
    ),
    (
        {
            "e": "forceOrder", "E": NOW,
            "o": {"s": "AUSDT", "S": "SELL", "q": "9", "p": "2.6", "ap": "2.5", "z": "4", "T": NOW - 3},
        },
        LiquidationOrder("AUSDT", NOW - 3, -1, 2.5, 4.0),
    ),
    (
        {"e": "aggTrade", "E": NOW, "a": 9, "s": "AUSDT", "p": "2.5", "q": "4", "T": NOW - 2, "m": True},
        AggregateTrade("AUSDT", NOW - 2, 9, -1, 2.5, 4.0),
    ),
)  # fmt: skip
