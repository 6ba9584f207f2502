"""A client of ``/ws/feed``: it subscribes to channels."""

from __future__ import annotations

from collections.abc import Mapping

from companion.feed.commands import Command, CommandError, Ping, Resend, Subscribe, parse_command
from companion.feed.connection import Connection, Receive, Send
from companion.feed.hub import FeedHub
from companion.feed.ring import FrameRing

PROTOCOL = 1
"""Version of the messages; it is raised when a client of this version could misread them."""


class FeedConnection(Connection):
    """Greets, then sends what is subscribed to; anything that is not a command is answered with an error."""

    def __init__(self, hub: FeedHub, send: Send, receive: Receive) -> None:
        super().__init__(hub, send, receive)
        self.answer({"type": "welcome", "protocol": PROTOCOL, "channels": list(hub.channels)})

    @property
    def rings(self) -> Mapping[str, FrameRing]:
        """The channels."""
        return self.hub.channels

    def hear(self, text: str) -> None:
        """Obey a command."""
        try:
            self._obey(parse_command(text))
        except CommandError as problem:
            self.answer({"type": "error", "detail": str(problem)})

    def _obey(self, command: Command) -> None:
        if isinstance(command, Subscribe):
            for channel in command.channels:
                self.follow(channel)
        elif isinstance(command, Resend):
            if not self.follows(command.channel):
                raise CommandError(f"channel: {command.channel} is not subscribed")
            self.follow(command.channel, restart=True)
        elif isinstance(command, Ping):
            self.answer({"type": "pong"})
        else:
            for channel in command.channels:
                self.leave(channel)
