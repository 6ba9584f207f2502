"""A scripted bot, and what watches it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from companion.bot.login import BotLogin
from companion.bot.watch import BotWatch
from companion.settings.bots import BotSettings
from tests.bot.scripted_bot import ScriptedBot
from tests.manual_clock import ManualClock


@pytest.fixture
def bot() -> Iterator[ScriptedBot]:
    """A bot whose answers the test sets."""
    with ScriptedBot() as running:
        yield running


@asynccontextmanager
async def watching(bot: ScriptedBot, clock: ManualClock) -> AsyncIterator[BotWatch]:
    """A watch of the bot that polls only when told to."""
    watch = BotWatch("bot", bot.url, BotLogin("user", "word"), BotSettings(timeout_seconds=0.5), clock)
    try:
        yield watch
    finally:
        await watch.close()
