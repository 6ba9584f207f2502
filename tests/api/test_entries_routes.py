"""Entries are paused and allowed again by acts of their own: audited, per bot, and never starting a stopped bot."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.rig import READER, Rig, bearer
from tests.bot import answers
from tests.bot.scripted_bot import ScriptedBot

pytestmark = pytest.mark.anyio
STARTED = {"status": "starting trader ..."}
PAUSED = {"status": "paused, no more entries will occur from now."}


@pytest.fixture
def pausable(bot: ScriptedBot) -> ScriptedBot:
    """A bot that is paused and started by Freqtrade's calls."""

    def shown(_: Any) -> dict[str, Any]:
        changed = [call for call, _ in bot.calls if call in ("POST pause", "POST start")]
        config: dict[str, Any] = answers.of_a_quiet_bot()["GET show_config"]
        return config | {"state": "paused" if changed and changed[-1] == "POST pause" else "running"}

    bot.content |= {"GET show_config": shown, "POST start": STARTED, "POST pause": PAUSED}
    return bot


async def test_a_bot_is_paused_once_and_resumed(bot_rig: Rig, pausable: ScriptedBot) -> None:
    await bot_rig.problem("POST", "/pause", 403, headers=bearer(READER))
    assert pausable.asked("POST pause") == []
    done = await bot_rig.client.post("/api/v1/pause", json={"bot": "bot"})
    assert done.json() == {"bots": [{"bot": "bot", "state": "paused", "result": PAUSED["status"]}]}
    again = await bot_rig.client.post("/pause")
    assert again.json()["bots"][0]["result"] == "not running, but paused: nothing was changed"
    assert len(pausable.asked("POST pause")) == 1
    resumed = await bot_rig.client.post("/resume")
    assert resumed.json()["bots"][0]["state"] == "running"
    entries = (await bot_rig.get("/audit"))["items"]
    assert [(entry["what"], entry["outcome"]) for entry in reversed(entries)] == [
        (what, outcome)
        for what in ("entries.pause", "entries.pause", "entries.resume")
        for outcome in ("asked", "done")
    ]


async def test_only_a_bot_that_is_watched_is_paused(bot_rig: Rig) -> None:
    await bot_rig.problem("POST", "/pause", 404, json={"bot": "other"})


async def test_a_stopped_bot_is_not_started_by_pausing_it(bot_rig: Rig, bot: ScriptedBot) -> None:
    bot.content |= {"POST pause": PAUSED}
    bot.content["GET show_config"] |= {"state": "stopped"}
    done = await bot_rig.client.post("/pause", json={})
    assert done.json()["bots"][0]["state"] == "stopped"
    assert bot.asked("POST pause") == []
