"""The ccxt.pro client of Binance USDⓈ-M: its connections and REST calls, without its parsing of messages.

ccxt.pro's watch methods parse every message into objects of their own and drop what this service needs (the closed flag
of a candle). Here each text goes to the receiver as it came; connecting, subscribing, pings, URLs, signing and the REST
calls stay ccxt's.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Mapping
from functools import partial
from typing import Any

import ccxt.pro

from companion.venues.binance.weights import TOO_MANY_REQUESTS, report_of
from companion.venues.events import CommandAnswer
from companion.venues.request_weight import AnswerBook, WeightReport
from companion.venues.transport import Receiver


class StreamExchange(ccxt.pro.binanceusdm):
    """``binanceusdm`` of ccxt.pro whose connections deliver raw texts; public data only, no keys."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.receiver: Receiver = _ignore_text
        self.answer_book: AnswerBook = _ignore_answer
        self._closing: set[asyncio.Future[Any]] = set()

    def client(self, url: str) -> Any:
        """The connection to an address, made on the first call."""
        known = url in (self.clients or {})
        client = super().client(url)
        if not known:
            # If ccxt's own decoding raised on a broken text, the connection would no longer be read.
            client.handle_text_or_binary_message = partial(self._received, url)
        return client

    def stream_url(self, channel: str, number: int) -> str:
        """Address of connection ``number`` for a kind of stream (kline, bookTicker, …)."""
        base = self.get_ws_url("linear", self.get_future_ws_category(channel))
        return f"{base}/{number}"

    def command(self, url: str, method: str, streams: list[str], number: int) -> Awaitable[CommandAnswer]:
        """Send SUBSCRIBE, UNSUBSCRIBE or LIST_SUBSCRIPTIONS, connecting first if need be.

        The answer is handed over with :meth:`acknowledge`. Raises NetworkError if the connection fails or ends.
        """
        request = {"method": method, "params": streams, "id": number}
        if method == "LIST_SUBSCRIPTIONS":
            del request["params"]
        answer: Awaitable[CommandAnswer] = self.watch(url, str(number), request, str(number))
        return answer

    def acknowledge(self, url: str, answer: CommandAnswer) -> None:
        """Hand an answer to whoever waits for it."""
        client = (self.clients or {}).get(url)
        if client is not None:
            client.subscriptions.pop(answer.number, None)
            client.resolve(answer, answer.number)

    def ended(self, url: str) -> Awaitable[Any]:
        """A future that raises NetworkError when the connection ends."""
        future: Awaitable[Any] = self.client(url).future("ended")
        return future

    def on_error(self, client: Any, error: Exception) -> None:
        """Book a refused handshake like any other refusal; then do what ccxt does."""
        seconds = client.last_retry_after if client.dial_failed else None
        if seconds is not None:
            self.answer_book(WeightReport(TOO_MANY_REQUESTS, wait_seconds=float(seconds)))
        super().on_error(client, error)

    def hang_up(self, url: str) -> None:
        """End a connection and forget it, without waiting: closing a dead one takes seconds."""
        client = (self.clients or {}).pop(url, None)
        if client is None:
            return
        self._close_soon(client)
        if not client.connected.done():
            # ccxt goes on dialing: nobody would ever close what it opens now.
            client.connected.add_done_callback(lambda _connected: self._close_soon(client))

    async def close(self, clean_instance_data: bool = False) -> None:
        """End all connections and requests."""
        await super().close(clean_instance_data)
        closing = tuple(self._closing)
        for task in closing:
            task.cancel()
        await asyncio.gather(*closing, return_exceptions=True)

    def on_rest_response(
        self,
        code: int,
        reason: str,
        url: str,
        method: str,
        response_headers: Mapping[str, str],
        response_body: str,
        request_headers: object,
        request_body: object,
    ) -> Any:
        """Book the answer's weight before anything else is done with it."""
        self.answer_book(report_of(code, response_headers))
        return super().on_rest_response(
            code, reason, url, method, response_headers, response_body, request_headers, request_body
        )

    def _close_soon(self, client: Any) -> None:
        closing = asyncio.ensure_future(client.close())
        self._closing.add(closing)
        closing.add_done_callback(self._closed)

    def _closed(self, closing: asyncio.Future[Any]) -> None:
        self._closing.discard(closing)
        if not closing.cancelled():
            closing.exception()  # a connection that breaks while it is being closed is closed

    def _received(self, url: str, data: str | bytes) -> None:
        self.receiver(url, data.decode(errors="replace") if isinstance(data, bytes) else data)


def make_exchange(base_url: str, book: AnswerBook) -> StreamExchange:
    """The client of Binance, or of the replay exchange at ``base_url``. Close it with ``await close()``.

    Blocks for some tenths of a second: call it in a thread.
    """
    config: dict[str, Any] = {
        # Weight is the ledger's business; ccxt's own throttle would only add a second wait.
        "enableRateLimit": False,
        # Liveness is judged by the texts themselves; ccxt's pings read the wall clock, which a demo scales.
        "streaming": {"keepAlive": 0},
        "options": {"fetchMarkets": {"types": ["linear"]}, "fetchCurrencies": False},
    }
    if base_url:
        base = base_url.rstrip("/")
        config["urls"] = {
            "api": {
                "fapiPublic": f"{base}/fapi/v1",
                "fapiPublicV2": f"{base}/fapi/v2",
                "fapiPublicV3": f"{base}/fapi/v3",
                "fapiData": f"{base}/futures/data",
                "ws": {"linear": f"ws{base.removeprefix('http')}/ws"},
            }
        }
    exchange = StreamExchange(config)
    exchange.answer_book = book
    # ccxt would read the certificates in the event loop.
    exchange.ssl_context = ssl.create_default_context(cafile=exchange.cafile)
    return exchange


def _ignore_text(_url: str, _text: str) -> None:
    """Drop the text: nobody listens yet."""


def _ignore_answer(_report: WeightReport) -> None:
    """Drop the report: nobody books yet."""
