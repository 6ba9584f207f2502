"""What a client of the feed is sent, in what order, and what becomes of a slow one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from itertools import pairwise
from typing import Any

import pytest

from companion.feed.connection import Connection, StalledClientError
from companion.feed.feed_connection import FeedConnection
from companion.feed.hub import FeedHub
from companion.feed.plain_connection import PlainConnection
from companion.ground.absent_parts import ABSENT_PARTS, RECOVERY, AbsentPart
from companion.settings.feed import FeedSettings
from tests.feed.mirror import Mirror
from tests.feed.socket_pair import ClientGoneError, SocketPair

SUBSCRIBE = '{"op": "subscribe", "channels": ["opportunities"]}'


def a_hub(**values: Any) -> FeedHub:
    return FeedHub(FeedSettings(**values), ("price", "side"), ("size",))


@asynccontextmanager
async def connected(connection: Connection, socket: SocketPair) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(connection.serve())
    try:
        yield task
    finally:
        socket.leave()
        task.cancel()
        with suppress(asyncio.CancelledError, ClientGoneError, StalledClientError):
            await task


def test_a_client_is_greeted_then_sent_a_snapshot_then_changes() -> None:
    async def scenario() -> list[dict[str, Any]]:
        hub, socket, mirror = a_hub(), SocketPair(), Mirror()
        hub.opportunities.publish({"BTCUSDT": (1.0, "LONG")})
        async with connected(FeedConnection(hub, socket.send, socket.receive), socket):
            seen = [mirror.take(await socket.take())]
            socket.say(SUBSCRIBE)
            seen.append(mirror.take(await socket.take()))
            hub.opportunities.publish({"BTCUSDT": (2.0, "LONG")})
            hub.wake()
            seen.append(mirror.take(await socket.take()))
            assert mirror.table("opportunities") == {"BTCUSDT": [2.0, "LONG"]}
        return seen

    welcome, snapshot, delta = asyncio.run(scenario())
    assert welcome["type"] == "welcome"
    assert "opportunities" in welcome["channels"]
    assert (snapshot["type"], snapshot["seq"], snapshot["columns"]) == ("snapshot", 1, ["price", "side"])
    assert (delta["type"], delta["seq"]) == ("delta", 2)


def test_a_client_that_missed_a_number_asks_for_a_new_snapshot_and_is_sent_one() -> None:
    async def scenario() -> None:
        hub, socket, mirror = a_hub(), SocketPair(), Mirror()
        async with connected(FeedConnection(hub, socket.send, socket.receive), socket):
            await socket.take()
            socket.say(SUBSCRIBE)
            mirror.take(await socket.take())
            socket.say('{"op": "snapshot", "channel": "opportunities"}')
            assert mirror.take(await socket.take())["type"] == "snapshot"
        assert mirror.snapshots == 2

    asyncio.run(scenario())


def test_a_slow_client_is_sent_a_snapshot_instead_of_a_growing_queue() -> None:
    async def scenario() -> None:
        hub, socket, mirror = a_hub(largest_backlog=3), SocketPair(), Mirror()
        async with connected(FeedConnection(hub, socket.send, socket.receive), socket):
            await socket.take()
            socket.say(SUBSCRIBE)
            mirror.take(await socket.take())
            for number in range(50):
                hub.opportunities.publish({"BTCUSDT": (float(number), None)})
                hub.wake()
                await asyncio.sleep(0)
            while mirror.sequence["opportunities"] < 50:
                mirror.take(await socket.take())
            assert mirror.table("opportunities") == {"BTCUSDT": [49.0, None]}
        assert hub.counts.fell_behind >= 1

    asyncio.run(scenario())


def test_a_stalled_client_harms_nobody_and_is_disconnected() -> None:
    async def scenario() -> None:
        hub = a_hub(stall_seconds=1.0)
        dead, alive, mirror = SocketPair(), SocketPair(), Mirror()
        async with (
            connected(FeedConnection(hub, dead.send, dead.receive), dead) as stalled,
            connected(FeedConnection(hub, alive.send, alive.receive), alive),
        ):
            await alive.take()
            alive.say(SUBSCRIBE)
            dead.say(SUBSCRIBE)
            mirror.take(await alive.take())
            for number in range(200):
                hub.opportunities.publish({"BTCUSDT": (float(number), None)})
                hub.wake()
                mirror.take(await alive.take())
            assert mirror.table("opportunities") == {"BTCUSDT": [199.0, None]}
            with pytest.raises(StalledClientError):
                await asyncio.wait_for(asyncio.shield(stalled), 10)
        assert hub.counts.stalled == 1

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("no json", "Invalid JSON"),
        ('{"op": "buy"}', "op"),
        ('{"op": "subscribe", "channels": ["balance"]}', "channels"),
        ('{"op": "subscribe", "channels": ["logs"], "token": 1}', "token"),
        ('{"op": "snapshot", "channel": "logs"}', "not subscribed"),
        ("[" * 5000, "at most 4096"),
    ],
)
def test_an_invalid_command_is_answered_with_what_is_wrong(said: str, told: str) -> None:
    async def scenario() -> str:
        hub, socket = a_hub(), SocketPair()
        async with connected(FeedConnection(hub, socket.send, socket.receive), socket):
            await socket.take()
            socket.say(said)
            message = json.loads(await socket.take())
            assert message["type"] == "error"
            return str(message["detail"])

    assert told in asyncio.run(scenario())


def test_an_unsubscribed_channel_is_silent() -> None:
    async def scenario() -> None:
        hub, socket = a_hub(), SocketPair()
        async with connected(FeedConnection(hub, socket.send, socket.receive), socket):
            await socket.take()
            socket.say(SUBSCRIBE)
            await socket.take()
            socket.say('{"op": "unsubscribe", "channels": ["opportunities"]}')
            socket.say('{"op": "ping"}')
            assert json.loads(await socket.take()) == {"type": "pong"}
            hub.opportunities.publish({"BTCUSDT": (1.0, None)})
            hub.wake()
            socket.say('{"op": "ping"}')
            assert json.loads(await socket.take()) == {"type": "pong"}

    asyncio.run(scenario())


@pytest.mark.parametrize(("ping", "pong"), [("ping", "pong"), ('{"type": "ping"}', '{"type":"pong"}')])
def test_an_existing_client_gets_its_first_state_and_a_pong_in_its_own_form(ping: str, pong: str) -> None:
    async def scenario() -> None:
        hub, socket = a_hub(), SocketPair()
        hub.positions.publish({"1": (0.5,)})
        async with connected(PlainConnection(hub, hub.ui_messages, socket.send, socket.receive), socket):
            first = json.loads(await socket.take())
            assert first["type"] == "INITIAL_STATE"
            assert first["data"]["positions"] == [{"id": "1", "size": 0.5}]
            socket.say("anything")
            socket.say(ping)
            assert await socket.take() == pong
            hub.ui_messages.publish([{"type": "PRICE_UPDATE", "data": {"BTCUSDT": 1.0}}])
            hub.wake()
            assert json.loads(await socket.take())["type"] == "PRICE_UPDATE"

    asyncio.run(scenario())


@pytest.mark.parametrize("part", [part for part in ABSENT_PARTS if part.channels], ids=lambda part: part.name)
def test_a_channel_of_an_absent_part_can_be_subscribed_to_and_says_that_it_is_off(part: AbsentPart) -> None:
    async def scenario() -> list[dict[str, Any]]:
        hub, socket, mirror = a_hub(), SocketPair(), Mirror()
        async with connected(FeedConnection(hub, socket.send, socket.receive), socket):
            await socket.take()
            socket.say(json.dumps({"op": "subscribe", "channels": part.channels}))
            return [mirror.take(await socket.take()) for _ in part.channels]

    for snapshot in asyncio.run(scenario()):
        assert snapshot["type"] == "snapshot"
        assert (snapshot["enabled"], snapshot["detail"]) == (False, part.detail)
        assert not snapshot.get("entries", [])
        assert not snapshot.get("fields", {})


def test_a_channel_of_a_part_that_exists_has_no_status() -> None:
    hub = a_hub()
    absent = {name for part in ABSENT_PARTS for name in part.channels}
    for name in hub.channels.keys() - absent:
        assert not {"enabled", "detail"} & json.loads(hub.channels[name].first_frame()[1]).keys()


def test_the_first_message_of_a_page_says_that_the_recovery_is_off() -> None:
    state = json.loads(a_hub().ui_messages.first_frame()[1])["data"]
    assert state["recovery"] == RECOVERY.status


def test_many_clients_are_woken_a_few_in_each_turn_of_the_loop() -> None:
    async def work() -> list[int]:
        hub = a_hub()
        clients = [asyncio.Event() for _ in range(40)]
        with ExitStack() as listening:
            for client in clients:
                listening.enter_context(hub.listening(client))
            hub.wake()
            woken = []
            for turn in range(8):
                woken.append(sum(client.is_set() for client in clients))
                if turn == 1:
                    hub.wake()  # news while the others are still being woken
                await asyncio.sleep(0)
        return woken

    woken = asyncio.run(work())
    assert woken[0] == 8
    assert all(0 <= later - before <= 8 for before, later in pairwise(woken))
    assert woken[-1] == 40
