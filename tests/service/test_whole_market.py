"""The whole market in one companion: 544 coins × 1,500 candles."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from companion.ground import processes
from companion.ground.layout import LOCALHOST
from companion.ground.ports import any_free
from companion.offline import replay_process
from companion.offline.data_folder import open_folder, utc
from companion.replay.embedded import MarketSpecification, ensure_market
from tests.service.served import Served

COINS, DAYS = 544, 7
LARGEST_MB = 280.0
"""Without the pages of libraries: other processes share them, and how many of them count depends on the kernel
(read-ahead of whole folios counted 181 MB where another kernel counted 150)."""
NO_LIMIT = 1_000_000


def peak_mb(served: Served) -> float:
    """The most memory of its own that the process has had, in MB."""
    status = Path(f"/proc/{served.process.pid}/status").read_text(encoding="utf-8")
    lines = dict(line.split(":", 1) for line in status.splitlines())
    most, of_files = (int(lines[name].split()[0]) / 1024.0 for name in ("VmHWM", "RssFile"))
    return most - of_files


@pytest.mark.processes
@pytest.mark.timeout(600)
def test_the_whole_market_fits_into_280_mb_beside_the_libraries_with_a_login_and_a_look_at_all_coins(
    tmp_path: Path,
) -> None:
    market = open_folder(ensure_market(tmp_path / "market", MarketSpecification(COINS, DAYS, seed=1)))
    start = utc(int(market.span()[0].timestamp() * 1000) + 6 * 86_400_000)
    port = any_free()
    options = replay_process.ReplayOptions(market.path, port, start, weight_limit=NO_LIMIT)
    served = None
    with processes.ending_with_us() as children:
        running = children.add(lambda: replay_process.start(options, tmp_path / "replay.log"))
        replay_process.wait_until_ready(running, port)
        try:
            # Its own account has a limit of 100,000 at most: more than the first backfill needs.
            served = Served(tmp_path / "one", port, exchange={"weight_limit": 100_000}).answers()
            status = {}

            def all_decided() -> bool:
                status.update(served.get("/api/v1/scanner/status").json())
                return bool(status["coins"] >= 500 and status["fresh"] >= 0.98 * status["coins"])

            served.until(all_decided, 240)
            coins = served.get(f"/api/v1/opportunities?limit={COINS}").json()
            assert coins["total"] >= 500
            login = json.loads(served.login.read_text(encoding="utf-8"))
            sent = {name: login[name] for name in ("username", "password")}
            answer = httpx.post(f"http://{LOCALHOST}:{served.port}/api/v1/login", json=sent, timeout=20)
            assert answer.status_code == 200
            assert peak_mb(served) <= LARGEST_MB
        finally:
            if served is not None:
                served.kill()
