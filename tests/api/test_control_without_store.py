"""Closing, pausing and blacklisting work while the database does not; what was done is caught up with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy.exc import OperationalError

from companion.ground.roles import Means, Principal, Role
from companion.security import tokens
from companion.settings.store import StoreSettings
from companion.store.audit_trail import AuditTrail
from companion.store.lease import Lease
from tests.api.bots import ETH, refreshed, with_a_position
from tests.api.rig import Rig, bearer, rig_in
from tests.bot.scripted_bot import ScriptedBot
from tests.manual_clock import ManualClock
from tests.store.broken import FAULTS

pytestmark = pytest.mark.anyio
WHO = Principal("trader", Role.TRADE, Means.TOKEN, "key", 2**53)


@pytest.fixture
async def bot_rig(tmp_path: Path, bot: ScriptedBot) -> AsyncIterator[Rig]:
    """A bot with a position that obeys."""
    with_a_position(bot)
    bot.content["POST blacklist"] = {"blacklist": [ETH], "blacklist_expanded": [ETH], "errors": {}}
    async with rig_in(tmp_path, bot.url) as running:
        await refreshed(running)
        yield running


def broken(rig: Rig, fault: str) -> AbstractContextManager[None]:
    """The rig's database fails in this way from now on, for connections made anew and for those that are open."""
    assert rig.services.store is not None
    begun = cast("AbstractContextManager[None]", FAULTS[fault](rig.folder / "companion.sqlite"))
    if fault in ("corrupt", "read-only"):
        rig.services.store._engine.dispose()
    return begun


async def audited(rig: Rig) -> list[tuple[str, str]]:
    return [(one["what"], one["outcome"]) for one in reversed((await rig.get("/audit"))["items"])]


@pytest.mark.parametrize("fault", FAULTS)
async def test_an_emergency_stop_a_close_and_the_blacklist_need_no_database(
    bot_rig: Rig, bot: ScriptedBot, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "companion.audit")
    with broken(bot_rig, fault):
        client = bot_rig.client
        added = await client.post("/blacklist", json={"symbols": ["ETH"]})
        assert (added.status_code, bot.asked("POST blacklist")) == (200, [{"blacklist": [ETH]}])
        closed = await client.post("/positions/bot-1/close", json={"pair": "BTC"})
        assert (closed.status_code, closed.json()["outcome"]) == (200, "closing")
        first = await client.post("/emergency-close", json={})
        assert (first.status_code, len(first.json()["positions"])) == (200, 1)
        done = await client.post("/emergency-close", json={"token": first.json()["token"]})
        assert (done.status_code, done.json()["step"]) == (200, "done")
        assert bot.asked("POST forceexit")[-1]["tradeid"] == "all"
        assert len(bot.asked("POST pause")) == 1
        assert bot_rig.services.trail.waiting == 6
    lines = [text for text in caplog.messages if text.startswith("AUDIT: {")]
    assert len(lines) == 6
    assert '"who":"trader"' in lines[-1]
    assert '"what":"emergency.close"' in lines[-1]
    assert [text for text in caplog.messages if text.startswith("AUDIT: not stored (")]
    await bot_rig.services.trail.catch_up()
    assert bot_rig.services.trail.waiting == 0
    assert await audited(bot_rig) == [
        (what, outcome)
        for what in ("blacklist.add", "position.close", "emergency.close")
        for outcome in ("asked", "done")
    ]


