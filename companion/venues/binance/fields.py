"""Fields of Binance's messages and answers. Nothing that they hold is trusted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from companion.venues.errors import MalformedError
from hhq.panel import CANDLE_MS

Fields: TypeAlias = Mapping[str, Any]
MALFORMED = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError)
"""What reading a field raises if it is missing, of another type or impossible."""
_LARGEST = 2**63 - 1


def positive(value: object) -> float:
    """A price or quantity, from a text or a number above 0. Raises ValueError or TypeError."""
    number = float(value)  # type: ignore[arg-type]  # a wrong type is what this checks for
    if not 0.0 < number < math.inf:
        raise ValueError(f"{number} is no price or quantity")
    return number


def whole(value: object) -> int:
    """A whole number of 64 bits: a time, an id. Raises ValueError, TypeError or OverflowError."""
    number = int(value)  # type: ignore[call-overload]  # a wrong type is what this checks for
    if not -_LARGEST <= number <= _LARGEST:
        raise ValueError(f"{number} is no time or id")
    result: int = number
    return result


def bar_of(open_ms: int) -> int:
    """The bar number of the 5m candle that opens at this time (ms UTC). Raises ValueError if no candle opens then."""
    bar, rest = divmod(open_ms, CANDLE_MS)
    if rest:
        raise ValueError(f"{open_ms} is not the open time of a 5m candle")
    return bar


def rows_of(answer: object) -> Sequence[Fields]:
    """The answer as a list of objects. Raises MalformedError for anything else."""
    if isinstance(answer, list) and all(isinstance(row, dict) for row in answer):
        return answer
    raise MalformedError(type(answer).__name__)
