"""An exchange as the service sees it. What each part must guarantee: docs/venues.md."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Protocol

from companion.market.leverage_tiers import LeverageTiers
from companion.venues.events import CommandAnswer, Message
from companion.venues.origin import MarketOrigin
from companion.venues.request_weight import AnswerBook, BotWeights
from companion.venues.requests import Requests
from companion.venues.transport import StreamNames, Transport


@dataclass(frozen=True, slots=True)
class VenueLimits:
    """What the exchange accepts at once, as far as the streams have to know.

    ``streams_a_command``: most streams per command; ``command_pause_seconds``: from an answer to the next command of the
    same connection; ``candles_a_request``: the number of candles per request with the least weight per candle.
    """

    streams_a_command: int
    command_pause_seconds: float
    candles_a_request: int


class VenueClient(Protocol):
    """Connections and requests of one run of the streams; public data only, no keys."""

    @property
    def transport(self) -> Transport:
        """Its connections."""

    @property
    def requests(self) -> Requests:
        """Its requests."""

    async def close(self) -> None:
        """End all connections and requests."""


class Venue(Protocol):
    """An exchange: what is known of it beforehand, how its texts are read, and how it is reached."""

    @property
    def limits(self) -> VenueLimits:
        """What it accepts at once."""

    @property
    def bot_weights(self) -> BotWeights:
        """The request weight that a bot uses."""

    @property
    def stream_names(self) -> StreamNames:
        """How it names its streams."""

    def leverage_tiers(self) -> LeverageTiers:
        """Leverage tiers as Freqtrade uses them in a dry run; empty if Freqtrade bundles none."""

    async def origin(self) -> MarketOrigin | None:
        """Ask what its prices are of; None if it could not be asked. Raises nothing, and does not block."""

    def read(self, text: str, known: Container[object]) -> Message | CommandAnswer:
        """Read a text of a connection; events of coins that are not ``known`` are skipped unread.

        Raises MalformedError for a text that holds no message at all.
        """

    def connect(self, book: AnswerBook) -> VenueClient:
        """A client that reports every answer to ``book``. Blocks for some tenths of a second: call it in a thread."""
