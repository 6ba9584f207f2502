"""Schemas of answers made from dataclasses, as :func:`companion.ground.plain.plain` writes them."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping, Sequence, Set
from enum import Enum, IntEnum
from functools import lru_cache, reduce
from inspect import cleandoc
from operator import or_
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

Number: TypeAlias = float | None
"""A number, null = n/a."""


@lru_cache(maxsize=256)
def model_of(cls: type) -> type[BaseModel]:
    """The schema of a dataclass as it is sent: a float may be null (n/a), an enum is its name."""
    hints = get_type_hints(cls, include_extras=True)
    fields: dict[str, Any] = {
        field.name: (_type(hints[field.name]), ...) for field in dataclasses.fields(cls)
    }
    model: type[BaseModel] = create_model(
        cls.__name__, __config__=ConfigDict(extra="forbid"), __doc__=cleandoc(cls.__doc__ or ""), **fields
    )
    return model


def list_of(cls: type) -> Any:
    """The schema of a list of dataclasses."""
    return list[model_of(cls)]  # type: ignore[misc]  # made at run time


def _type(hint: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is float:
        return Number
    if origin in (Union, types.UnionType):
        return reduce(or_, (_type(item) for item in arguments))
    if origin is Annotated:
        return _type(arguments[0])
    if origin is tuple:
        return _sequence(arguments)
    if origin in (list, Sequence, Set, frozenset, set):
        return list[_type(arguments[0])]  # type: ignore[misc]
    if origin in (dict, Mapping):
        return dict[str, _type(arguments[1])]  # type: ignore[misc]
    if isinstance(hint, type):
        return _plain_type(hint)
    return hint


def _plain_type(hint: type) -> Any:
    if issubclass(hint, IntEnum):
        return Literal[tuple(hint.__members__)]
    if issubclass(hint, Enum):
        return Literal[tuple(str(item.value) for item in hint)]
    return model_of(hint) if dataclasses.is_dataclass(hint) else hint


def _sequence(arguments: tuple[Any, ...]) -> Any:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        item = arguments[0]
        if get_origin(item) is tuple and Ellipsis not in get_args(item):
            # Pairs of a name and a value: an object, or an empty list of nothing.
            return dict[str, _type(get_args(item)[1])] | list[Any]  # type: ignore[misc]
        return list[_type(item)]  # type: ignore[misc]
    return list[Any]
