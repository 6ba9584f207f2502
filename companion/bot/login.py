"""Logins of bots, from the environment alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_FREQTRADE = "FREQTRADE__API_SERVER__"


@dataclass(frozen=True, slots=True)
class BotLogin:
    """User name, password and the token of the message stream; never shown. Without a token no message wakes us."""

    username: str = ""
    password: str = field(default="", repr=False)
    ws_token: str = field(default="", repr=False)

    @property
    def complete(self) -> bool:
        """Whether the bot can be queried at all."""
        return bool(self.username and self.password)


def login_of(name: str, environment: Mapping[str, str]) -> BotLogin:
    """The login of the bot `name`: HHQ_BOT_<NAME>_… if given, else the variables that Freqtrade itself reads."""
    own = f"HHQ_BOT_{name.upper()}_"

    def value(key: str) -> str:
        return environment.get(own + key) or environment.get(_FREQTRADE + key, "")

    return BotLogin(value("USERNAME"), value("PASSWORD"), value("WS_TOKEN"))
