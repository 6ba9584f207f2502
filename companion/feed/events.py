"""A channel of entries that are only ever added: signals, closed trades, log lines."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from companion.feed.channel import Channel
from companion.ground.plain import Json


class EventChannel(Channel):
    """Snapshot: the last ``kept`` ``entries``, oldest first. Delta: the ``entries`` that were added."""

    def __init__(self, name: str, backlog: int, kept: int) -> None:
        super().__init__(name, backlog)
        self._entries: deque[Json] = deque(maxlen=kept)

    def publish(self, entries: Sequence[Json]) -> bool:
        """Add entries; return whether there were any."""
        if not entries:
            return False
        self._entries.extend(entries)
        self._append({"entries": list(entries)})
        return True

    def entries(self) -> list[Json]:
        """The entries that a snapshot carries, oldest first."""
        return list(self._entries)

    def _state(self) -> Mapping[str, Json]:
        return {"entries": self.entries()}
