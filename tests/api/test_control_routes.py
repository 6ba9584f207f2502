"""Routes that change something: carried out by the bot, audited, in two steps where it must not happen by accident."""

from __future__ import annotations

from typing import Any

import pytest

from companion.ground.roles import Means, Principal, Role
from companion.security.require import require
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
    assert response.json() == {
        "id": "bot-1", "pair": answers.BTC, "outcome": "closing", "result": "Created exit order for trade 1.",
    }  # fmt: skip
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


def with_an_entry_order(bot: ScriptedBot, *, stays: bool = False) -> None:
    """An entry order that has not filled; as Freqtrade does, the bot deletes the trade and answers with a failure."""
    waiting = answers.trade(
        1, amount=0.0, open_fill_timestamp=None, has_open_orders=True, profit_abs=0.0, profit_ratio=0.0
    )
    bot.content["GET status"] = [waiting]

    def found(_: Any) -> dict[str, Any]:
        if bot.asked("POST forceexit") and not stays:
            # Another entry has got the id meanwhile.
            return answers.trade(1, open_timestamp=answers.OPENED_MS + 99, pair=ETH)
        return waiting

    bot.content["GET trade/1"] = found
    bot.failures["POST forceexit"] = 502


async def test_closing_an_entry_order_that_waits_cancels_it(bot_rig: Rig, bot: ScriptedBot) -> None:
    with_an_entry_order(bot)
    await refreshed(bot_rig)
    response = await bot_rig.client.post("/positions/bot-1/close", json={"pair": "btcusdt"})
    assert response.status_code == 200
    assert (response.json()["outcome"], response.json()["pair"]) == ("cancelled", answers.BTC)
    assert await logged(bot_rig) == [("position.close", "asked"), ("position.close", "done")]
    entry = (await bot_rig.get("/audit"))["items"][0]
    assert entry["after"]["outcome"] == "cancelled"


async def test_an_entry_order_that_cannot_be_cancelled_is_refused(bot_rig: Rig, bot: ScriptedBot) -> None:
    with_an_entry_order(bot, stays=True)
    await refreshed(bot_rig)
    problem = await bot_rig.problem("POST", "/positions/bot-1/close", 409)
    assert problem["type"] == "urn:hhq:problem:refused-by-bot"


async def test_an_entry_order_has_no_roi(bot_rig: Rig, bot: ScriptedBot) -> None:
    with_an_entry_order(bot)
    await refreshed(bot_rig)
    found = await bot_rig.get("/positions")
    (position,) = found["positions"]
    assert (position["state"], position["size"]) == ("entry order", 0.0)
    for name in ("roi_pct", "move_pct", "pnl_pct", "unrealised_pnl", "leverage"):
        assert position[name] is None, name
    assert position["leverage_set"] == 5.0
    assert found["unrealised_pnl"] == 0.0


async def test_an_amount_below_the_step_is_refused_with_its_reason(bot_rig: Rig, bot: ScriptedBot) -> None:
    with_a_position(bot)
    await refreshed(bot_rig)
    problem = await bot_rig.problem("POST", "/positions/bot-1/close", 409, json={"amount": 0.0009})
    assert problem["type"] == "urn:hhq:problem:refused-by-bot"
    assert problem["detail"] == f"0.0009 coins are below the exchange's step of 0.001 for {answers.BTC}"
    assert bot.asked("POST forceexit") == []
    assert (await logged(bot_rig))[-1] == ("position.close", problem["detail"])
    response = await bot_rig.client.post("/positions/bot-1/close", json={"amount": 0.001})
    assert response.status_code == 200


