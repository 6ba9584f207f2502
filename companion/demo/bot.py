"""The demonstration's bot: its configuration, its environment, its process. All that it writes lies in its run folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from companion.bot import configuration
from companion.ground import processes
from companion.ground.layout import CONFIG, LOCALHOST, STRATEGIES
from companion.security.login_file import Credentials
from hhq_shared.parameters import PARAMETER_FILE, STRATEGY

_LIST_SECONDS = 10
_MOST_PAIRS = 600
"""No limit: whoever writes the list decides how long it is."""
STATE_FOLDER = "demo"
"""Everything that a run leaves for the next one, in the run's folder."""
DEMO_SETTINGS = CONFIG / "demo.toml"
SCALED_CLOCK = Path(__file__).parent / "scaled_clock"


@dataclass(frozen=True)
class BotPlan:
    """What the bot is started with. `speed` and `origin` are those of the replay exchange's clock."""

    run_folder: Path
    api_port: int
    replay_port: int
    pairs: Sequence[str]
    credentials: Credentials
    speed: float
    origin: float
    settings: Path = DEMO_SETTINGS
    """The settings file that bot and companion read."""

    @property
    def folder(self) -> Path:
        """Where the bot's own files lie."""
        return self.run_folder / STATE_FOLDER

    @property
    def database(self) -> Path:
        """Trades of the dry run; the strategy names its own state after this file."""
        return self.folder / "bot.sqlite"

    @property
    def user_data(self) -> Path:
        """Freqtrade's user_data of this run: settings that are changed here affect no other bot and no backtest."""
        return self.folder / "user_data"

    @property
    def parameters(self) -> Path:
        """Freqtrade's parameter file of the strategy."""
        return self.user_data / "strategies" / PARAMETER_FILE

    @property
    def pair_list(self) -> Path:
        """The list of pairs that the bot follows: ours at first, then the companion's."""
        return self.folder / "pairs.json"

    @property
    def overlay(self) -> Path:
        """Settings that the companion lays over those of the project."""
        return self.user_data / "hhq" / "overlay.toml"

    @property
    def requests(self) -> Path:
        """What the companion asks the strategy's guards to forget."""
        return self.user_data / "hhq" / "requests.json"

    @property
    def tiers(self) -> Path:
        """The leverage tiers that the bot decides with, handed on to the companion."""
        return self.user_data / "hhq" / "tiers.json"

    @property
    def recordings(self) -> Path:
        """What the companion records, and the strategy reads."""
        return self.folder / "recorded"

    @property
    def log(self) -> Path:
        """Freqtrade's log, one line a record."""
        return self.run_folder / "logs" / "bot.log"


def start(plan: BotPlan) -> processes.Child:
    """Start `freqtrade trade` in dry-run mode, going on with what its folder holds of the last run."""
    strategies = plan.parameters.parent
    strategies.mkdir(parents=True, exist_ok=True)
    # Freqtrade reads the parameter file that lies next to the strategy's own file.
    shutil.copy(STRATEGIES / f"{STRATEGY}.py", strategies)
    for old in plan.log.parent.glob("bot.log*"):
        old.unlink()
    if not plan.pair_list.exists():
        configuration.write_layer(
            plan.pair_list, {"pairs": list(plan.pairs), "refresh_period": _LIST_SECONDS}
        )
    generated = configuration.write_layer(plan.folder / "config.json", _layer(plan), secret=True)
    line = configuration.command(
        "trade",
        [configuration.layer("base"), configuration.layer("dry-run"), generated],
        *("--logfile", str(plan.log)),
        user_data=plan.user_data,
    )
    return processes.start("the bot", line, plan.log.with_name("bot-output.log"), _environment(plan))


def _layer(plan: BotPlan) -> dict[str, configuration.Json]:
    credentials = plan.credentials
    return {
        **configuration.replay_exchange(plan.replay_port, plan.pairs),
        "pairlists": [
            {
                "method": "RemotePairList",
                "number_assets": _MOST_PAIRS,
                "pairlist_url": f"file:///{plan.pair_list}",
                "refresh_period": _LIST_SECONDS,
                "keep_pairlist_on_failure": True,
            }
        ],
        "hhq": {
            "settings": str(plan.settings),
            "overlay": str(plan.overlay),
            "requests": str(plan.requests),
            "recordings": str(plan.recordings),
            "tiers": str(plan.tiers),
        },
        "db_url": f"sqlite:///{plan.database}",
        "api_server": {
            "listen_ip_address": LOCALHOST,
            "listen_port": plan.api_port,
            "username": credentials.username,
            "password": credentials.password,
            "jwt_secret_key": credentials.jwt_secret_key,
            "ws_token": credentials.ws_token,
        },
    }


def _environment(plan: BotPlan) -> dict[str, str]:
    if plan.speed == 1.0:
        return {}
    path = os.pathsep.join(part for part in (str(SCALED_CLOCK), os.environ.get("PYTHONPATH", "")) if part)
    return {
        "PYTHONPATH": path,
        "HHQ_CLOCK_SPEED": repr(plan.speed),
        "HHQ_CLOCK_ORIGIN": repr(plan.origin),
    }
