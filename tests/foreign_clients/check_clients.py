"""Clients that others wrote, unmodified, against the replay exchange: `make foreign-clients`.

Each client is installed with locked versions in a folder of its own, run as a program that prints what it got, and
what it got is compared with the exchange's own answers. Not part of `make test`: it needs the package registries.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from companion.replay.clock import ManualClock
from companion.replay.market import Market, load_market
from tests.replay.conftest import NOON
from tests.replay.sample_market import BASE, BEGIN, COINS, write_market
from tests.replay.server import RunningExchange, fast_clock

HERE = Path(__file__).parent
UV = Path(sys.executable).parent / "uv"
# Nothing but this machine is reached: whatever asks elsewhere fails at once.
NOWHERE = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")
LOCAL = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "PYTHONPATH": ""}
PYTHON = ("python_binance", "binance_sdk", "futures_connector")
NODE = ("npm_binance",)
ALL = {"symbols", "candles", "premium", "open_interest", "refusal", "closed", "depth"}
# The connector has no call for premium index candles.
GIVEN = {
    "python_binance": ALL,
    "binance_sdk": ALL,
    "futures_connector": ALL - {"premium"},
    "npm_binance": ALL,
}


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    return load_market(write_market(tmp_path_factory.mktemp("market") / "sample"))


@pytest.fixture
def exchange(market: Market) -> Iterator[RunningExchange]:
    """Sixty times faster than real: a 5m candle closes every five seconds."""
    with RunningExchange(market, fast_clock(NOON)) as running:
        yield running


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the clients for Node.js and the programs that use them."""
    if shutil.which("npm") is None:
        pytest.skip("no npm on this machine")
    folder = tmp_path_factory.mktemp("node")
    for path in (*HERE.glob("locks/package*.json"), *HERE.glob("clients/*.mjs")):
        shutil.copy(path, folder)
    install(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
    return folder


def python_of(name: str, folder: Path) -> Path:
    """The interpreter of an environment with the client `name`."""
    install([str(UV), "venv", "-q", "--python", sys.executable, str(folder / "venv")], folder)
    python = folder / "venv" / "bin" / "python"
    lock = HERE / "locks" / f"{name}.txt"
    install([str(UV), "pip", "install", "-q", "--python", str(python), "-r", str(lock)], folder)
    return python


def install(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr[-3000:]}"


def told(command: list[str], running: RunningExchange, folder: Path) -> dict[str, Any]:
    """What a client says in the last line that it prints."""
    done = subprocess.run(
        [*command, running.url, running.ws, str(BEGIN)],
        cwd=folder, env={**os.environ, **NOWHERE, **LOCAL},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return facts


def numbers(rows: list[list[Any]]) -> list[list[float]]:
    return [[float(value) for value in row] for row in rows]


def rows_of(running: RunningExchange, path: str, columns: int, **query: object) -> list[list[float]]:
    answer = running.get(path, **{"symbol": "BTCUSDT", "interval": "1h", "startTime": BEGIN, **query})
    assert answer.status_code == 200, answer.text
    return numbers([row[:columns] for row in answer.json()])


def check_history(facts: dict[str, Any], running: RunningExchange) -> None:
    assert set(facts["symbols"]) == {sample.base + "USDT" for sample in COINS}
    assert numbers(facts["candles"]) == rows_of(running, "v1/klines", 6, limit=24)
    if "premium" in facts:
        assert numbers(facts["premium"]) == rows_of(running, "v1/premiumIndexKlines", 5, limit=24)
    volumes = rows_of(running, "v1/klines", 6, interval="5m", limit=24 * 12)
    assert len(facts["open_interest"]) == 24
    for time, amount in numbers(facts["open_interest"]):
        traded = sum(row[5] for row in volumes if row[0] < time)
        assert amount == pytest.approx(0.35 * traded, abs=0.001)


def check_streams(facts: dict[str, Any], running: RunningExchange) -> None:
    closed = [float(value) for value in facts["closed"]]
    wanted = rows_of(running, "v1/klines", 6, interval="5m", startTime=int(closed[0]), limit=1)[0]
    assert closed == wanted
    assert closed[0] % BASE == 0
    before, first, last = facts["depth"]
    assert before < first <= last


@pytest.mark.parametrize("client", PYTHON)
def test_a_python_client_gets_what_the_exchange_has(
    client: str, exchange: RunningExchange, tmp_path: Path
) -> None:
    command = [str(python_of(client, tmp_path)), str(HERE / "clients" / f"{client}.py")]
    facts = told(command, exchange, tmp_path)
    assert set(facts) == GIVEN[client]
    assert facts["refusal"] == -1127
    check_history(facts, exchange)
    check_streams(facts, exchange)


@pytest.mark.parametrize("client", NODE)
def test_a_node_client_gets_what_the_exchange_has(
    client: str, exchange: RunningExchange, node_modules: Path
) -> None:
    facts = told(["node", f"{client}.mjs"], exchange, node_modules)
    assert set(facts) == GIVEN[client]
    assert facts["refusal"] == -1127
    check_history(facts, exchange)
    check_streams(facts, exchange)


def test_ccxt_for_node_keeps_a_book_and_watches_candles(
    exchange: RunningExchange, node_modules: Path
) -> None:
    facts = told(["node", "npm_ccxt.mjs"], exchange, node_modules)
    check_history(facts, exchange)
    assert (facts["book"], facts["watched"]) == (True, BASE)


def test_a_local_depth_cache_of_others_equals_the_book_and_never_restarts(
    market: Market, tmp_path: Path
) -> None:
    command = [str(python_of("depth_cache", tmp_path)), str(HERE / "clients" / "depth_cache.py")]
    with RunningExchange(market, ManualClock(NOON)) as running:
        assert told(command, running, tmp_path) == {"equal": True, "restarts": 0}
