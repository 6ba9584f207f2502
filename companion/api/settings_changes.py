"""Changing the domain settings, audited; whether the bots run with them, and reloading the bots where they must."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from companion.api.parts import audited
from companion.api.problems import conflict, file_unusable
from companion.api.services import Services
from companion.bot.errors import BotError
from companion.bot.watch import BotWatch
from companion.domain_settings.desk import ChangeRefusedError, SettingsFilesError, TuningState
from companion.domain_settings.leaves import setting_leaves
from companion.ground.roles import Principal
from hhq_shared.strategy_version import read_version


@dataclass(frozen=True, slots=True)
class Applied:
    """Whether a bot runs with the settings in force; null until it says what it runs with.

    ``reload_needed``: what of Freqtrade's own has changed in the parameter file ("space.name"): only a reload takes it.
    """

    bot: str
    digest: str | None
    applied: bool | None
    reload_needed: tuple[str, ...]
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
        except SettingsFilesError as problem:
            raise file_unusable(str(problem)) from problem
        act.after = {"digest": after.digest, **{key: leaves[key].of(after.settings) for key in changes}}
    return settings_state(services, after)


def settings_state(services: Services, state: TuningState) -> SettingsState:
    """The state, with what every bot says it runs with."""
    bots = tuple(_applied(watch, state.digest) for watch in services.bots)
    applied = bool(bots) and all(bot.applied is True for bot in bots)
    return SettingsState(state.version, state.digest, applied, bots)


def _applied(watch: BotWatch, digest: str) -> Applied:
    if not watch.state.reachable:
        return Applied(watch.name, None, None, (), "the bot does not answer")
    config = watch.state.config
    told = read_version(config.strategy_version) if config else None
    if config is None or told is None:
        return Applied(watch.name, None, None, (), "the bot does not say which settings it runs with")
    same = told.digest == digest
    detail = "" if same else "the bot takes changed settings at the start of its next loop"
    if not same and config.state == "stopped":
        detail = "the bot is stopped: it takes changed settings once it is started"
    return Applied(watch.name, told.digest, same, told.waiting, detail)


@dataclass(frozen=True, slots=True)
class Reload:
    """What a reload of a bot takes and costs. ``cancels``: pairs with an unfilled entry order, which is cancelled.

    ``done``: the bot reloads now; ``detail``: why it does not.
    """

    bot: str
    reload_needed: tuple[str, ...]
    cancels: tuple[str, ...]
    done: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Reloads:
    """A reload of every bot, made or only described."""

    bots: tuple[Reload, ...]


async def reload_bots(services: Services, who: Principal, *, confirmed: bool) -> Reloads:
    """Say what a reload of every bot would take and cost; once it is confirmed, make it, audited."""
    if not confirmed:
        return Reloads(tuple(_reload_of(watch, "not confirmed") for watch in services.bots))
    async with audited(services, who, "settings.reload") as act:
        done = Reloads(tuple([await _reload(watch) for watch in services.bots]))
        act.after = {bot.bot: bot.detail or "reloads" for bot in done.bots}
    return done


async def _reload(watch: BotWatch) -> Reload:
    told = _reload_of(watch, "")
    try:
        await watch.reload_config()
    except BotError as problem:
        return replace(told, done=False, detail=str(problem))
    return told


def _reload_of(watch: BotWatch, why_not: str) -> Reload:
    config = watch.state.config
    told = read_version(config.strategy_version) if config else None
    waiting = tuple(trade.pair for trade in watch.state.positions if trade.amount == 0)
    return Reload(watch.name, told.waiting if told else (), waiting, not why_not, why_not)
