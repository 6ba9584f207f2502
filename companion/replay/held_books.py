"""Which instant of a book the REST snapshot shows: while a depth stream of it runs, that of its last event.

So a snapshot's lastUpdateId is always that of a stream event, and the two can be joined.
"""

from __future__ import annotations

BOOK = "depth"
# The book with retail price improvement orders, of which this exchange has none: its own streams and snapshot.
RPI_BOOK = "rpiDepth"


class HeldBooks:
    """The last instant sent, by book and by the stream that sent it."""

    def __init__(self) -> None:
        self._instants: dict[tuple[str, str], dict[object, int]] = {}

    def instant(self, book: str, symbol: str, now: int) -> int:
        """The instant (ms) to show: `now` when no stream of the book runs."""
        held = self._instants.get((book, symbol))
        return max(held.values()) if held else now

    def hold(self, stream: object, book: str, symbol: str, instant: int) -> None:
        """`stream` has sent the book of `instant`."""
        self._instants.setdefault((book, symbol), {})[stream] = instant

    def release(self, stream: object, book: str, symbol: str) -> None:
        """`stream` has ended."""
        held = self._instants.get((book, symbol), {})
        held.pop(stream, None)
