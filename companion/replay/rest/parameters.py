"""Query parameters, checked and refused as Binance does."""

from __future__ import annotations

import re
from collections.abc import Mapping

from companion.replay.errors import (
    empty_parameter,
    illegal_characters,
    invalid_value,
    mandatory_parameter,
    start_after_end,
)
from companion.replay.exchange import CoinView, Exchange, interval_of
from companion.replay.history import Window

_INTEGER = r"^[0-9]{1,20}$"
# Beyond every time and trade number; larger values only mean "all" and would overflow the arrays.
_LARGEST = 10**15
_SYMBOL = r"^[\w.-]{1,20}$"


class Parameters:
    """The query of one request."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self._query = query

    def has(self, name: str) -> bool:
        """Whether `name` was sent."""
        return name in self._query

    def text(self, name: str) -> str:
        """A mandatory parameter. Raises BinanceError -1102 or -1105."""
        value = self._query.get(name)
        if value is None:
            raise mandatory_parameter(name)
        if not value:
            raise empty_parameter(name)
        return value

    def integer(self, name: str) -> int | None:
        """A whole number ≥ 0, None if not sent. Raises BinanceError -1100 or -1105."""
        if name not in self._query:
            return None
        value = self.text(name)
        if re.fullmatch(_INTEGER, value) is None:
            raise illegal_characters(name, _INTEGER)
        return min(int(value), _LARGEST)

    def plain_limit(self, default: int) -> int:
        """`limit` for the weight of a request: `default` when it is absent or not a number."""
        value = self._query.get("limit", "")
        return int(value) if value.isascii() and value.isdigit() else default

    def limit(self, default: int, most: int) -> int:
        """`limit` from 1 to `most`. Raises BinanceError -1130 outside that range."""
        value = self.integer("limit")
        if value is None:
            return default
        if not 1 <= value <= most:
            raise invalid_value("limit")
        return value

    def view(self, exchange: Exchange, now: int, name: str = "symbol") -> CoinView:
        """The coin named by the mandatory `symbol`. Raises BinanceError -1102, -1100, -1121."""
        value = self.text(name)
        if re.fullmatch(_SYMBOL, value.upper()) is None:
            raise illegal_characters(name, _SYMBOL)
        return exchange.view(value, now)

    def interval(self) -> int:
        """The mandatory candle `interval` in ms. Raises BinanceError -1102, -1120."""
        return interval_of(self.text("interval"))

    def window(self, default: int, most: int) -> Window:
        """startTime, endTime, limit. Raises BinanceError -1023 when they are reversed."""
        start, end = self.integer("startTime"), self.integer("endTime")
        if start is not None and end is not None and start > end:
            raise start_after_end()
        return Window(start, end, self.limit(default, most))
