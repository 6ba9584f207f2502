"""The application with a bot that is down, and with one that answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.api.rig import Rig, rig_in
from tests.bot.scripted_bot import ScriptedBot


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """There is no bot to answer."""
    async with rig_in(tmp_path) as running:
        yield running


@pytest.fixture
def bot() -> Iterator[ScriptedBot]:
    """A bot whose answers the test sets."""
    with ScriptedBot() as running:
        yield running


@pytest.fixture
async def bot_rig(tmp_path: Path, bot: ScriptedBot) -> AsyncIterator[Rig]:
    """The scripted bot is watched; a test refreshes the watch itself."""
    async with rig_in(tmp_path, bot.url) as running:
        yield running
