"""Logins of bots, from the environment alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import Field

from companion.bot.models import Answer

_FREQTRADE = "FREQTRADE__API_SERVER__"


@dataclass(frozen=True, slots=True)
class BotLogin:
    """User name and password; the password is never shown."""

    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def complete(self) -> bool:
        """Whether the bot can be queried at all."""
        return bool(self.username and self.password)


class LoginTokens(Answer):
    """What a login hands out: a token for a quarter of an hour."""

    access_token: str = Field(repr=False)


def login_of(name: str, environment: Mapping[str, str]) -> BotLogin:
    """The login of the bot `name`: HHQ_BOT_<NAME>_… if given, else the variables that Freqtrade itself reads."""
    own = f"HHQ_BOT_{name.upper()}_"

    def value(key: str) -> str:
        return environment.get(own + key) or environment.get(_FREQTRADE + key, "")

    return BotLogin(value("USERNAME"), value("PASSWORD"))
