"""The dry-run bot that is killed and started again, the exchange that it trades on, and the diary it keeps."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from companion.bot import configuration
from companion.demo.bot import DEMO_SETTINGS, SCALED_CLOCK
from companion.demo.bot_log import LogFollower
from companion.ground import processes
from companion.ground.layout import LOCALHOST, ROOT, STRATEGIES
from companion.ground.ports import any_free
from companion.offline import replay_process
from companion.offline.data_folder import DataFolder, embedded_folder, utc
from hhq_freqtrade.account.state_file import state_path
from tests.endurance.bot_process import EnduranceError, Template
from tests.endurance.plan import DIARY_VARIABLE, KILL_VARIABLE

Event = dict[str, Any]
"""A line of the diary."""

COINS, DAYS = 12, 12
_FIRST_DAYS = 6.0
_NO_LIMIT = 10**9
_POLL_SECONDS = 0.02
_LOGIN = ("endurance", "endurance")
OVERLAY = """
[signal.schedule]
quiet_hours = false
signal_interval = 60
[exits.partial_take_profit]
enabled = true
[exits.time_reduction]
first_hours = 0.25
second_hours = 0.5
[exits.adverse]
hours = 1.0
stale_hours = 0.5
[exits.gradual]
hours = 1.5
[exits.force]
hours = 3.0
[exits.kill_switch]
isolated_first_pct = -3.0
isolated_full_pct = -12.0
[exits.confirmation]
evaluations = 6
catastrophe_multiple = 2.0
[guards.stoploss_frequency]
max_stoplosses = 6
cooldown_minutes = 5
[guards.blacklist]
losing_trades = 2
lock_minutes = 30
[guards.daily_loss]
loss_pct = 30.0
[guards.kill_switch_memory]
block_hours = 0.5
penalty_points = 1.0
"""
"""Short ages and distances, so that every rule fires often within a few hours of the tape."""


@dataclass
class WatchedBot:
    """A bot in `folder` at `speed` from the strategies in `sources`; database and state file survive from start to start."""

    folder: Path
    speed: float
    sources: Path = STRATEGIES
    frozen: bool = True
    origin: float = field(default_factory=time.time)
    port: int = field(default_factory=any_free)
    replay_port: int = field(default_factory=any_free)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.user_data = self.folder / "user_data"
        self.database = self.folder / "endurance.sqlite"
        self.diary = self.folder / "diary.jsonl"
        self.log = self.folder / "bot.log"
        self._template: Template | None = None
        self._follower = LogFollower(self.diary)
        (self.user_data / "hhq").mkdir(parents=True)
        # The run judges the sources that it began with, whoever edits them meanwhile.
        self.strategies = self.folder / "strategies" if self.frozen else self.sources
        if self.frozen:
            shutil.copytree(self.sources, self.strategies)
        # The guide enters far more often than the measured profile: there is more to kill.
        shutil.copy2(DEMO_SETTINGS, self.folder / "hhq.toml")
        (self.folder / "overlay.toml").write_text(OVERLAY, encoding="utf-8")
        account = state_path(self.user_data, self._address)
        if account is None:
            raise EnduranceError("the strategy names no state file for this database")
        self.account = account

    @property
    def _address(self) -> str:
        return f"sqlite:///{self.database}"

    def prepare(self) -> Template:
        """Start the process that the bots are forked from; it has the exchange's clock."""
        path = (SCALED_CLOCK, ROOT, self.strategies, os.environ.get("PYTHONPATH", ""))
        environment = {
            "PYTHONPATH": os.pathsep.join(str(part) for part in path if str(part)),
            "HHQ_CLOCK_SPEED": repr(self.speed),
            "HHQ_CLOCK_ORIGIN": repr(self.origin),
        }
        self._template = Template(environment, self.folder / "template.log")
        return self._template

    def exchange(self) -> tuple[processes.Child, DataFolder]:
        """Start the replay exchange on the generated market."""
        market = embedded_folder(COINS, DAYS, parent=self.folder)
        begin = market.span()[0].timestamp() + _FIRST_DAYS * 86_400.0
        self.origin = time.time()
        options = replay_process.ReplayOptions(
            market.path,
            self.replay_port,
            utc(int(begin * 1000)),
            self.speed,
            self.origin,
            align="1d",
            # Weight counts by the real minute, in which this bot starts many times and lives through an hour and a half.
            weight_limit=_NO_LIMIT,
        )
        child = replay_process.start(options, self.folder / "replay.log")
        replay_process.wait_until_ready(child, self.replay_port)
        return child, market

    def configure(self, pairs: tuple[str, ...]) -> None:
        """Write the bot's own layer of the configuration."""
        layer: dict[str, configuration.Json] = {
            **configuration.replay_exchange(self.replay_port, pairs),
            "db_url": self._address,
            "max_open_trades": 10,
            "force_entry_enable": True,
            "strategy_path": str(ROOT / "tests" / "endurance" / "watched"),
            "hhq": {"settings": str(self.folder / "hhq.toml"), "overlay": str(self.folder / "overlay.toml")},
            "api_server": {
                "listen_ip_address": LOCALHOST,
                "listen_port": self.port,
                "username": _LOGIN[0],
                "password": _LOGIN[1],
                "jwt_secret_key": "endurance-" * 4,
                "ws_token": "endurance-" * 4,
            },
        }
        configuration.write_layer(self.folder / "config.json", layer, secret=True)

    def start(self, order: str) -> None:
        """Start the bot on what the last one has left; `order` is the moment at which it kills itself."""
        layers = [configuration.layer("base"), configuration.layer("dry-run"), self.folder / "config.json"]
        line = configuration.command("trade", layers, "--logfile", str(self.log))
        line[line.index("--strategy") + 1] = "WatchedStrategy"
        line[line.index("--userdir") + 1] = str(self.user_data)
        self.events = []
        orders = {DIARY_VARIABLE: str(self.diary), KILL_VARIABLE: order}
        # The interpreter, "-m" and "freqtrade" come from the template.
        self.process.start(line[3:], orders, self.folder / "bot-output.log")

    @property
    def process(self) -> Template:
        """The process that holds the running bot."""
        if self._template is None:
            raise EnduranceError("nothing was prepared")
        return self._template

    def read(self) -> None:
        """Read what the bot has written to its diary since the last read."""
        self.events += [json.loads(line) for line in self._follower.read()]

    def told(self, event: str) -> list[Event]:
        """Events of this kind of the running process."""
        return [entry for entry in self.events if entry["event"] == event]

    def is_over(self) -> bool:
        """Whether the process has ended."""
        return self.process.is_over()

    def wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait until the condition holds or the bot has ended; False after `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            self.read()
            if condition() or self.is_over():
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)

    def kill(self) -> None:
        """Kill -9, and read the last that it has reported."""
        status = self.process.kill()
        self.read()
        if status != -signal.SIGKILL:
            raise EnduranceError(f"the bot ended by itself with status {status}; log: {self.log}")

    def ask(self, path: str, body: Mapping[str, object]) -> str:
        """POST to the bot's API; the answer or the refusal as text, empty where the bot died meanwhile."""
        try:
            answer = httpx.post(
                f"http://{LOCALHOST}:{self.port}/api/v1/{path}", json=dict(body), auth=_LOGIN, timeout=5.0
            )
        except httpx.HTTPError:
            return ""
        return answer.text