async def test_what_the_bot_refuses_is_told_and_kept_without_a_database(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    bot.failures["POST forceexit"] = 502
    with broken(bot_rig, "deleted"):
        await bot_rig.problem("POST", "/positions/bot-1/close", 409)
    await bot_rig.services.trail.catch_up()
    (what, asked), (_, outcome) = await audited(bot_rig)
    assert (what, asked) == ("position.close", "asked")
    assert "as scripted" in outcome


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_adds_risk_is_refused_without_a_database(
    bot_rig: Rig, bot: ScriptedBot, fault: str
) -> None:
    bot.content["GET blacklist"] = {"blacklist": [ETH], "blacklist_expanded": [ETH], "errors": {}}
    bot.content["POST start"] = {"status": "starting trader ..."}
    bot.content["GET show_config"] |= {"state": "paused"}
    await refreshed(bot_rig)
    with broken(bot_rig, fault):
        for method, path in (("POST", "/resume"), ("DELETE", "/blacklist/ETH")):
            problem = await bot_rig.problem(method, path, 503)
            assert problem["type"] == "urn:hhq:problem:store-failed"
        assert (await bot_rig.client.get("/ready")).status_code == 503
    assert bot.asked("POST start") == bot.asked("DELETE blacklist") == []
    assert (await bot_rig.client.post("/resume")).status_code == 200
    assert len(bot.asked("POST start")) == 1


async def test_an_act_is_not_held_up_by_a_database_that_hangs(bot_rig: Rig, bot: ScriptedBot) -> None:
    store = bot_rig.services.store
    assert store is not None
    path = bot_rig.folder / "companion.sqlite"
    other = store._engine.raw_connection()
    other.execute("BEGIN IMMEDIATE")
    try:
        closed = await bot_rig.client.post("/positions/bot-1/close", json={})
        assert closed.status_code == 200
        assert len(bot.asked("POST forceexit")) == 1
    finally:
        other.rollback()
        other.close()
    assert path.exists()
    while bot_rig.services.trail._writing:
        await next(iter(bot_rig.services.trail._writing))
    assert await audited(bot_rig) == [("position.close", "asked"), ("position.close", "done")]


async def test_without_any_database_at_the_start_everything_can_be_closed(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    clock = bot_rig.services.clock
    without = replace(bot_rig.services, store=None, audit=None, trail=AuditTrail(None, clock))
    bot_rig.app.state.services = without
    token = (await bot_rig.client.post("/emergency-close", json={})).json()["token"]
    done = await bot_rig.client.post("/emergency-close", json={"token": token})
    assert done.json()["step"] == "done"
    assert without.trail.waiting == 2
    await without.trail.catch_up()
    assert without.trail.waiting == 2
    problem = await bot_rig.problem("POST", "/resume", 503)
    assert problem["type"] == "urn:hhq:problem:part-not-running"


async def test_a_token_of_the_database_works_without_it_if_it_was_used_before(bot_rig: Rig) -> None:
    store, clock = bot_rig.services.store, bot_rig.services.clock
    assert store is not None
    assert isinstance(clock, ManualClock)

    def made(session: Any) -> list[str]:
        now = clock.now_ms()
        return [
            tokens.create(session, name, Role.TRADE, now_ms=now, days=1.0)[0] for name in ("used", "unused")
        ]

    used, unused = await store.write(made)
    assert (await bot_rig.client.get("/positions", headers=bearer(used))).status_code == 200
    with broken(bot_rig, "deleted"):
        problem = await bot_rig.problem("POST", "/emergency-close", 503, json={}, headers=bearer(unused))
        assert problem["type"] == "urn:hhq:problem:store-failed"
        answer = await bot_rig.client.post("/emergency-close", json={}, headers=bearer(used))
        assert answer.status_code == 200
        clock.turn(86_400.0)
        await bot_rig.problem("POST", "/emergency-close", 503, json={}, headers=bearer(used))


async def test_an_instance_that_is_provably_passive_refuses_and_one_that_cannot_know_acts(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    store, clock = bot_rig.services.store, bot_rig.services.clock
    assert store is not None
    assert isinstance(clock, ManualClock)
    settings = StoreSettings(lease_seconds=30.0)
    now = clock.now_ms
    ours, theirs = (Lease(store, settings, clock, me=me, database_now=lambda _: now()) for me in ("a", "b"))
    bot_rig.app.state.services = replace(bot_rig.services, lease=ours)
    assert await theirs.beat()
    assert not await ours.beat()
    problem = await bot_rig.problem("POST", "/positions/bot-1/close", 503)
    assert problem["type"] == "urn:hhq:problem:passive-instance"
    assert bot.asked("POST forceexit") == []
    with broken(bot_rig, "deleted"):
        await ours.beat()
        assert (await bot_rig.client.post("/positions/bot-1/close", json={})).status_code == 200
    assert len(bot.asked("POST forceexit")) == 1


async def test_an_active_instance_acts_although_its_lease_cannot_be_confirmed(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    store, clock = bot_rig.services.store, bot_rig.services.clock
    assert store is not None
    lease = Lease(store, StoreSettings(), clock, database_now=lambda _: clock.now_ms())
    bot_rig.app.state.services = replace(bot_rig.services, lease=lease)
    assert await lease.beat()
    with broken(bot_rig, "deleted"):
        with pytest.raises(OperationalError):
            await lease.confirm()
        assert (await bot_rig.client.post("/positions/bot-1/close", json={})).status_code == 200
    assert len(bot.asked("POST forceexit")) == 1


async def test_what_waits_is_bounded_and_the_newest_is_kept(bot_rig: Rig) -> None:
    trail = bot_rig.services.trail
    with broken(bot_rig, "deleted"):
        for number in range(1_003):
            await trail.record(WHO, "position.close", target=str(number))
    assert trail.waiting == 1_000
    await trail.catch_up()
    found = await bot_rig.get("/audit", limit=1000)
    assert found["total"] == 1_000
    assert {entry["target"] for entry in found["items"]} == {str(number) for number in range(3, 1_003)}
