"""The Freqtrade bots that are watched."""

from __future__ import annotations

import re
from typing import Self

from pydantic import model_validator

from hhq.settings.base import Section, option, setting

_NAME = re.compile(r"[a-z][a-z0-9_]*")


class BotSettings(Section):
    """How the bots' Freqtrade APIs are queried.

    The login of each bot comes from the environment: FREQTRADE__API_SERVER__USERNAME and …__PASSWORD, or for one of
    several bots HHQ_BOT_<NAME>_USERNAME and …_PASSWORD.
    """

    urls: tuple[str, ...] = option(("http://127.0.0.1:8080",), "Addresses of the bots' Freqtrade APIs.")
    names: tuple[str, ...] = option(("bot",), "Names of the bots, one per address: a-z, 0-9 and _.")
    poll_seconds: float = setting(3.0, 0.5, 5.0, "s", "Time after which a bot is polled if no message comes.")
    timeout_seconds: float = setting(4.0, 0.5, 5.0, "s", "Time a bot has to answer.")
    control_timeout_seconds: float = setting(
        30.0, 1.0, 300.0, "s", "Time a bot has to answer a control call, e.g. a forced exit."
    )
    settings_file: str = option(
        "config/hhq.toml", "The domain settings that the bots run with; files are relative to the project."
    )
    overlay_file: str = option(
        "user_data/hhq/overlay.toml", "Settings that the companion lays over them (hhq.overlay of the bots)."
    )
    parameter_file: str = option(
        "user_data/strategies/HHQStrategy.json", "Freqtrade's parameter file of the strategy."
    )
    requests_file: str = option(
        "user_data/hhq/requests.json", "What the bots' guards are to forget (hhq.requests of the bots)."
    )
    tiers_file: str = option(
        "user_data/hhq/tiers.json",
        "Leverage tiers that the bots use (hhq.tiers of the bots); without the file, those bundled with Freqtrade.",
    )
    compare: bool = option(default=True, text="Compare the strategy's digests with the scanner's.")
    digests_per_second: float = setting(
        4.0,
        0.1,
        50.0,
        "/s",
        "How many pairs' digests are read from a bot; each costs the bot a few milliseconds.",
    )
    mismatch_lock_minutes: float = setting(
        30.0, 5.0, 1440.0, "min", "How long entries of a pair are paused after its digests differed."
    )

    @model_validator(mode="after")
    def _named(self) -> Self:
        """Raise ValueError unless every address has a name of its own."""
        if len(self.names) != len(self.urls):
            raise ValueError(f"names = {list(self.names)} must be as many as urls ({len(self.urls)})")
        if len(set(self.names)) != len(self.names):
            raise ValueError(f"names = {list(self.names)} must differ from each other")
        for name in self.names:
            if not _NAME.fullmatch(name):
                raise ValueError(f"names: {name!r} is not of a-z, 0-9 and _, beginning with a letter")
        for url in self.urls:
            if not url.startswith(("http://", "https://")):
                raise ValueError(f"urls: {url!r} does not begin with http:// or https://")
        return self
