"""What goes wrong between this process and an exchange."""

from __future__ import annotations

from companion.ground.errors import CompanionError


class VenueError(CompanionError):
    """Something that an exchange did or said is of no use; the message says what."""


class RequestError(VenueError):
    """A request that got no usable answer; the message says which and why."""


class TransportError(VenueError):
    """A connection that failed, or ended before the exchange had answered."""


class MalformedError(VenueError):
    """A message or an answer that cannot be read."""
