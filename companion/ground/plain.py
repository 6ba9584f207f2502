"""Values as JSON can hold them: NaN (n/a) and infinity become null, codes become their names."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence, Set
from enum import Enum, IntEnum
from typing import TypeAlias

Plain: TypeAlias = "dict[str, Plain] | list[Plain] | str | int | float | bool | None"
"""What :func:`plain` returns."""
Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"
"""What goes over the wire. An unknown value is None: NaN, unequal to itself, would look changed every time."""
Row: TypeAlias = Sequence[Json]
"""One row of a table, a value for each of its columns."""


def plain(value: object) -> Plain:
    """Return `value` in types that JSON has; a sequence of (name, value) pairs becomes an object.

    Raises TypeError for a type that JSON cannot hold.
    """
    if isinstance(value, Enum):
        return value.name if isinstance(value, IntEnum) else str(value.value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(name)): plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        if value and all(isinstance(item, tuple) for item in value):
            return {name: plain(item) for name, item in value}
        return [plain(item) for item in value]
    if isinstance(value, Set):
        return [plain(item) for item in sorted(value)]
    raise TypeError(f"{type(value).__name__} has no place in JSON")
