"""The message stream of a bot, taken for what it is: something happened, go and ask what.

Freqtrade neither numbers nor repeats its messages, so nothing but the wake-up is taken from them.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Protocol
from urllib.parse import quote

import orjson
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from companion.bot.errors import BotError
from companion.ground.clock import Clock

logger = logging.getLogger("companion.bot")

TOPICS = (
    "status", "startup", "warning", "exception", "entry", "entry_fill", "entry_cancel", "exit", "exit_fill",
    "exit_cancel", "protection_trigger", "protection_trigger_global", "whitelist",
)  # fmt: skip
_SHORTEST_SECONDS, _LONGEST_SECONDS = 1.0, 15.0
_OPEN_SECONDS = 5.0
_LARGEST_MESSAGE = 1 << 20


class Listening(Protocol):
    """Called when the stream opens or ends."""

    def __call__(self, *, is_open: bool) -> None:
        """Take note."""


class MessageStream:
    """Keeps the stream open; calls ``woken`` at every (re)connect and message, ``listening`` when it opens or ends.

    ``token`` is asked for at every (re)connect. Freqtrade wants it in the address, which its log shows: so it is one of
    a login, over in a quarter of an hour, and not the one of the bot's configuration, which is valid for ever.
    """

    def __init__(
        self,
        name: str,
        url: str,
        token: Callable[[], Awaitable[str]],
        clock: Clock,
        woken: Callable[[], None],
        listening: Listening,
    ) -> None:
        self._name = name
        scheme, _, rest = url.rstrip("/").partition("://")
        self._address = f"{'wss' if scheme == 'https' else 'ws'}://{rest}/api/v1/message/ws"
        self._token = token
        self._clock = clock
        self._woken = woken
        self._listening = listening
        self._told: str | None = None
        self._wait = _SHORTEST_SECONDS

    async def run(self) -> None:
        """Stay connected until cancelled."""
        while True:
            try:
                await self._listen()
            except (OSError, WebSocketException, BotError) as problem:
                self._tell(problem)
            finally:
                self._listening(is_open=False)
            await self._clock.sleep(self._wait)
            self._wait = min(self._wait * 2, _LONGEST_SECONDS)

    async def _listen(self) -> None:
        """Listen until the stream ends. Always raises: OSError, WebSocketException or BotError."""
        # The token is part of the address: that is never logged.
        async with connect(
            f"{self._address}?token={quote(await self._token(), safe='')}",
            open_timeout=_OPEN_SECONDS,
            max_size=_LARGEST_MESSAGE,
            proxy=None,
            logger=_QUIET,
        ) as socket:
            await socket.send(orjson.dumps({"type": "subscribe", "data": TOPICS}).decode())
            self._told = None
            self._listening(is_open=True)
            self._wait = _SHORTEST_SECONDS
            self._woken()
            async for _ in socket:
                self._woken()
        raise ConnectionResetError("the bot closed the message stream")

    def _tell(self, problem: Exception) -> None:
        """Log each reason only once until the stream is open again."""
        text = f"{type(problem).__name__}: {problem}"
        if text != self._told:
            self._told = text
            logger.warning("%s: message stream: %s; the bot is asked without it", self._name, text)


_QUIET = logging.getLogger("companion.bot.socket")
_QUIET.setLevel(logging.CRITICAL)
