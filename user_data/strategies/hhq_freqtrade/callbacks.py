"""The guard around every callback: Freqtrade swallows exceptions and carries on with defaults that open the door.

After an exception, Freqtrade's own wrapper answers "confirmed", leverage 1 and "stop not moved". Here each callback
declares its own answer instead; the exception is counted per callback and logged with its traceback.
"""

from __future__ import annotations

import functools
import inspect
import logging
from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

logger = logging.getLogger("hhq.trace")

F = TypeVar("F", bound=Callable[..., Any])


class CountsFailures(Protocol):
    """Anything that keeps a count of failed callbacks."""

    failures: Counter[str]


def guarded(answer: Callable[..., object]) -> Callable[[F], F]:
    """Decorate a callback: when it raises, count it, log it and return ``answer(strategy, …same arguments)``."""

    def decorate(callback: F) -> F:
        @functools.wraps(callback)
        def run(strategy: CountsFailures, *args: Any, **kwargs: Any) -> object:
            try:
                return callback(strategy, *args, **kwargs)
            except Exception:  # noqa: BLE001 (process boundary: Freqtrade would turn this into an open door)
                note_failure(strategy, callback.__name__, kwargs.get("pair", ""))
                return answer(strategy, *args, **kwargs)

        # Freqtrade passes a copy of the whole trade to callbacks that a strategy overrides, which takes most of a
        # backtest's time, and the trade itself to those that look like its own. Ours only read it.
        run.__qualname__ = f"IStrategy.{callback.__name__}"
        # Freqtrade reads argument names without following wrappers: without this it would never pass after_fill.
        run.__signature__ = inspect.signature(callback)  # type: ignore[attr-defined]  # functions take attributes
        return cast(F, run)

    return decorate


def note_failure(strategy: CountsFailures, name: str, pair: str) -> None:
    """Count the exception being handled, and log it with its traceback."""
    strategy.failures[name] += 1
    logger.exception("CALLBACK_FAILED: %s %s (failure %d)", name, pair, strategy.failures[name])