async def test_a_call_that_the_bot_accepts_and_does_not_carry_out_is_refused(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    with_a_position(bot)
    bot.content["GET trade/1"] = answers.trade(1, orders=[answers.order("entry", "buy")])
    await refreshed(bot_rig)
    problem = await bot_rig.problem("POST", "/positions/bot-1/close", 409)
    assert "has placed no exit order" in problem["detail"]


async def test_a_position_of_another_pair_or_time_is_not_closed_by_its_id(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    with_a_position(bot)
    await refreshed(bot_rig)
    problem = await bot_rig.problem("POST", "/positions/bot-1/close", 409, json={"pair": "ETHUSDT"})
    assert (problem["type"], problem["errors"][0]["field"]) == ("urn:hhq:problem:other-position", "pair")
    for other in ({"pair": ETH}, {"open_timestamp": answers.OPENED_MS + 77}):
        # The bot gave the id to another trade after the companion last asked.
        bot.content["GET trade/1"] = answers.trade(1, **other)
        for body in ({"pair": "BTC"}, {}):
            problem = await bot_rig.problem("POST", "/positions/bot-1/close", 409, json=body)
            assert problem["type"] == "urn:hhq:problem:other-position"
    assert bot.asked("POST forceexit") == []


async def test_a_page_has_to_name_the_pair(bot_rig: Rig, bot: ScriptedBot) -> None:
    with_a_position(bot)
    await refreshed(bot_rig)
    page = Principal("trader", Role.TRADE, Means.SESSION, "a session", 2**53)
    bot_rig.app.dependency_overrides[require(Role.TRADE)] = lambda: page
    problem = await bot_rig.problem("POST", "/positions/bot-1/close", 422, json={"order_type": "market"})
    assert problem["errors"][0]["field"] == "pair"
    assert bot.asked("POST forceexit") == []
    done = await bot_rig.client.post("/positions/bot-1/close", json={"pair": "BTCUSDT"})
    assert done.status_code == 200


async def test_a_position_that_has_closed_meanwhile_is_not_found(bot_rig: Rig, bot: ScriptedBot) -> None:
    with_a_position(bot)
    await refreshed(bot_rig)
    bot.content["GET trade/1"] = answers.trade(1, is_open=False)
    await bot_rig.problem("POST", "/positions/bot-1/close", 404, json={})
    del bot.content["GET trade/1"]
    await bot_rig.problem("POST", "/positions/bot-1/close", 404, json={})


async def test_entries_are_allowed_again_by_an_act_of_its_own(bot_rig: Rig, bot: ScriptedBot) -> None:
    def shown(_: Any) -> dict[str, Any]:
        changed = [call for call, _ in bot.calls if call in ("POST pause", "POST start")]
        state = "paused" if changed and changed[-1] == "POST pause" else "running"
        config: dict[str, Any] = answers.of_a_quiet_bot()["GET show_config"]
        return config | {"state": state}

    with_a_position(bot)
    bot.content |= {"GET show_config": shown, "POST start": {"status": "starting trader ..."}}
    await refreshed(bot_rig)
    token = (await bot_rig.client.post("/emergency-close", json={})).json()["token"]
    await bot_rig.client.post("/emergency-close", json={"token": token})
    await bot_rig.problem("POST", "/resume", 403, headers=bearer(READER))
    assert shown(None)["state"] == "paused"
    done = await bot_rig.client.post("/api/v1/resume", json={"bot": "bot"})
    assert done.json() == {"bots": [{"bot": "bot", "state": "running", "result": "starting trader ..."}]}
    again = await bot_rig.client.post("/resume")
    assert again.json()["bots"][0]["result"] == "not paused, but running: nothing was changed"
    assert len(bot.asked("POST start")) == 1
    await bot_rig.problem("POST", "/resume", 404, json={"bot": "other"})
    assert (await logged(bot_rig))[-4:] == [("entries.resume", "asked"), ("entries.resume", "done")] * 2


async def test_a_stopped_bot_is_not_started_by_resuming_entries(bot_rig: Rig, bot: ScriptedBot) -> None:
    bot.content["GET show_config"] |= {"state": "stopped"}
    done = await bot_rig.client.post("/resume", json={})
    assert done.json()["bots"][0]["state"] == "stopped"
    assert bot.asked("POST start") == []


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
