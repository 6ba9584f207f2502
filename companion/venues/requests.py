"""REST requests as values: what they weigh, how they are sent and how their answers are read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from companion.venues.values import CandleHistory, Listings, SettlementPage, Tickers

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request(Generic[T]):
    """A request, not sent yet.

    ``send`` sends it each time it is called, and returns the raw answer; raises RequestError. ``read`` turns that into
    typed values; raises MalformedError. Whoever sends it must first have taken ``weight`` from the ledger.
    """

    name: str
    weight: int
    send: Callable[[], Awaitable[object]]
    read: Callable[[Any], T]


class Requests(Protocol):
    """All requests that the streams need."""

    def time(self) -> Request[int]:
        """The exchange's clock in ms UTC."""

    def listings(self) -> Request[Listings]:
        """The coins that trade now, and their rules."""

    def funding_intervals(self) -> Request[Mapping[str, float]]:
        """Funding interval in hours by symbol, for the coins that differ from what :meth:`listings` says."""

    def tickers(self, wanted: Collection[str] | None) -> Request[Tickers]:
        """24 h tickers of these symbols (None: all), by one request for the whole market."""

    def ticker(self, symbol: str) -> Request[Tickers]:
        """The 24 h ticker of one symbol."""

    def settlements(self, since_ms: int) -> Request[SettlementPage]:
        """The first settlements of all coins from ``since_ms`` (UTC) on, as many as one answer holds."""

    def candles(self, symbol: str, first_bar: int, limit: int) -> Request[CandleHistory]:
        """The first ``limit`` 5m candles from ``first_bar`` on, the forming one included."""
