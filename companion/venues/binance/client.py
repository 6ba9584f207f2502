"""A client of Binance: ccxt.pro's connections and requests, typed."""

from __future__ import annotations

from collections.abc import Awaitable

import ccxt

from companion.venues.binance.ccxt_exchange import StreamExchange
from companion.venues.binance.requests import BinanceRequests
from companion.venues.binance.stream_names import CHANNELS
from companion.venues.errors import TransportError
from companion.venues.events import CommandAnswer
from companion.venues.requests import Requests
from companion.venues.transport import Command, Receiver, StreamKind, Transport

_METHODS = {
    Command.SUBSCRIBE: "SUBSCRIBE",
    Command.UNSUBSCRIBE: "UNSUBSCRIBE",
    Command.LIST_SUBSCRIPTIONS: "LIST_SUBSCRIPTIONS",
}


class BinanceTransport:
    """Connections of one exchange object, each identified by its address."""

    def __init__(self, exchange: StreamExchange) -> None:
        self._exchange = exchange

    def deliver_to(self, receiver: Receiver) -> None:
        """Hand every text to ``receiver`` from now on."""
        self._exchange.receiver = receiver

    def address(self, kind: StreamKind, number: int) -> str:
        """Address of connection ``number`` for a kind of stream."""
        return self._exchange.stream_url(CHANNELS[kind], number)

    async def command(self, address: str, command: Command, streams: list[str], number: int) -> CommandAnswer:
        """Send a command, connecting first if need be; return its answer. Raises TransportError."""
        try:
            return await self._exchange.command(address, _METHODS[command], streams, number)
        except ccxt.BaseError as problem:
            raise TransportError(f"{type(problem).__name__} {problem}") from problem

    def acknowledge(self, address: str, answer: CommandAnswer) -> None:
        """Hand an answer to whoever waits for it."""
        self._exchange.acknowledge(address, answer)

    def ended(self, address: str) -> Awaitable[object]:
        """A future that raises NetworkError when the connection ends."""
        return self._exchange.ended(address)

    def hang_up(self, address: str) -> None:
        """End a connection and forget it, without waiting."""
        self._exchange.hang_up(address)


class BinanceClient:
    """Connections and requests of one exchange object of ccxt."""

    def __init__(self, exchange: StreamExchange) -> None:
        self.transport: Transport = BinanceTransport(exchange)
        self.requests: Requests = BinanceRequests(exchange)
        self._exchange = exchange

    async def close(self) -> None:
        """End all connections and requests."""
        await self._exchange.close()
