"""What goes wrong between this process and an exchange."""

from __future__ import annotations

from companion.ground.errors import CompanionError


class VenueError(CompanionError):
    """An exchange did or said something unusable; the message says what."""


class RequestError(VenueError):
    """A request got no usable answer; the message says which and why."""


class TransportError(VenueError):
    """A connection failed, or ended before the exchange had answered."""


class MalformedError(VenueError):
    """A message or an answer cannot be read."""
