"""Request weight: what the exchange says about it, and what bots use. Weight counts per minute and per IP address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class WeightReport:
    """What an answer says: its HTTP status ``code``, and the weight ``used`` by this address in the minute (None: unsaid).

    ``wait_seconds``: the request was refused for its weight, and nothing may be sent for this long; None: not refused.
    """

    code: int
    used: int | None = None
    wait_seconds: float | None = None


AnswerBook: TypeAlias = Callable[[WeightReport], None]
"""Takes the report of every answer, a handshake's included; called in the event loop before the answer is read."""


@dataclass(frozen=True, slots=True)
class BotWeights:
    """Weight that a Freqtrade bot uses at the exchange.

    ``loaded_coin``: for a coin that is new to it; ``closed_candle``: for a followed coin at the close of a candle;
    ``position``: for a position per minute.
    """

    loaded_coin: int
    closed_candle: int
    position: int
