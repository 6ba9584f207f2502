"""All channels, and the one signal that wakes every connection when any of them has news."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from companion.feed.channel import Channel, ChannelName
from companion.feed.document import DocumentChannel
from companion.feed.events import EventChannel
from companion.feed.plain import PlainMessages
from companion.feed.table import TableChannel
from companion.ground.absent_parts import channel_status
from companion.ground.errors import CompanionError
from companion.ground.plain import Json
from companion.settings.feed import FeedSettings

_WOKEN_A_TURN = 8
"""Each sends what all connections get: together they would hold the loop for as long as there are clients."""


class TooManyClientsError(CompanionError):
    """All connections that the settings allow are in use."""


@dataclass
class FeedCounts:
    """What the feed has done since the start."""

    clients: int = 0
    frames_sent: int = 0
    characters_sent: int = 0
    snapshots_sent: int = 0
    fell_behind: int = 0
    stalled: int = 0


class FeedHub:
    """Channels by name. Publish, then :meth:`wake` once for all that was published."""

    def __init__(
        self, settings: FeedSettings, opportunity_columns: Sequence[str], position_columns: Sequence[str]
    ) -> None:
        self.settings = settings
        self.counts = FeedCounts()
        backlog, kept = settings.largest_backlog, settings.events_kept
        self.opportunities = TableChannel(ChannelName.OPPORTUNITIES, backlog, opportunity_columns)
        self.positions = TableChannel(ChannelName.POSITIONS, backlog, position_columns)
        self.signals = EventChannel(ChannelName.SIGNALS, backlog, kept)
        self.trades = EventChannel(ChannelName.TRADES, backlog, kept)
        self.accounts = DocumentChannel(ChannelName.ACCOUNTS, backlog)
        self.funnel = DocumentChannel(ChannelName.FUNNEL, backlog)
        self.recovery = DocumentChannel(ChannelName.RECOVERY, backlog)
        self.logs = EventChannel(ChannelName.LOGS, backlog, kept)
        self.jobs = EventChannel(ChannelName.JOBS, backlog, kept)
        all_channels: tuple[Channel, ...] = (
            self.opportunities, self.positions, self.signals, self.trades, self.accounts, self.funnel, self.recovery,
            self.logs, self.jobs,
        )  # fmt: skip
        self.channels = {channel.name: channel for channel in all_channels}
        self.scanner_messages = PlainMessages("scanner", backlog, self._scanner_update)
        self.ui_messages = PlainMessages("ui", backlog, self._initial_state)
        self.plain = {messages.name: messages for messages in (self.scanner_messages, self.ui_messages)}
        self._listening: set[asyncio.Event] = set()
        self._asleep: dict[asyncio.Event, None] = {}

    def _scanner_update(self) -> Mapping[str, Json]:
        return {"type": "scanner_update", "data": {"opportunities": self.opportunities.objects()}}

    def _initial_state(self) -> Mapping[str, Json]:
        # What a page shows first; the rest of the trade history is fetched page by page over the API.
        return {
            "type": "INITIAL_STATE",
            "data": {
                "opportunities": self.opportunities.objects(),
                "positions": self.positions.objects(),
                "signals": self.signals.entries(),
                "trades": self.trades.entries(),
                "logs": self.logs.entries(),
                "funnel": self.funnel.fields(),
                "recovery": {**self.recovery.fields(), **channel_status(self.recovery.name)},
            },
        }

    def wake(self) -> None:
        """Wake every connection, a few in each turn of the event loop: between them others have work too."""
        under_way = bool(self._asleep)
        self._asleep.update(dict.fromkeys(self._listening))
        if self._asleep and not under_way:
            self._wake_some()

    def _wake_some(self) -> None:
        for _ in range(min(_WOKEN_A_TURN, len(self._asleep))):
            event = next(iter(self._asleep))
            del self._asleep[event]
            event.set()
        if self._asleep:
            asyncio.get_running_loop().call_soon(self._wake_some)

    @contextmanager
    def listening(self, event: asyncio.Event) -> Iterator[None]:
        """Set ``event`` at every :meth:`wake` while the block runs."""
        self._listening.add(event)
        try:
            yield
        finally:
            self._listening.discard(event)
            self._asleep.pop(event, None)

    @contextmanager
    def client(self) -> Iterator[None]:
        """Count a connection while the block runs. Raises TooManyClientsError."""
        if self.counts.clients >= self.settings.most_clients:
            raise TooManyClientsError(f"{self.settings.most_clients} clients are connected")
        self.counts.clients += 1
        try:
            yield
        finally:
            self.counts.clients -= 1
