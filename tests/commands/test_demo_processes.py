"""The demonstration with its real processes: it starts, enters, is scanned and watched, ends, starts again."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest

from companion.ground.layout import LOCALHOST, ROOT, USER_DATA
from companion.ground.ports import is_free
from companion.scanner.coin_facts import BundledTiers
from companion.venues.binance.leverage_tiers import bundled_tiers
from hhq.digest import settings_digest
from hhq.settings import HHQSettings
from tests.commands.demo_process import Demo

pytestmark = [pytest.mark.processes, pytest.mark.timeout(700)]

COINS = 24


def assert_the_logs_hold_no_secret_and_are_their_owners_alone(demo: Demo) -> None:
    logs = list((demo.run_folder / "logs").iterdir())
    assert {"bot.log", "bot-output.log", "companion.log", "replay.log"} <= {log.name for log in logs}
    assert {stat.S_IMODE(log.stat().st_mode) for log in logs} == {0o600}
    secrets = [
        value
        for name in ("credentials.json", "companion-credentials.json")
        for key, value in json.loads((demo.run_folder / name).read_text()).items()
        if key != "username"
    ]
    assert len(secrets) == 6
    for log in logs:
        text = log.read_text(encoding="utf-8")
        assert not [secret for secret in secrets if secret in text or quote(secret) in text], log.name


def kept_in_the_project() -> set[tuple[str, int]]:
    """The files under user_data with their times of writing: no demonstration may change them."""
    found = (path for path in USER_DATA.rglob("*") if "__pycache__" not in path.parts and path.is_file())
    return {(str(path), path.stat().st_mtime_ns) for path in found}


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture
def demo(run_folder: Path) -> Iterator[Demo]:
    running = Demo(run_folder, COINS)
    yield running
    running.close()


def test_the_demo_runs_enters_a_position_and_ends_with_all_its_processes(demo: Demo) -> None:
    before = kept_in_the_project()
    started = time.monotonic()
    demo.wait_for("The bot is RUNNING", 120)
    demo.wait_for("signal  ", 120)
    demo.wait_for("entry   ", 180)
    assert time.monotonic() - started < 180, "the first entry comes within three minutes"
    assert demo.ask("ping").json() == {"status": "pong"}
    trades = demo.ask("status").json()
    assert any(trade["amount"] > 0 and trade["leverage"] > 1 for trade in trades)
    assert f"http://{LOCALHOST}:{demo.api_port}" in demo.output

    assert_the_companion_decides_as_the_bot_does(demo)
    assert_a_second_demo_is_refused(demo)

    assert psutil.Process(demo.process.pid).memory_info().rss < 200 << 20, "what found the opening is gone"

    children = demo.children()
    changed = demo.change({"signal.z_score_threshold": 1.7})
    assert changed.status_code == 200, changed.text
    assert (demo.run_folder / "demo/user_data/strategies/HHQStrategy.json").is_file()
    # Freqtrade prints a traceback of its own where the signal meets it in the middle of a database commit.
    assert "Traceback" not in demo.output
    assert demo.end(signal.SIGINT) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)
    assert is_free(demo.api_port)
    assert is_free(demo.replay_port)
    assert is_free(demo.companion_port)
    assert_the_logs_hold_no_secret_and_are_their_owners_alone(demo)
    assert kept_in_the_project() == before, (
        "settings and state of the demonstration lie in its run folder alone"
    )


def assert_the_companion_decides_as_the_bot_does(demo: Demo) -> None:
    demo.wait_for("module  store loaded", 60)
    demo.wait_for("scan    ", 120)
    demo.until("ready", lambda: bool(demo.ask_companion("/ready").json()["ready"]), 180)
    assert demo.ask_companion("/opportunities").json()["total"] >= COINS - 3
    assert demo.ask_companion("/coins/BTCUSDT").json()["pair"] == "BTC/USDT:USDT"
    assert (
        sum(gate["count"] for gate in demo.ask_companion("/funnel").json()["of_pass"]["gates"]) >= COINS - 3
    )
    told = json.loads((demo.run_folder / "demo/user_data/hhq/tiers.json").read_text())
    assert tuple(told["BTC/USDT:USDT"]) == BundledTiers(bundled_tiers()).lowest("BTC/USDT:USDT"), (
        "what Freqtrade's dry run has"
    )
    listed = demo.ask_companion("/pairlist").json()["pairs"]
    assert "BTC/USDT:USDT" in listed
    demo.until(
        "the bot follows the list",
        lambda: demo.ask("whitelist").json()["whitelist"] == demo.ask_companion("/pairlist").json()["pairs"],
        90,
    )
    demo.until("digests compared", lambda: demo.figure("hhq_digests_compared_total") >= COINS - 3, 330)
    assert demo.figure("hhq_digest_mismatches_total") == 0


def assert_a_second_demo_is_refused(demo: Demo) -> None:
    again = subprocess.run(demo.line(), cwd=ROOT, capture_output=True, text=True, check=False)
    assert again.returncode == 2
    children = demo.children()
    assert "an earlier run is still there: the replay exchange" in again.stderr
    assert all(str(pid) in again.stderr for pid in children)
    assert len(children) == 3


def test_a_second_start_goes_on_with_the_positions_and_a_process_that_dies_ends_the_demo(demo: Demo) -> None:
    demo.wait_for("The tape goes on at ", 60)
    demo.wait_for("The bot is RUNNING", 120)
    known = [*demo.ask("status").json(), *demo.ask("trades").json()["trades"]]
    assert any(trade["open_timestamp"] < demo.started_ms for trade in known), (
        "the first run's trades are kept"
    )
    unchanged = f"HHQ-1 settings {settings_digest(HHQSettings())}"
    demo.until(
        "the changed settings are in force, from the first candle that is analysed",
        lambda: demo.ask("show_config").json()["strategy_version"] != unchanged,
        60,
    )
    assert "(shown once)" not in demo.output, "the first run has made the credentials"
    demo.wait_for("module  store loaded", 60)
    exchange, bot, companion = demo.children()
    os.kill(exchange, signal.SIGKILL)
    assert demo.end(None) == 1
    assert "the replay exchange ended with status -9" in demo.output
    assert not Path(f"/proc/{bot}").exists()
    assert not Path(f"/proc/{companion}").exists()
