"""The plain messages of existing clients: ``/ws/scanner`` and ``/ws/ui``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from companion.feed.ring import FrameRing
from companion.ground.plain import Json


class PlainMessages(FrameRing):
    """Messages as they are; ``whole`` makes the first one of a connection."""

    def __init__(self, name: str, backlog: int, whole: Callable[[], Mapping[str, Json]]) -> None:
        super().__init__(name, backlog)
        self._make_whole = whole

    def publish(self, messages: Sequence[Mapping[str, Json]]) -> None:
        """Add messages, encoded once for all clients."""
        for message in messages:
            self._push(message)

    def _whole(self) -> Mapping[str, Json]:
        return self._make_whole()
