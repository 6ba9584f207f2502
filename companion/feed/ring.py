"""Numbered frames, each encoded once and kept once, however many clients read them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping

import orjson

from companion.ground.plain import Json


def encoded(message: Mapping[str, Json]) -> str:
    """A message as it is sent."""
    return orjson.dumps(message).decode()


class FrameRing(ABC):
    """The last ``backlog`` frames, numbered from 1, and a first frame for a reader that has none of them.

    A reader knows the number it has reached; :meth:`after` gives it what followed, or None once that has left the ring
    and only the first frame helps. Memory is bounded whatever the readers do.
    """

    def __init__(self, name: str, backlog: int) -> None:
        self.name = name
        self._frames: deque[str] = deque(maxlen=backlog)
        self._sequence = 0
        self._first: tuple[int, str] | None = None

    @property
    def sequence(self) -> int:
        """Number of the newest frame, 0 before any."""
        return self._sequence

    def after(self, sequence: int) -> list[str] | None:
        """The frames after number ``sequence``, oldest first; None if they are no longer all there."""
        behind = self._sequence - sequence
        if behind < 0 or behind > len(self._frames):
            return None
        return [self._frames[i] for i in range(len(self._frames) - behind, len(self._frames))]

    def first_frame(self) -> tuple[int, str]:
        """The current number and the frame with the whole state, made once for all who ask at this number."""
        if self._first is None or self._first[0] != self._sequence:
            self._first = (self._sequence, encoded(self._whole()))
        return self._first

    def _push(self, message: Mapping[str, Json]) -> None:
        self._sequence += 1
        self._frames.append(encoded(message))

    @abstractmethod
    def _whole(self) -> Mapping[str, Json]:
        """The message that carries the whole state."""
