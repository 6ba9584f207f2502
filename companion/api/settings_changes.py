"""Changing the domain settings: audited, passed on to the bots; and whether the bots run with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from companion.api.parts import audited
from companion.api.problems import conflict
from companion.api.services import Services
from companion.bot.errors import BotError
from companion.domain_settings.desk import ChangeRefusedError, TuningState
from companion.domain_settings.leaves import setting_leaves
from companion.ground.roles import Principal

VERSION_MARK = "settings "
"""Before the digest in the strategy's version, as Freqtrade shows it."""


@dataclass(frozen=True, slots=True)
class Applied:
    """Whether a bot runs with the settings in force; null until it says what it runs with."""

    bot: str
    digest: str | None
    applied: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class SettingsState:
    """``version`` counts changes, ``digest`` is of the settings in force, ``applied`` only once every bot reports it."""

    version: int
    digest: str
    applied: bool
    bots: tuple[Applied, ...]


async def change_settings(
    services: Services, who: Principal, changes: dict[str, Any], version: int | None = None
) -> SettingsState:
    """Make a change, audited, and have the bots take it. A 409 problem for values that do not go together."""
    before = await services.tuning.state()
    leaves = setting_leaves()
    known = {key: leaves[key].of(before.settings) for key in changes}
    async with audited(services, who, "settings.change", before={"digest": before.digest, **known}) as act:
        try:
            after = await services.tuning.change(changes, who.name, version)
        except ChangeRefusedError as problem:
            named = [key for key in changes if key in str(problem)]
            raise conflict(str(problem), [(f"changes.{key}", str(problem)) for key in named]) from problem
        act.after = {"digest": after.digest, **{key: leaves[key].of(after.settings) for key in changes}}
    details = {}
    if after.digest != before.digest and any(leaves[key].optimised for key in changes):
        details = await _reload(services)
    return settings_state(services, after, details)


async def _reload(services: Services) -> dict[str, str]:
    """Have every bot reload its parameter file; what went wrong, by bot. The change stands: the next start reads it."""
    problems = {}
    for watch in services.bots:
        try:
            await watch.reload_config()
        except BotError as problem:
            problems[watch.name] = str(problem)
    return problems


def settings_state(
    services: Services, state: TuningState, details: dict[str, str] | None = None
) -> SettingsState:
    """The state, with what every bot says it runs with."""
    bots = tuple(
        _applied(
            watch.name, watch.state.config.strategy_version if watch.state.config else None, state.digest
        )
        if watch.state.reachable
        else Applied(watch.name, None, None, (details or {}).get(watch.name, "the bot does not answer"))
        for watch in services.bots
    )
    return SettingsState(
        state.version, state.digest, bool(bots) and all(bot.applied is True for bot in bots), bots
    )


def _applied(bot: str, version: str | None, digest: str) -> Applied:
    if version is None or VERSION_MARK not in version:
        return Applied(bot, None, None, "the bot does not say which settings it runs with")
    runs_with = version.rpartition(VERSION_MARK)[2].strip()
    same = runs_with == digest
    return Applied(
        bot, runs_with, same, "" if same else "the bot takes changed settings at the start of its next loop"
    )
