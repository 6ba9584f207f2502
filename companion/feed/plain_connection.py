"""A client of a plain path: it is sent everything from the start, and may ping."""

from __future__ import annotations

from collections.abc import Mapping

from companion.feed.connection import Connection, Receive, Send
from companion.feed.hub import FeedHub
from companion.feed.plain import PlainMessages
from companion.feed.ring import FrameRing

_PINGS = {"ping": "pong", '{"type":"ping"}': '{"type":"pong"}'}


class PlainConnection(Connection):
    """Sends one ring of plain messages. Anything a client says other than ``ping`` is ignored, as it always was."""

    def __init__(self, hub: FeedHub, messages: PlainMessages, send: Send, receive: Receive) -> None:
        super().__init__(hub, send, receive)
        self._messages = messages
        self.follow(messages.name)

    @property
    def rings(self) -> Mapping[str, FrameRing]:
        """The one ring."""
        return {self._messages.name: self._messages}

    def hear(self, text: str) -> None:
        """Answer a ping in kind: the bare word, or a message of that type."""
        pong = _PINGS.get(text if text == "ping" else "".join(text.split())) if len(text) < 64 else None
        if pong is not None:
            self.answer(pong)
