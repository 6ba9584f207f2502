"""The whole service as a process: it starts with what is there, says what is not, and ends when told to."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from companion.ground import processes
from companion.ground.layout import LOCALHOST, ROOT
from companion.ground.ports import any_free
from companion.offline import replay_process
from companion.offline.data_folder import open_folder, utc
from companion.replay.embedded import MarketSpecification, ensure_market
from tests.service.served import ENVIRONMENT, Served

pytestmark = [pytest.mark.processes, pytest.mark.timeout(400)]
COINS = 12
Start = Callable[..., Served]


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Port of a replay exchange with a generated market, a week into its tape."""
    folder = tmp_path_factory.mktemp("exchange")
    market = open_folder(ensure_market(folder / "market", MarketSpecification(coins=COINS, days=12, seed=5)))
    begin = market.span()[0].timestamp() * 1000 + 8 * 86_400_000
    port = any_free()
    child = replay_process.start(
        replay_process.ReplayOptions(market.path, port, utc(int(begin))), folder / "replay.log"
    )
    with processes.ending_with_us() as children:
        children.add(lambda: child)
        replay_process.wait_until_ready(child, port)
        yield port


@pytest.fixture
def start(tmp_path: Path, exchange: int) -> Iterator[Start]:
    """Starts companions that end with the test."""
    started: list[Served] = []

    def begin(name: str = "one", port: int | None = None, **sections: dict[str, Any]) -> Served:
        started.append(Served(tmp_path / name, exchange if port is None else port, **sections))
        return started[-1]

    yield begin
    for served in started:
        served.kill()


def rows_of_the_feed(served: Served) -> int:
    """Coins in the first snapshot of the page's table; without a login there is no connection."""
    address = f"ws://{LOCALHOST}:{served.port}/ws/feed"
    with pytest.raises(InvalidStatus), connect(address, proxy=None):
        pass
    with connect(address, proxy=None, additional_headers=served.headers()) as socket:
        socket.send('{"op": "subscribe", "channels": ["opportunities"]}')
        while True:
            message = json.loads(socket.recv(timeout=20))
            if message["type"] == "snapshot":
                return len(message["rows"])


def loaded_in(served: Served) -> set[str]:
    """Packages, and their folders, from which the process has loaded machine code."""
    maps = Path(f"/proc/{served.process.pid}/maps").read_text(encoding="utf-8")
    folders = {Path(found).parts for found in re.findall(r"site-packages/(\S+)\.so", maps)}
    return {"/".join(parts[:count]) for parts in folders for count in (1, 2)}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_streams_scans_answers_and_ends_within_seconds(start: Start, number: signal.Signals) -> None:
    served = start().answers()
    served.until(lambda: served.missing().keys() == {"bot bot"}, 180)
    assert "refused" in served.missing()["bot bot"] or "failed" in served.missing()["bot bot"]
    served.until(lambda: served.get("/api/v1/scanner/status").json()["fresh"] >= COINS - 2, 120)
    opportunities = served.get("/api/v1/opportunities").json()
    assert opportunities["total"] >= COINS - 2
    assert served.get("/api/v1/coins/BTCUSDT").json()["symbol"] == "BTCUSDT"
    assert served.get("/api/v1/pairlist").json()["pairs"]
    assert served.get("/api/v1/opportunities", login=False).status_code == 401
    assert rows_of_the_feed(served) >= COINS - 2
    about = served.get("/api/v1/about").json()
    assert about["market"] == {"kind": "generated", "name": "market", "speed": 1.0}
    assert about["live_money"] is None
    for line in ("MODULE store loaded", "MODULE ccxt.pro loaded", "is active", "SCANNER_PASS"):
        assert line in served.log
    assert not loaded_in(served) & {"pandas", "scipy/linalg", "matplotlib", "freqtrade"}
    assert served.end(number) < 15
    assert served.process.returncode == 0
    assert "Traceback" not in served.log
    assert "companion.service - INFO - ended" in served.log


def test_a_second_instance_of_the_account_stays_passive_and_takes_over(start: Start, tmp_path: Path) -> None:
    database = {"url": f"sqlite:///{tmp_path / 'shared.sqlite'}", "lease_seconds": 5.0}
    first = start("one", store=database).answers()
    first.until(lambda: "is active" in first.log)
    second = start("two", store=database).answers()
    second.until(lambda: "lease" in second.missing(), 60)
    assert "passive" in second.missing()["lease"]
    first.kill()
    assert second.until(lambda: "lease" not in second.missing(), 60) < 30
    assert "ACTIVE: " in second.log


def test_without_an_exchange_it_lives_and_says_so(start: Start) -> None:
    served = start(port=any_free()).answers()
    served.until(lambda: "streams" in served.missing(), 60)
    served.until(lambda: "tried again in" in served.log or "streams failed" in served.log, 60)
    assert served.get("/api/v1/about").json()["market"]["kind"] == "unknown"
    assert served.end() < 15


@pytest.mark.skipif(
    os.geteuid() == 0 and not Path("/proc").exists(), reason="needs a place that refuses files"
)
def test_without_a_database_it_lives_passive_and_says_so(start: Start) -> None:
    served = start(store={"url": "sqlite:////proc/no-such-place/companion.sqlite"}).answers()
    assert "database" in served.missing()
    assert "MODULE store unavailable: " in served.log
    assert served.get("/api/v1/scanner/status").status_code == 200
    assert served.get("/api/v1/signals").status_code == 503
    assert served.end() < 15


def test_without_recorder_it_says_so(start: Start) -> None:
    served = start(recorder={"enabled": False}).answers()
    assert "MODULE recorder unavailable: recorder.enabled is false" in served.log


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "companion", "serve", *arguments],
        cwd=ROOT,
        env=ENVIRONMENT | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_settings_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    wrong = tmp_path / "companion.toml"
    wrong.write_text("[scanner]\npairlist_size = 1\n")
    done = run("--config", str(wrong))
    assert done.returncode == 2
    assert f"{wrong}: scanner.pairlist_size = 1" in done.stderr
    done = run("--check", HHQ_COMPANION__SERVER__PROT="1")
    assert (done.returncode, "server.prot: unknown setting" in done.stderr) == (2, True)
    assert run("--check").returncode == 0
    of_bots = tmp_path / "hhq.toml"
    of_bots.write_text("[signall]\nfoo = 1\n")
    done = run("--check", HHQ_COMPANION__BOTS__SETTINGS_FILE=str(of_bots))
    assert (done.returncode, "hhq.toml: signall: unknown setting" in done.stderr) == (2, True)


def test_a_public_address_needs_users(tmp_path: Path) -> None:
    users = str(tmp_path / "none.json")
    done = run("--host", "0.0.0.0", "--port", "0", HHQ_COMPANION__SECURITY__USERS_FILE=users)
    assert done.returncode == 2
    assert "credentials" in done.stderr


def test_an_occupied_port_is_a_clear_message() -> None:
    with socket.socket() as other:
        other.bind((LOCALHOST, 0))
        other.listen()
        port = other.getsockname()[1]
        done = run("--port", str(port))
    assert done.returncode == 2
    assert f"server.port = {port}" in done.stderr
    assert "Traceback" not in done.stderr
