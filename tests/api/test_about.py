"""What a person looks at: which program, whose prices, whose money."""

from __future__ import annotations

import importlib.metadata
from typing import Any

import pytest

from companion.api.about_routes import BotRunMode, live_money
from companion.venues.origin import MarketKind, MarketOrigin
from tests.api.rig import READER, Rig, ToldOrigin, bearer
from tests.bot.answers import of_a_quiet_bot
from tests.bot.scripted_bot import ScriptedBot

pytestmark = pytest.mark.anyio


async def about(rig: Rig) -> dict[str, Any]:
    found: dict[str, Any] = await rig.get("/api/v1/about")
    return found


async def test_a_reader_learns_what_this_is_and_where_the_prices_come_from(rig: Rig) -> None:
    response = await rig.client.get("/api/v1/about", headers=bearer(READER))
    found = response.json()
    assert (found["product"], found["version"]) == ("HHQ-1", importlib.metadata.version("hhq"))
    assert found["market"] == {"kind": "generated", "name": "market-10x11-seed3", "speed": 1.0}
    assert found["started_ms"] == rig.services.clock.now_ms()
    assert isinstance(rig.services.origin, ToldOrigin)
    rig.services.origin.origin = MarketOrigin(MarketKind.BINANCE)
    assert (await about(rig))["market"] == {"kind": "binance", "name": None, "speed": None}


async def test_without_anybody_who_asks_the_origin_is_unknown(rig: Rig) -> None:
    object.__setattr__(rig.services, "origin", None)
    assert (await about(rig))["market"] == {"kind": "unknown", "name": None, "speed": None}


async def test_whether_money_is_real_is_not_known_before_the_bot_has_said_how_it_runs(rig: Rig) -> None:
    found = await about(rig)
    assert found["bots"] == [{"bot": "bot", "run_mode": None}]
    assert found["live_money"] is None


@pytest.mark.parametrize(("mode", "live"), [("dry_run", False), ("live", True)])
async def test_money_is_real_if_the_bot_says_that_it_runs_live(
    bot_rig: Rig, bot: ScriptedBot, mode: str, live: bool
) -> None:
    bot.content["GET show_config"] = {**of_a_quiet_bot()["GET show_config"], "runmode": mode}
    (watch,) = bot_rig.services.bots
    await watch.refresh()
    found = await about(bot_rig)
    assert found["bots"] == [{"bot": "bot", "run_mode": mode}]
    assert found["live_money"] is live
    assert (await bot_rig.get("/positions"))["bots"][0]["run_mode"] == mode


@pytest.mark.parametrize(
    ("modes", "live"),
    [
        ((), False),
        (("dry_run", "dry_run"), False),
        (("dry_run", "live"), True),
        (("dry_run", None), None),
        ((None, "live"), True),
    ],
)
async def test_one_live_bot_is_enough_and_one_silent_bot_leaves_it_open(
    modes: tuple[str | None, ...], live: bool | None
) -> None:
    assert live_money(tuple(BotRunMode(f"bot {k}", mode) for k, mode in enumerate(modes))) is live
