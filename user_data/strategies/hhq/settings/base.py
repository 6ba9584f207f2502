"""What all settings have in common: frozen, no unknown keys, every number with a range, a unit and a help text."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

Number = TypeVar("Number", int, float)


class SettingsError(ValueError):
    """A setting that is unknown or out of range; the message names its dotted key."""


class Section(BaseModel):
    """A group of settings: immutable; refuses unknown keys and values that are not finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True)

    @field_validator("*")
    @classmethod
    def _with_one_zero(cls, value: object) -> object:
        # −0.0 equals 0.0 and is written differently: equal settings would have two digests.
        return _without_sign_of_zero(value)


def _without_sign_of_zero(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_without_sign_of_zero(item) for item in value)
    return 0.0 if isinstance(value, float) and value == 0.0 else value


class OrderedSection(Section):
    """A section in which some limits only make sense in a certain order."""

    def _rising(self, *names: str) -> None:
        """Raise ValueError unless the settings ``names`` rise strictly from the first to the last."""
        for lower, upper in pairwise(names):
            low, high = getattr(self, lower), getattr(self, upper)
            if not low < high:
                raise ValueError(f"{lower} = {low} must be below {upper} = {high}")


def setting(default: Any, low: float | None, high: float | None, unit: str, text: str) -> Any:
    """Declare a setting: default, inclusive range (None = no bound), unit as shown to users, help text.

    Only numbers are accepted: neither a text that looks like one nor true for 1.
    """
    return Field(default, ge=low, le=high, strict=True, description=text, json_schema_extra={"unit": unit})


def option(default: Any, text: str) -> Any:
    """Declare a setting that is not a number: a switch (true or false only), a choice, a list of names."""
    strict = True if isinstance(default, bool) else None
    return Field(default, strict=strict, description=text, json_schema_extra={"unit": ""})


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
"""Rows (limit, value), highest limit first: the first row whose limit is reached applies."""
RisingSteps = Annotated[tuple[tuple[float, float], ...], Field(min_length=1), AfterValidator(_rising)]
"""Rows (limit, value), lowest limit first: the first row whose limit is not exceeded applies."""

S = TypeVar("S", bound=Section)


def parse(section: type[S], values: Mapping[str, object]) -> S:
    """Build ``section`` from plain values; raise :class:`SettingsError` that names every offending key."""
    try:
        return section.model_validate(values)
    except ValidationError as error:
        raise SettingsError("; ".join(_complaints(error))) from None


def _complaints(error: ValidationError) -> list[str]:
    return [_complaint(".".join(str(part) for part in item["loc"]), item) for item in error.errors()]


def _complaint(key: str, item: ErrorDetails) -> str:
    if item["type"] == "extra_forbidden":
        return f"{key}: unknown setting"
    message = item["msg"].removeprefix("Value error, ")
    if isinstance(item["input"], Mapping):
        # A rule between settings of one section: the message names them; the input would list the whole section.
        return f"{key}: {message}" if key else message
    return f"{key} = {item['input']!r}: {message}"
