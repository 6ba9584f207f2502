"""What all settings share: frozen, no unknown keys, every number with a range, a unit and a help text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

Number = TypeVar("Number", int, float)


class SettingsError(ValueError):
    """A setting that is unknown or out of range; the message names its dotted key."""


class Section(BaseModel):
    """A group of settings: immutable, refuses keys that it does not know and values that are not finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True)


def setting(default: Any, low: float | None, high: float | None, unit: str, text: str) -> Any:
    """Declare a setting: default, inclusive range (None = no bound), unit as shown to users, help text."""
    return Field(default, ge=low, le=high, description=text, json_schema_extra={"unit": unit})


def option(default: Any, text: str) -> Any:
    """Declare a setting that is no number: a switch, a choice, a list of names."""
    return Field(default, description=text, json_schema_extra={"unit": ""})


def _falling(steps: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    limits = [limit for limit, _ in steps]
    if limits != sorted(set(limits), reverse=True):
        raise ValueError("limits must fall from row to row")
    return steps


def _rising(steps: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    limits = [limit for limit, _ in steps]
    if limits != sorted(set(limits)):
        raise ValueError("limits must rise from row to row")
    return steps


FallingSteps = Annotated[tuple[tuple[float, float], ...], Field(min_length=1), AfterValidator(_falling)]
"""Rows (limit, value), highest limit first: the first row whose limit is reached counts."""
RisingSteps = Annotated[tuple[tuple[float, float], ...], Field(min_length=1), AfterValidator(_rising)]
"""Rows (limit, value), lowest limit first: the first row whose limit is not exceeded counts."""

S = TypeVar("S", bound=Section)


def parse(section: type[S], values: Mapping[str, object]) -> S:
    """Build ``section`` from plain values; raise :class:`SettingsError` naming every offending key."""
    try:
        return section.model_validate(values)
    except ValidationError as error:
        raise SettingsError("; ".join(_complaints(error))) from None


def _complaints(error: ValidationError) -> list[str]:
    lines = []
    for item in error.errors():
        key = ".".join(str(part) for part in item["loc"])
        if item["type"] == "extra_forbidden":
            lines.append(f"{key}: unknown setting")
        else:
            lines.append(f"{key} = {item['input']!r}: {item['msg']}")
    return lines
