"""Exchange, bot and companion of the long run: the processes of `make run`, with clocks of one speed."""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from companion.demo import bot as demo_bot
from companion.demo import service
from companion.demo.bot_log import LogFollower, says_running
from companion.ground import processes
from companion.ground.layout import CONFIG, LOCALHOST
from companion.ground.ports import any_free
from companion.offline import replay_process
from companion.offline.data_folder import DataFolder, embedded_folder, utc
from companion.security.login_file import load_or_create
from hhq_freqtrade.account.state_file import state_path
from tests.day.scaled import scaled_settings
from tests.day.settings_text import guide_settings

DAYS = 12
_FIRST_DAYS = 6.0
_NO_LIMIT = 10**9
_START_SECONDS, _POLL_SECONDS, _ANSWER_SECONDS = 180.0, 0.1, 20.0


@dataclass(frozen=True)
class Parties:
    """The three processes, and the ways to them."""

    exchange: processes.Child
    bot: processes.Child
    companion: processes.Child
    plan: demo_bot.BotPlan
    service: service.ServicePlan
    account: Path
    """The strategy's state file."""
    client: httpx.Client

    def now(self) -> float:
        """The exchange's time, Unix seconds."""
        return self.plan.origin + (time.time() - self.plan.origin) * self.plan.speed

    def require_alive(self) -> None:
        """Raise ChildDiedError if one of them has ended."""
        for child in (self.exchange, self.bot, self.companion):
            child.require_alive()

    @property
    def token(self) -> str:
        """The companion's own login, as it lies in its file."""
        found: str = json.loads(self.service.login.read_text(encoding="utf-8"))["ws_token"]
        return found

    def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        """A request to the companion, as its own login."""
        return self.client.request(
            method,
            f"http://{LOCALHOST}:{self.service.port}{path}",
            headers={"Authorization": f"Bearer {self.token}"},
            json=body,
        )

    def ask_bot(self, path: str) -> Any:
        """A request to Freqtrade's API."""
        login = self.plan.credentials
        address = f"http://{LOCALHOST}:{self.plan.api_port}/api/v1/{path}"
        answer = self.client.get(address, auth=(login.username, login.password))
        answer.raise_for_status()
        return answer.json()

    def ask_bot_at_once(self, path: str, count: int) -> None:
        """Many requests to Freqtrade at once, so that it has opened all the connections of its database that it keeps."""
        with ThreadPoolExecutor(count) as threads:
            list(threads.map(lambda _: self.ask_bot(path), range(5 * count)))

    def faults(self, method: str, body: object = None) -> dict[str, Any]:
        """A request to the exchange's fault control."""
        address = f"http://{LOCALHOST}:{self.plan.replay_port}/replay/faults"
        answer = self.client.request(method, address, json=body)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def close(self) -> None:
        """Close the connections to them."""
        self.client.close()


def start(
    children: processes.Children, folder: Path, market_folder: Path, coins: int, speed: float
) -> Parties:
    """Start all three; everything that bot and companion write lies in ``folder``."""
    market = embedded_folder(coins, DAYS, parent=market_folder)
    settings = folder / "hhq.toml"
    settings.write_text(guide_settings((CONFIG / "hhq.toml").read_text(encoding="utf-8")), encoding="utf-8")
    credentials, _ = load_or_create(folder / "credentials.json")
    ports = any_free(), any_free(), any_free()
    origin = time.time()
    plan = demo_bot.BotPlan(folder, ports[0], ports[1], market.pairs, credentials, speed, origin, settings)
    served = service.ServicePlan(plan, ports[2])
    exchange = children.add(lambda: _exchange(market, plan, market_folder))
    replay_process.wait_until_ready(exchange, plan.replay_port)
    trading = children.add(lambda: demo_bot.start(plan))
    _until_running(trading, plan.log)
    companion = children.add(lambda: _companion(served, speed, origin))
    account = state_path(plan.user_data, f"sqlite:///{plan.database}")
    if account is None:
        raise ValueError(f"the strategy names no state file for {plan.database}")
    client = httpx.Client(timeout=_ANSWER_SECONDS, trust_env=False)
    return Parties(exchange, trading, companion, plan, served, account, client)


def _exchange(market: DataFolder, plan: demo_bot.BotPlan, logs: Path) -> processes.Child:
    begin = market.span()[0].timestamp() + _FIRST_DAYS * 86_400.0
    options = replay_process.ReplayOptions(
        market.path,
        plan.replay_port,
        utc(int(begin * 1000)),
        plan.speed,
        plan.origin,
        align="1d",
        # Weight counts by the real minute, in which this bot lives through the best part of an hour.
        weight_limit=_NO_LIMIT,
        faults=True,
    )
    return replay_process.start(options, logs / "replay.log")


def _companion(plan: service.ServicePlan, speed: float, origin: float) -> processes.Child:
    arguments = service.arguments(plan)
    layer = plan.folder / "scaled.toml"
    sections = scaled_settings(speed)
    layer.write_text(
        "\n".join(
            f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())
            for name, values in sections.items()
        ),
        encoding="utf-8",
    )
    line = [sys.executable, "-m", "tests.day.companion_process", repr(speed), repr(origin), *arguments]
    return processes.start(
        "the companion", [*line, "--config", str(layer)], plan.log, service.environment(plan)
    )


def _until_running(child: processes.Child, log: Path) -> None:
    lines, latest = LogFollower(log), time.monotonic() + _START_SECONDS
    while not any(says_running(line) for line in lines.read()):
        child.require_alive()
        if time.monotonic() > latest:
            raise TimeoutError(f"the bot does not run after {_START_SECONDS:g} s; log: {log}")
        time.sleep(_POLL_SECONDS)
