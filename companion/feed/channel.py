"""A channel of the feed: a snapshot with a number, then numbered deltas."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from enum import StrEnum

from companion.feed.ring import FrameRing
from companion.ground.plain import Json


class ChannelName(StrEnum):
    """The channels that a client can subscribe to."""

    OPPORTUNITIES = "opportunities"
    POSITIONS = "positions"
    SIGNALS = "signals"
    TRADES = "trades"
    FUNNEL = "funnel"
    RECOVERY = "recovery"
    LOGS = "logs"
    JOBS = "jobs"


class Channel(FrameRing):
    """Frames are ``{"type": "delta", "channel", "seq", …}``, the whole is the same with type ``snapshot``."""

    def _append(self, change: Mapping[str, Json]) -> None:
        self._push({"type": "delta", "channel": self.name, "seq": self._sequence + 1, **change})

    def _whole(self) -> Mapping[str, Json]:
        return {"type": "snapshot", "channel": self.name, "seq": self._sequence, **self._state()}

    @abstractmethod
    def _state(self) -> Mapping[str, Json]:
        """The present state as the snapshot carries it."""
