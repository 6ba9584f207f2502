"""Routes that change something: carried out by the bot, audited, in two steps where it must not happen by accident."""

from __future__ import annotations

import pytest

from hhq_shared.request_file import Wish, read_requests
from tests.api.bots import ETH, refreshed, with_a_position, with_locks
from tests.api.rig import READER, Rig, bearer
from tests.bot import answers
from tests.bot.scripted_bot import ScriptedBot
from tests.manual_clock import ManualClock

pytestmark = pytest.mark.anyio


async def logged(rig: Rig) -> list[tuple[str, str]]:
    """What the audit log holds, oldest first."""
    entries = (await rig.get("/audit"))["items"]
    return [(entry["what"], entry["outcome"]) for entry in reversed(entries)]


async def test_a_position_is_closed_by_its_id_and_the_log_shows_before_and_after(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    with_a_position(bot)
    await refreshed(bot_rig)
    response = await bot_rig.client.post(
        "/api/v1/positions/bot-1/close", json={"order_type": "market", "amount": 0.2}
    )
    assert response.json() == {"id": "bot-1", "result": "Created exit order for trade 1."}
    assert bot.asked("POST forceexit") == [
        {"tradeid": "1", "ordertype": "market", "amount": 0.2, "price": None}
    ]
    assert await logged(bot_rig) == [("position.close", "asked"), ("position.close", "done")]
    entry = (await bot_rig.get("/audit"))["items"][0]
    assert (entry["who"], entry["target"]) == ("trader", "bot-1")
    assert entry["before"]["pair"] == answers.BTC
    assert "Created exit order" in entry["after"]["result"]


async def test_what_cannot_be_closed_is_refused_before_the_bot_is_asked(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    with_a_position(bot)
    await refreshed(bot_rig)
    for name in ("bot-2", "other-1", "1", "bot-", "bot-99999999999999999999"):
        await bot_rig.problem("POST", f"/positions/{name}/close", 404, json={})
    too_much = await bot_rig.problem("POST", "/positions/bot-1/close", 409, json={"amount": 0.6})
    assert too_much["errors"][0]["field"] == "amount"
    assert bot.asked("POST forceexit") == []


async def test_a_bot_that_refuses_or_is_gone_is_reported_and_logged(bot_rig: Rig, bot: ScriptedBot) -> None:
    with_a_position(bot)
    await refreshed(bot_rig)
    bot.failures["POST forceexit"] = 502
    problem = await bot_rig.problem("POST", "/positions/bot-1/close", 409)
    assert "as scripted" in problem["detail"]
    bot.__exit__(None, None, None)
    gone = await bot_rig.problem("POST", "/positions/bot-1/close", 503)
    assert gone["type"] == "urn:hhq:problem:bot-unreachable"
    outcomes = await logged(bot_rig)
    assert [what for what, _ in outcomes] == ["position.close"] * 4
    assert all(outcome not in ("done",) for _, outcome in outcomes)


async def test_everything_is_closed_only_with_a_fresh_token_of_ones_own(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    with_a_position(bot)
    await refreshed(bot_rig)
    first = (await bot_rig.client.post("/emergency-close", json={})).json()
    assert (first["step"], len(first["positions"])) == ("confirm", 1)
    assert bot.asked("POST forceexit") == []
    await bot_rig.problem("POST", "/emergency-close", 409, json={"token": "guessed"})
    await bot_rig.problem("POST", "/emergency-close", 409, json={"token": first["token"]})
    token = (await bot_rig.client.post("/emergency-close", json={})).json()["token"]
    clock = bot_rig.services.clock
    assert isinstance(clock, ManualClock)
    clock.turn(30.0)
    await bot_rig.problem("POST", "/emergency-close", 409, json={"token": token})
    token = (await bot_rig.client.post("/emergency-close", json={})).json()["token"]
    await bot_rig.problem("POST", "/emergency-close", 403, json={"token": token}, headers=bearer(READER))
    clock.turn(29.0)
    done = (await bot_rig.client.post("/emergency-close", json={"token": token})).json()
    assert done["step"] == "done"
    assert [call for call, _ in bot.calls if call in ("POST pause", "POST forceexit")] == [
        "POST pause",
        "POST forceexit",
    ]
    assert bot.asked("POST forceexit")[0]["tradeid"] == "all"
    await bot_rig.problem("POST", "/emergency-close", 409, json={"token": token})
    assert await logged(bot_rig) == [("emergency.close", "asked"), ("emergency.close", "done")]


async def test_positions_are_closed_even_if_pausing_fails(bot_rig: Rig, bot: ScriptedBot) -> None:
    with_a_position(bot)
    await refreshed(bot_rig)
    bot.failures["POST pause"] = 500
    token = (await bot_rig.client.post("/emergency-close", json={})).json()["token"]
    await bot_rig.problem("POST", "/emergency-close", 409, json={"token": token})
    assert len(bot.asked("POST forceexit")) == 1


async def test_locks_are_listed_with_their_guard_and_one_is_ended(bot_rig: Rig, bot: ScriptedBot) -> None:
    with_locks(bot)
    await refreshed(bot_rig)
    found = (await bot_rig.get("/locks"))["items"]
    assert [(lock["id"], lock["guard"]) for lock in found] == [
        ("bot-3", None),
        ("bot-2", "SL_GUARD"),
        ("bot-1", "KILL_SWITCH"),
    ]
    ended = (await bot_rig.client.delete("/locks/bot-3")).json()
    assert ended["pair"] == answers.BTC
    assert len(bot.asked("DELETE locks/3")) == 1
    await bot_rig.problem("DELETE", "/locks/bot-9", 404)
    assert await logged(bot_rig) == [("lock.delete", "done")]


async def test_clearing_a_kill_switch_ends_its_lock_and_lets_the_strategy_forget(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    with_locks(bot)
    await refreshed(bot_rig)
    done = (await bot_rig.client.delete("/killswitch/eth")).json()
    assert (done["pair"], done["locks_ended"]) == (ETH, ["bot-1"])
    assert len(bot.asked("DELETE locks/1")) == 1
    (request,) = read_requests(bot_rig.services.requests)
    assert (request.wish, request.pair, request.time_ms) == (
        Wish.FORGET_KILL_SWITCH,
        ETH,
        done["requested_ms"],
    )
    await bot_rig.problem("DELETE", "/killswitch/NOSUCHCOIN", 404)


async def test_the_blacklist_takes_coins_in_any_spelling(bot_rig: Rig, bot: ScriptedBot) -> None:
    black = {"blacklist": [ETH], "blacklist_expanded": [ETH], "errors": {}}
    bot.content["POST blacklist"] = black
    added = await bot_rig.client.post("/blacklist", json={"symbols": ["eth", "ETHUSDT"]})
    assert added.json() == [{"bot": "bot", "pairs": [ETH]}]
    assert bot.asked("POST blacklist") == [{"blacklist": [ETH]}]
    await bot_rig.problem("POST", "/blacklist", 404, json={"symbols": ["NOSUCHCOIN"]})
    await bot_rig.problem("DELETE", "/blacklist/eth", 404)
    bot.content["GET blacklist"] = black
    bot.content["DELETE blacklist"] = {"blacklist": [], "blacklist_expanded": [], "errors": {}}
    await refreshed(bot_rig)
    removed = await bot_rig.client.delete("/blacklist/eth")
    assert removed.json() == [{"bot": "bot", "pairs": []}]
