"""The Procfile: started by honcho, all three programs answer and end together."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from companion.bot import configuration
from companion.ground.layout import LOCALHOST, ROOT
from companion.ground.ports import any_free, is_free
from companion.offline.data_folder import DataFolder, open_folder
from companion.replay.embedded import MarketSpecification, ensure_market
from tests.service.served import ENVIRONMENT

HONCHO = Path(sys.executable).parent / "honcho"
LOGIN = ("tester", "a password of the tests")


def test_honcho_reads_it_and_it_names_the_three_programs() -> None:
    done = subprocess.run(
        [HONCHO, "check"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert all(name in done.stderr + done.stdout for name in ("bot", "companion", "exchange"))


def becomes(
    condition: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, seconds: float
) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except httpx.HTTPError:
            pass
        assert process.poll() is None, log.read_text()[-4000:]
        assert time.monotonic() < end, log.read_text()[-4000:]
        time.sleep(0.2)


def variables(tmp_path: Path, market: DataFolder, replay: int, bot: int, companion: int) -> dict[str, str]:
    """What makes the three programs work together on this market and on these ports."""
    pairs = tmp_path / "pairs.json"
    pairs.write_text(json.dumps({"pairs": list(market.pairs[:4]), "refresh_period": 10}))
    layer = configuration.replay_exchange(replay, [])
    layer["pairlists"] = [
        {
            "method": "RemotePairList",
            "number_assets": 9,
            "pairlist_url": f"file:///{pairs}",
            "refresh_period": 10,
        }
    ]
    layer["db_url"] = f"sqlite:///{tmp_path / 'bot.sqlite'}"
    configuration.write_layer(tmp_path / "layer.json", layer)
    return {
        "HHQ_DATA": str(market.path),
        "HHQ_REPLAY_PORT": str(replay),
        "HHQ_LAYERS": f"--config {tmp_path / 'layer.json'}",
        "FREQTRADE__API_SERVER__LISTEN_PORT": str(bot),
        "FREQTRADE__API_SERVER__USERNAME": LOGIN[0],
        "FREQTRADE__API_SERVER__PASSWORD": LOGIN[1],
        "FREQTRADE__API_SERVER__JWT_SECRET_KEY": "tests-" * 8,
        "FREQTRADE__API_SERVER__WS_TOKEN": "tests-" * 8,
        "HHQ_COMPANION__SERVER__PORT": str(companion),
        "HHQ_COMPANION__EXCHANGE__BASE_URL": f"http://{LOCALHOST}:{replay}",
        "HHQ_COMPANION__BOTS__URLS": json.dumps([f"http://{LOCALHOST}:{bot}"]),
        "HHQ_COMPANION__STORE__URL": f"sqlite:///{tmp_path / 'companion.sqlite'}",
        "HHQ_COMPANION__SECURITY__LOGIN_FILE": str(tmp_path / "login.json"),
        "HHQ_COMPANION__SECURITY__USERS_FILE": str(tmp_path / "users.json"),
        "HHQ_COMPANION__SCANNER__PAIRLIST_FILE": str(pairs),
        "HHQ_COMPANION__RECORDER__FOLDER": str(tmp_path / "recorded"),
    }


@pytest.mark.processes
@pytest.mark.timeout(400)
def test_exchange_bot_and_companion_work_together_and_end_together(tmp_path: Path) -> None:
    market = open_folder(ensure_market(tmp_path / "market", MarketSpecification(coins=6, days=8, seed=5)))
    replay, bot, companion = any_free(), any_free(), any_free()
    log = tmp_path / "honcho.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [HONCHO, "start", "--no-colour"],
            cwd=ROOT,
            env=ENVIRONMENT | variables(tmp_path, market, replay, bot, companion),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    api = f"http://{LOCALHOST}:{companion}"
    try:
        becomes(
            lambda: httpx.get(f"http://{LOCALHOST}:{replay}/replay/status", timeout=5).is_success,
            process, log, 60,
        )  # fmt: skip
        becomes(
            lambda: httpx.get(
                f"http://{LOCALHOST}:{bot}/api/v1/show_config", auth=LOGIN, timeout=5
            ).json()["state"] == "running",
            process, log, 180,
        )  # fmt: skip
        becomes(lambda: httpx.get(f"{api}/ready", timeout=5).json()["ready"], process, log, 180)
        process.send_signal(signal.SIGINT)
        process.wait(60)
        assert all(is_free(port) for port in (replay, bot, companion))
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)
