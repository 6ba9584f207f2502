"""The faults there are, and the parameters of a request for one."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Seconds = Annotated[float, Field(gt=0.0, le=600.0)]


class Fault(StrEnum):
    """Names under which faults are requested and counted."""

    DUPLICATE = "duplicate"
    """The message comes twice."""
    LATE = "late"
    """The message comes some seconds late; those behind it overtake it."""
    REORDER = "reorder"
    """The message swaps places with the next one."""
    TRUNCATE = "truncate"
    """The message is cut off in the middle."""
    DISCONNECT = "disconnect"
    """The connection is closed with a server error (1011)."""
    CUT = "cut"
    """The connection is closed the way Binance closes it after 24 hours (1001)."""
    SILENCE = "silence"
    """The connection stays open but nothing arrives any more; what was due is lost."""
    TOO_MANY_REQUESTS = "429"
    """Requests are refused; Retry-After says for how long."""
    BANNED = "418"
    """The address is banned; Retry-After says for how long."""
    UNAVAILABLE = "503"
    """Requests are answered with a server error."""
    ANNOUNCE = "announce"
    """A coin's delisting is announced: exchangeInfo names its delivery, at which it is settled."""
    TRADIFI = "tradifi"
    """A coin becomes a TRADIFI_PERPETUAL contract."""
    DELIST = "delist"
    """A coin is settled: it leaves exchangeInfo's trading coins and the tickers, and its streams fall silent."""


MESSAGE_FAULTS = (Fault.TRUNCATE, Fault.LATE, Fault.REORDER, Fault.DUPLICATE)
"""Faults of single messages, in the order in which they are drawn; a message suffers one at most."""


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MessageShares(_Request):
    """Share of the messages that each single-message fault strikes, until it is set again."""

    duplicate: Share = 0.0
    late: Share = 0.0
    reorder: Share = 0.0
    truncate: Share = 0.0
    late_seconds: Seconds = 1.0

    def of(self, fault: Fault) -> float:
        """The share of one of :data:`MESSAGE_FAULTS`."""
        share: float = getattr(self, fault.value)
        return share


class ConnectionFault(_Request):
    """Strikes each open connection with probability ``share``, now; a silence lasts ``seconds``."""

    fault: Literal[Fault.DISCONNECT, Fault.CUT, Fault.SILENCE]
    share: Share = 1.0
    seconds: Seconds = 5.0


class RestFault(_Request):
    """Strikes every request for the next ``seconds``."""

    fault: Literal[Fault.TOO_MANY_REQUESTS, Fault.BANNED, Fault.UNAVAILABLE]
    seconds: Seconds = 2.0


class Announcement(_Request):
    """Announces that a coin is delivered in ``minutes`` of served time."""

    fault: Literal[Fault.ANNOUNCE]
    symbol: str
    minutes: Annotated[float, Field(gt=0.0, le=100_000.0)]


class ContractChange(_Request):
    """Makes a coin a contract of another type."""

    fault: Literal[Fault.TRADIFI]
    symbol: str


class Delisting(_Request):
    """Delists a coin now."""

    fault: Literal[Fault.DELIST]
    symbol: str


ListingFault = Announcement | ContractChange | Delisting
Command = Annotated[ConnectionFault | RestFault | ListingFault, Field(discriminator="fault")]
