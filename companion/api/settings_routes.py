"""The domain settings: what can be set, what is in force, changes, and whether the bots run with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, create_model

from companion.api.answers import answer, cached_answer
from companion.api.paging import Page, PageOf
from companion.api.parts import Parts, audited
from companion.api.problems import conflict
from companion.api.schemas import model_of
from companion.api.services import Services
from companion.api.strict import WHOLE, refuse_unknown_query
from companion.bot.errors import BotError
from companion.domain_settings.desk import Change, ChangeRefusedError, TuningState
from companion.domain_settings.leaves import SettingLeaf, setting_leaves
from companion.ground.plain import plain
from companion.ground.roles import Principal
from companion.security.require import Reader, Trader

router = APIRouter(tags=["settings"], dependencies=[Depends(refuse_unknown_query)])

VERSION_MARK = "settings "
"""Before the digest in the strategy's version, as Freqtrade shows it."""


@dataclass(frozen=True, slots=True)
class Applied:
    """Whether a bot runs with the settings in force: null while it has not said what it runs with."""

    bot: str
    digest: str | None
    applied: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class SettingsState:
    """``version`` counts the changes; ``digest`` of the settings in force; ``applied`` only when every bot reports it."""

    version: int
    digest: str
    applied: bool
    bots: tuple[Applied, ...]


class SettingEntry(BaseModel):
    """One setting. ``home``: the file of its value; ``changed``: another value is in force than that file's default.

    ``json_schema`` tells type and range; ``low`` and ``high`` are its bounds where it is a number.
    """

    key: str
    section: str
    name: str
    value: Any
    default: Any
    low: float | None
    high: float | None
    unit: str
    text: str
    home: str
    optimised: bool
    changed: bool
    overlaid: bool
    json_schema: dict[str, Any]


class SettingsAnswer(BaseModel):
    """All settings and their state."""

    state: model_of(SettingsState)  # type: ignore[valid-type]
    settings: list[SettingEntry]


def _changes_model() -> type[BaseModel]:
    """Every setting by its full name, all optional: null takes a change back."""
    fields: dict[str, Any] = {
        key.replace(".", "__"): (_taken(leaf) | None, Field(None, alias=key, description=_described(leaf)))
        for key, leaf in setting_leaves().items()
    }
    model: type[BaseModel] = create_model(
        "SettingChanges",
        __config__=ConfigDict(extra="forbid", allow_inf_nan=False),
        __doc__="New values by full name; null takes a change back.",
        **fields,
    )
    return model


def _taken(leaf: SettingLeaf) -> Any:
    return Annotated[leaf.annotation, WHOLE] if leaf.field.annotation is int else leaf.annotation


def _described(leaf: SettingLeaf) -> str:
    return f"{leaf.text} ({leaf.unit})" if leaf.unit else leaf.text


SettingChanges = _changes_model()


class SettingsPatch(BaseModel):
    """A change of settings: taken as a whole or not at all."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"changes": {"guards.stoploss_frequency.max_stoplosses": 4}}]},
    )

    changes: SettingChanges  # type: ignore[valid-type]
    version: Annotated[
        Annotated[int, Field(ge=0, le=2**53), WHOLE] | None,
        Field(description="Refused unless the settings are at this version."),
    ] = None


class ChangeEntry(BaseModel):
    """A version: what was changed, by whom."""

    version: int
    time_ms: int
    who: str
    digest: str
    changes: dict[str, dict[str, Any]]


@router.get("/settings", response_model=SettingsAnswer, summary="All settings")
async def get_settings(request: Request, parts: Parts, _: Reader) -> Response:
    """Every domain setting with value, default, range, unit and help, and whether the bots run with them."""
    state = await parts.tuning.state()
    entries = [_entry(leaf, state) for leaf in setting_leaves().values()]
    return cached_answer(request, {"state": plain(settings_state(parts, state)), "settings": entries})


@router.patch("/settings", response_model=model_of(SettingsState), summary="Change settings")
async def patch_settings(parts: Parts, who: Trader, body: SettingsPatch) -> Response:
    """Validated as a whole, written atomically; levels of open positions stay. Applied once the bots report the digest."""
    changes: dict[str, Any] = body.changes.model_dump(by_alias=True, exclude_unset=True)  # type: ignore[attr-defined]
    return answer(plain(await change_settings(parts, who, changes, body.version)))


@router.get("/settings/history", response_model=Page[ChangeEntry], summary="What was changed")
async def settings_history(parts: Parts, _: Reader, page: Annotated[PageOf, Depends()]) -> Response:
    """All changes, newest first."""
    changes = await parts.tuning.history()
    return answer(page.page(len(changes), [_change(change) for change in page.cut(changes)]))


async def change_settings(
    services: Services, who: Principal, changes: dict[str, Any], version: int | None = None
) -> SettingsState:
    """Make a change, audited, and let the bots take it. A 409 problem for values that do not fit each other."""
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
    """Let every bot read its parameter file; what went wrong by bot. The change stands: it is read at the next start."""
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
    """The state with what every bot says that it runs with."""
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


def _entry(leaf: SettingLeaf, state: TuningState) -> dict[str, Any]:
    schema = leaf.schema
    value = leaf.of(state.settings)
    return SettingEntry(
        key=leaf.key,
        section=".".join(leaf.path[:-1]),
        name=leaf.path[-1],
        value=value,
        default=leaf.default,
        low=schema.get("minimum"),
        high=schema.get("maximum"),
        unit=leaf.unit,
        text=leaf.text,
        home=leaf.home,
        optimised=leaf.optimised is not None,
        changed=value != leaf.default,
        overlaid=leaf.key in state.overlaid,
        json_schema=schema,
    ).model_dump()


def _change(change: Change) -> dict[str, Any]:
    return {
        "version": change.version,
        "time_ms": change.time_ms,
        "who": change.who,
        "digest": change.digest,
        "changes": change.changes,
    }
