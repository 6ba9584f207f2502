"""Request weight: what the exchange says of it, and what bots ask for. Weight counts by the minute and by the address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class WeightReport:
    """What an answer says: its status ``code``, and the weight that this address has ``used`` in the minute (None: unsaid).

    ``wait_seconds``: the request was refused for its weight, and so long nothing may be sent; None: it was not refused.
    """

    code: int
    used: int | None = None
    wait_seconds: float | None = None


AnswerBook: TypeAlias = Callable[[WeightReport], None]
"""Takes what every answer says, also that to a handshake; called in the event loop before the answer is read."""


@dataclass(frozen=True, slots=True)
class BotWeights:
    """Weight that a Freqtrade bot asks of the exchange.

    ``loaded_coin``: for a coin that is new to it; ``closed_candle``: for a followed coin at the close of a candle;
    ``position``: for a position in a minute.
    """

    loaded_coin: int
    closed_candle: int
    position: int
