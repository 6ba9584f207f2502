"""Column types that mean the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import orjson
from sqlalchemy import JSON, BigInteger, Dialect, Double, Integer, Text
from sqlalchemy.types import TypeDecorator

Document: TypeAlias = Mapping[str, Any]
"""Content of a JSON column; n/a is null."""


class Real(TypeDecorator[float]):
    """A float64; NaN and infinity are stored as NULL (n/a), so that both engines compare and sum alike."""

    impl = Double
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> float | None:  # noqa: ARG002
        """A finite number or NULL."""
        if value is None or not math.isfinite(value):
            return None
        return float(value)


def json_text(value: object) -> str:
    """JSON with n/a (NaN, infinity) as null; numpy arrays and scalars are accepted too."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS).decode()


class Words(TypeDecorator[str]):
    """Text of any length; the character NUL, which PostgreSQL cannot hold, becomes the replacement character."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The text as both engines can hold it."""
        return None if value is None else value.replace("\x00", "\ufffd")


JSON_DOCUMENT = JSON(none_as_null=True)
"""Stored as text and never searched into: PostgreSQL's JSONB would refuse some strings that SQLite takes."""
BIG_KEY = BigInteger().with_variant(Integer, "sqlite")
"""Auto-incrementing key: SQLite counts up only its own INTEGER, which has 64 bits as well."""
