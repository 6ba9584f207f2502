"""Connections over which an exchange streams, each identified by its address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Protocol, TypeAlias

from companion.venues.events import CommandAnswer

Receiver: TypeAlias = Callable[[str, str], None]
"""Takes the address of a connection and a text that came over it; called in the event loop."""


class StreamKind(Enum):
    """Kinds of streams; one connection carries streams of one kind."""

    CANDLES = "candles"
    BOOKS = "books"
    MARKET = "market"
    TRADES = "trades"


class Command(Enum):
    """What a connection can be told to do."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    LIST_SUBSCRIPTIONS = "list subscriptions"


class StreamNames(Protocol):
    """How the exchange names its streams."""

    @property
    def market(self) -> tuple[str, ...]:
        """The streams of the whole market: 24 h tickers, mark prices, liquidation orders."""

    def candles(self, symbol: str) -> str:
        """The 5m candles of a coin."""

    def book(self, symbol: str) -> str:
        """Best bid and ask of a coin."""

    def trades(self, symbol: str) -> str:
        """The aggregate trades of a coin."""

    def symbol(self, stream: str) -> str:
        """The coin's symbol of a stream; for a stream of the whole market, a text that is no coin's symbol."""


class Transport(Protocol):
    """Opens, uses and ends connections. All methods belong to the event loop."""

    def deliver_to(self, receiver: Receiver) -> None:
        """Hand every text of every connection to ``receiver`` from now on."""

    def address(self, kind: StreamKind, number: int) -> str:
        """The address of connection ``number``; another number is another connection."""

    def command(
        self, address: str, command: Command, streams: list[str], number: int
    ) -> Awaitable[CommandAnswer]:
        """Send a command, connecting first if need be; return what :meth:`acknowledge` is given for its number.

        Raises TransportError if the connection fails or ends, CancelledError if it is hung up meanwhile.
        """

    def acknowledge(self, address: str, answer: CommandAnswer) -> None:
        """Hand an answer to whoever waits for it."""

    def ended(self, address: str) -> Awaitable[object]:
        """An awaitable that raises when the connection ends; the exception's text says why."""

    def hang_up(self, address: str) -> None:
        """End a connection and forget it, without waiting."""
