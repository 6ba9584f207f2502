"""All bots that are watched."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

from companion.bot.login import login_of
from companion.bot.watch import BotWatch
from companion.ground.clock import Clock
from companion.settings.bots import BotSettings


class Bots:
    """The watches of all bots by name, in the order of the settings."""

    def __init__(self, watches: Mapping[str, BotWatch]) -> None:
        self._watches = dict(watches)

    @classmethod
    def of(cls, settings: BotSettings, environment: Mapping[str, str], clock: Clock) -> Bots:
        """A watch for each bot of the settings, with its login from the environment."""
        named = zip(settings.names, settings.urls, strict=True)
        return cls(
            {name: BotWatch(name, url, login_of(name, environment), settings, clock) for name, url in named}
        )

    def __iter__(self) -> Iterator[BotWatch]:
        return iter(self._watches.values())

    def __len__(self) -> int:
        return len(self._watches)

    def get(self, name: str | None = None) -> BotWatch | None:
        """The bot of this name, or the first one if none is given; None if there is no such bot."""
        if name is None:
            return next(iter(self), None)
        return self._watches.get(name)

    @property
    def open_pairs(self) -> frozenset[str]:
        """Pairs in which any bot has a position or a pending entry order; they stay on the pair list."""
        return frozenset[str]().union(*(watch.state.open_pairs for watch in self))

    async def run(self) -> None:
        """Watch all of them until cancelled; the connections are closed at the end."""
        try:
            async with asyncio.TaskGroup() as group:
                for watch in self:
                    group.create_task(watch.run(), name=f"bot {watch.name}")
        finally:
            for watch in self:
                await watch.close()
