"""Binance USDⓈ-M as a venue."""

from __future__ import annotations

from collections.abc import Container

from companion.market.leverage_tiers import LeverageTiers
from companion.venues.binance import weights
from companion.venues.binance.ccxt_exchange import make_exchange
from companion.venues.binance.client import BinanceClient
from companion.venues.binance.leverage_tiers import bundled_tiers
from companion.venues.binance.messages import read_text
from companion.venues.binance.origin import ask_origin
from companion.venues.binance.stream_names import BinanceStreamNames
from companion.venues.events import CommandAnswer, Message
from companion.venues.origin import MarketOrigin
from companion.venues.request_weight import AnswerBook
from companion.venues.transport import StreamNames
from companion.venues.venue import VenueClient, VenueLimits


class BinanceVenue:
    """Binance, or a server with the same API at ``base_url`` (http://…)."""

    # The exchange accepts 10 commands a second.
    limits = VenueLimits(
        streams_a_command=100, command_pause_seconds=0.15, candles_a_request=weights.CHEAPEST_CANDLES
    )
    bot_weights = weights.BOT_WEIGHTS
    stream_names: StreamNames = BinanceStreamNames()

    def __init__(self, base_url: str = "") -> None:
        self._base_url = base_url

    def leverage_tiers(self) -> LeverageTiers:
        """The tiers that Freqtrade bundles. Raises CompanionError if Freqtrade is not installed."""
        return bundled_tiers()

    async def origin(self) -> MarketOrigin | None:
        """What its prices are of; a replay exchange says it of itself. None if it does not answer."""
        return await ask_origin(self._base_url)

    def read(self, text: str, known: Container[object]) -> Message | CommandAnswer:
        """Read what came over a connection. Raises MalformedError for what is not JSON."""
        return read_text(text, known)

    def connect(self, book: AnswerBook) -> VenueClient:
        """A client that reports every answer to ``book``. Blocks for some tenths of a second: call it in a thread."""
        return BinanceClient(make_exchange(self._base_url, book))
