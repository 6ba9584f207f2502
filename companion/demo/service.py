"""The demonstration's companion: its settings, its environment, its process."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from companion.demo.bot import BotPlan
from companion.ground import processes
from companion.ground.layout import LOCALHOST
from companion.settings.files import SETTINGS_FILE


@dataclass(frozen=True)
class ServicePlan:
    """What the companion is started with, in addition to the bot that it watches."""

    bot: BotPlan
    port: int

    @property
    def folder(self) -> Path:
        """Where its own files lie."""
        return self.bot.folder

    @property
    def login(self) -> Path:
        """Its login, made at the first run."""
        return self.bot.run_folder / "companion-credentials.json"

    @property
    def log(self) -> Path:
        """Its log, one line a record."""
        return self.bot.run_folder / "logs" / "companion.log"


def start(plan: ServicePlan) -> processes.Child:
    """Start `companion serve` on the replay exchange, with its lists, recordings and database in the run's folder."""
    line = [sys.executable, "-m", "companion", *arguments(plan)]
    return processes.start("the companion", line, plan.log, environment(plan))


def arguments(plan: ServicePlan) -> list[str]:
    """The arguments of `companion`; writes the settings that they name."""
    return ["serve", "--config", str(SETTINGS_FILE), "--config", str(_write_settings(plan))]


def environment(plan: ServicePlan) -> dict[str, str]:
    """The bot's login, as the companion reads it."""
    credentials = plan.bot.credentials
    return {
        "FREQTRADE__API_SERVER__USERNAME": credentials.username,
        "FREQTRADE__API_SERVER__PASSWORD": credentials.password,
    }


def _write_settings(plan: ServicePlan) -> Path:
    bot = plan.bot
    sections: dict[str, dict[str, object]] = {
        "server": {"host": LOCALHOST, "port": plan.port},
        "security": {"login_file": str(plan.login)},
        "exchange": {"base_url": f"http://{LOCALHOST}:{bot.replay_port}"},
        "bots": {
            "urls": [f"http://{LOCALHOST}:{bot.api_port}"],
            "settings_file": str(bot.settings),
            "overlay_file": str(bot.overlay),
            "parameter_file": str(bot.parameters),
            "requests_file": str(bot.requests),
            "tiers_file": str(bot.tiers),
        },
        "scanner": {"pairlist_file": str(bot.pair_list)},
        "recorder": {"folder": str(bot.recordings)},
        "store": {"url": f"sqlite:///{plan.folder / 'companion.sqlite'}"},
    }
    path = plan.folder / "companion.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    # Strings, numbers and lists are spelt the same in JSON and in TOML.
    tables = (
        f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
        for name, values in sections.items()
    )
    path.write_text("\n".join(tables), encoding="utf-8")
    return path
