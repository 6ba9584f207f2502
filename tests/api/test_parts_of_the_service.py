"""What each part of the service does now: for a person who looks for what is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from companion.recorder.recorder import Recorder
from companion.settings.recorder import RecorderSettings
from companion.settings.store import StoreSettings
from companion.store.lease import Lease
from tests.api.rig import Rig
from tests.store.broken import deleted

pytestmark = pytest.mark.anyio


async def test_streams_say_how_many_coins_can_be_decided_and_why_others_cannot(rig: Rig) -> None:
    streams = (await rig.get("/api/v1/parts"))["streams"]
    assert (streams["running"], streams["stale"]) == (True, {"ticker": 1})
    assert streams["fresh"] <= streams["coins"] == len(rig.services.market.universe.trading_rows)
    (connection,) = streams["connections"]
    assert (connection["connected"], connection["reconnects"]) == (True, 3)
    assert (streams["weight"]["used"], streams["weight"]["limit"]) == (120, 2400)


async def test_a_part_that_does_not_run_here_is_null(rig: Rig) -> None:
    found = await rig.get("/parts")
    assert found["recorder"] is found["lease"] is None
    assert found["tasks"] == []


async def test_a_recorder_that_has_sealed_nothing_yet_says_so(rig: Rig, tmp_path: Path) -> None:
    services = rig.services
    recorder = Recorder(services.market, services.clock, RecorderSettings(), tmp_path / "recorded")
    rig.app.state.services = replace(services, recorder=recorder)
    found = (await rig.get("/parts"))["recorder"]
    assert (found["sealed"], found["sealed_close_ms"], found["last_error"]) == (0, None, None)


async def test_an_instance_says_since_when_it_is_the_active_one(rig: Rig) -> None:
    services = rig.services
    assert services.store is not None
    lease = Lease(services.store, StoreSettings(), services.clock)
    rig.app.state.services = replace(services, lease=lease)
    assert not (await rig.get("/parts"))["lease"]["active"]
    await lease.beat()
    found = (await rig.get("/parts"))["lease"]
    assert (found["active"], found["problem"]) == (True, "")


async def test_a_database_that_cannot_be_written_says_why(rig: Rig) -> None:
    assert (await rig.get("/parts"))["store"] == {
        "kind": "sqlite", "writable": True, "problem": "", "late": 0,
    }  # fmt: skip
    with deleted(rig.folder / "companion.sqlite"):
        found = (await rig.get("/parts"))["store"]
    assert not found["writable"]
    assert found["problem"]
