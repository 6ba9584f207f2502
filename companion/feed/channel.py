"""A channel of the feed: a numbered snapshot, then numbered deltas."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from enum import StrEnum

from companion.feed.ring import FrameRing
from companion.ground.absent_parts import channel_status
from companion.ground.plain import Json


class ChannelName(StrEnum):
    """The channels that a client can subscribe to; those of parts that do not exist are empty and say so."""

    OPPORTUNITIES = "opportunities"
    POSITIONS = "positions"
    SIGNALS = "signals"
    TRADES = "trades"
    ACCOUNTS = "accounts"
    FUNNEL = "funnel"
    RECOVERY = "recovery"
    LOGS = "logs"
    JOBS = "jobs"


class Channel(FrameRing):
    """Frames are ``{"type": "delta", "channel", "seq", …}``; a snapshot is the same with type ``snapshot``.

    The snapshot of a channel whose part does not exist also has ``enabled`` false and ``detail``.
    """

    def _append(self, change: Mapping[str, Json]) -> None:
        self._push({"type": "delta", "channel": self.name, "seq": self._sequence + 1, **change})

    def _whole(self) -> Mapping[str, Json]:
        content = {**self._state(), **channel_status(self.name)}
        return {"type": "snapshot", "channel": self.name, "seq": self._sequence, **content}

    @abstractmethod
    def _state(self) -> Mapping[str, Json]:
        """The current state, as the snapshot carries it."""
