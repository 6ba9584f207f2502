"""What a live bot is started with, and what it says of the evidence."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from freqtrade.configuration import Configuration
from freqtrade.enums import RunMode
from freqtrade.exceptions import OperationalException
from freqtrade.resolvers import StrategyResolver

from companion.ground.layout import CONFIG
from hhq.settings import HHQSettings
from hhq_shared.settings_files import load_settings
from tests.evidence.documents import measured, write
from tests.strategy.closed_trades import lines
from tests.strategy.rig import NO_API, SIGNAL_AT, STRATEGIES, Rig

END = SIGNAL_AT - timedelta(days=3)
LIVE = {"dry_run": False}
OTHER = "[exits.force]\nhours = 5.0\n"


class Started:
    """What a bot is started with: its evidence, its overlay, its configuration."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.path = Path(rig.hhq_files["evidence"])
        self.overlay = Path(rig.hhq_files["overlay"])
        self.db_url = f"sqlite:///{rig.folder / 'bot.sqlite'}"
        self.hhq: dict[str, Any] = {**rig.hhq_files, "settings": str(CONFIG / "hhq.toml")}
        # The folder's strategy has no parameter file of a developer's.
        own = rig.folder / "strategies"
        own.mkdir()
        self.strategy = Path(shutil.copy(STRATEGIES / "HHQStrategy.py", own))

    def show(self, gross: float = 1.0, **how: Any) -> None:
        """Write the evidence of the project's own settings."""
        write(self.path, measured(own_settings(), how.pop("end", END), gross, **how))

    def arguments(self, mode: str, **rules: Any) -> dict[str, Any]:
        extra = {"hhq": self.hhq | rules, "api_server": NO_API, "db_url": self.db_url}
        given = self.rig.arguments(mode, extra)
        return {**given, "strategy_path": str(self.strategy.parent)}

    def load(self, mode: RunMode = RunMode.LIVE, **rules: Any) -> Any:
        """Load the strategy as Freqtrade does when a bot starts."""
        layer = "live" if mode is RunMode.LIVE else "dry-run"
        config = Configuration(self.arguments(layer, **rules), mode).get_config()
        return StrategyResolver.load_strategy(config)

    def refused(self, **rules: Any) -> str:
        """The text of a live start that has to be refused; it is one line."""
        with pytest.raises(OperationalException) as refused:
            self.load(**rules)
        text = str(refused.value)
        assert "\n" not in text
        return text


def own_settings() -> HHQSettings:
    return load_settings(CONFIG / "hhq.toml")


def evidence_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return lines(caplog.messages, "EVIDENCE")
