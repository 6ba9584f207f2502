"""The domain settings: what can be set, what is in force, changes, and whether the bots run with them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, create_model

from companion.api.answers import answer, cached_answer
from companion.api.paging import Page, PageOf
from companion.api.parts import Parts
from companion.api.schemas import model_of
from companion.api.settings_changes import (
    Reloads,
    SettingsState,
    change_settings,
    reload_bots,
    settings_state,
)
from companion.api.strict import WHOLE, refuse_unknown_query
from companion.domain_settings.desk import Change, TuningState
from companion.domain_settings.leaves import SettingLeaf, setting_leaves
from companion.ground.plain import plain
from companion.security.require import Reader, Trader

router = APIRouter(tags=["settings"], dependencies=[Depends(refuse_unknown_query)])


class SettingEntry(BaseModel):
    """One setting. ``home``: the file of its value; ``changed``: the value in force is not the default.

    ``json_schema`` has type and range; ``low`` and ``high`` are the bounds of a number.
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
    """Every setting by its full name, all optional; null takes a change back."""
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
    """A change of settings, accepted as a whole or not at all."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"changes": {"guards.stoploss_frequency.max_stoplosses": 4}}]},
    )

    changes: SettingChanges  # type: ignore[valid-type]
    version: Annotated[
        Annotated[int, Field(ge=0, le=2**53), WHOLE] | None,
        Field(description="Refused unless the settings are at this version."),
    ] = None


class ReloadOrder(BaseModel):
    """Whether the bots are to be reloaded, or only what that would mean is asked."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"confirm": False}]})

    confirm: Annotated[bool, Field(strict=True, description="Reload; otherwise nothing is done.")] = False


class ChangeEntry(BaseModel):
    """One version: what was changed, and by whom."""

    version: int
    time_ms: int
    who: str
    digest: str
    changes: dict[str, dict[str, Any]]


@router.get("/settings", response_model=SettingsAnswer, summary="All settings")
async def get_settings(request: Request, parts: Parts, _: Reader) -> Response:
    """Every domain setting with value, default, range, unit and help text, and whether the bots run with them."""
    state = await parts.tuning.state()
    entries = [_entry(leaf, state) for leaf in setting_leaves().values()]
    return cached_answer(request, {"state": plain(settings_state(parts, state)), "settings": entries})


@router.patch("/settings", response_model=model_of(SettingsState), summary="Change settings")
async def patch_settings(parts: Parts, who: Trader, body: SettingsPatch) -> Response:
    """Validated as a whole, written atomically; open positions keep their levels. No bot is reloaded: each takes the
    change at its next loop, and it is applied once all report the digest.
    """
    changes: dict[str, Any] = body.changes.model_dump(by_alias=True, exclude_unset=True)  # type: ignore[attr-defined]
    return answer(plain(await change_settings(parts, who, changes, body.version)))


@router.post("/settings/reload", response_model=model_of(Reloads), summary="Reload the bots")
async def reload_settings(parts: Parts, who: Trader, body: ReloadOrder) -> Response:
    """Have every bot read Freqtrade's own configuration again, which no change of domain settings needs.

    Freqtrade cancels unfilled entry orders, starts a stopped bot, and keeps the memory of what it was before. Without
    ``confirm`` the answer says what would happen, and nothing does.
    """
    return answer(plain(await reload_bots(parts, who, confirmed=body.confirm)))


@router.get("/settings/history", response_model=Page[ChangeEntry], summary="History of changes")
async def settings_history(parts: Parts, _: Reader, page: Annotated[PageOf, Depends()]) -> Response:
    """All changes, newest first."""
    changes = await parts.tuning.history()
    return answer(page.page(len(changes), [_change(change) for change in page.cut(changes)]))


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
