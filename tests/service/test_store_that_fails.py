"""The whole service as a process whose SQLite file fails while it runs: what must be closed is closed, and told later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import cast

import httpx
import pytest

from companion.ground.layout import LOCALHOST
from companion.ground.ports import any_free
from tests.api.bots import ETH, with_a_position
from tests.bot.scripted_bot import ScriptedBot
from tests.service.served import Served
from tests.store.broken import FAULTS

pytestmark = [pytest.mark.processes, pytest.mark.timeout(400)]


@pytest.fixture
def bot() -> Iterator[ScriptedBot]:
    with ScriptedBot() as running:
        with_a_position(running)
        running.content["POST blacklist"] = {"blacklist": [ETH], "blacklist_expanded": [ETH], "errors": {}}
        yield running


@pytest.mark.parametrize("fault", ["deleted", "corrupt", "read-only"])
def test_an_emergency_stop_by_the_own_login_and_the_audit_afterwards(
    bot: ScriptedBot, tmp_path: Path, fault: str
) -> None:
    served = Served(tmp_path / "one", any_free(), bots={"urls": [bot.url], "compare": False})
    try:
        served.answers()
        served.until(lambda: len(served.get("/positions").json()["positions"]) == 1)
        served.until(lambda: "is active" in served.log)

        def post(path: str, **body: object) -> httpx.Response:
            address = f"http://{LOCALHOST}:{served.port}/api/v1{path}"
            return httpx.post(address, json=body, headers=served.headers(), timeout=60)

        path = tmp_path / "one" / "companion.sqlite"
        with cast("AbstractContextManager[None]", FAULTS[fault](path)):
            token = post("/emergency-close").json()["token"]
            done = post("/emergency-close", token=token)
            assert (done.status_code, done.json()["step"]) == (200, "done")
            assert post("/positions/bot-1/close", pair="BTC").json()["outcome"] == "closing"
            assert len(bot.asked("POST pause")) == 1
            assert [body["tradeid"] for body in bot.asked("POST forceexit")] == ["all", "1"]
            assert 'AUDIT: {"time_ms"' in served.log
        served.until(lambda: served.get("/audit").status_code == 200)
        if fault != "corrupt":
            # What open connections to a damaged file have taken may be lost with it: then the log alone has it.
            served.until(lambda: served.get("/audit?what=emergency.close").json()["total"] == 2)
        assert served.process.poll() is None
    finally:
        served.kill()
