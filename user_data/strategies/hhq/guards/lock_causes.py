"""Why an active lock was set, as data and as the text that Freqtrade stores with it: the one codec for both.

All that Freqtrade keeps of a lock's reason is a text. Ours is ``GUARD: sentence``, and a reason is ours if it is exactly
what :func:`lock_reason` writes. Any other text belongs to a foreign lock, set by the user, by Freqtrade's own
protections or by another program, even if it happens to begin with the name of a guard.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from string import Formatter
from typing import Any, ClassVar, TypeAlias


class Guard(StrEnum):
    """Names of the guards, as reasons and log lines show them."""

    STOPLOSS_FREQUENCY = "SL_GUARD"
    BLACKLIST = "BLACKLIST"
    DAILY_LOSS = "DAILY_LOSS"
    KILL_SWITCH = "KILL_SWITCH"


@dataclass(frozen=True, slots=True)
class FrequentStops:
    """``count`` losing stops within the look-back; look-back and cooldown in minutes."""

    guard: ClassVar[Guard] = Guard.STOPLOSS_FREQUENCY
    sentence: ClassVar[str] = (
        "{count:d} losing stops in {lookback_minutes:g} min, cooldown {cooldown_minutes:g} min"
    )
    count: int
    lookback_minutes: float
    cooldown_minutes: float


@dataclass(frozen=True, slots=True)
class LosingStreak:
    """One coin has lost ``trades`` trades in a row."""

    guard: ClassVar[Guard] = Guard.BLACKLIST
    sentence: ClassVar[str] = "{trades:d} losing trades in a row"
    trades: int


@dataclass(frozen=True, slots=True)
class DayLost:
    """Equity fell by ``loss_pct`` percent since the day's start."""

    guard: ClassVar[Guard] = Guard.DAILY_LOSS
    sentence: ClassVar[str] = "equity lost {loss_pct:g} % since the day's start"
    loss_pct: float


@dataclass(frozen=True, slots=True)
class KillSwitchActed:
    """The kill switch acted on a position of the coin, which is blocked for ``hours``."""

    guard: ClassVar[Guard] = Guard.KILL_SWITCH
    sentence: ClassVar[str] = "kill switch acted, blocked for {hours:g} h"
    hours: float


LockCause: TypeAlias = FrequentStops | LosingStreak | DayLost | KillSwitchActed

_CAUSES: tuple[type[LockCause], ...] = (FrequentStops, LosingStreak, DayLost, KillSwitchActed)
_COUNT, _MEASURE = r"-?\d+", r"-?\d+(?:\.\d+)?(?:e[+-]\d+)?"


def details(cause: LockCause) -> str:
    """Return the cause in words, without the guard's name; numbers to six significant digits."""
    return cause.sentence.format(**asdict(cause))


def lock_reason(cause: LockCause) -> str:
    """Return the reason that Freqtrade stores and shows."""
    return f"{cause.guard}: {details(cause)}"


def lock_cause(reason: str | None) -> LockCause | None:
    """Return the cause from which a reason was written, None for the reason of a foreign lock."""
    for kind, pattern in _PATTERNS.items():
        match = pattern.fullmatch(reason or "")
        if match is not None:
            numbers: dict[str, Any] = {name: _number(text) for name, text in match.groupdict().items()}
            cause = kind(**numbers)
            return cause if lock_reason(cause) == reason else None
    return None


def _number(text: str) -> float:
    value = float(text)
    return int(value) if value.is_integer() else value


def _pattern(kind: type[LockCause]) -> re.Pattern[str]:
    """Return the pattern for the reasons of one kind: its sentence with a group for each number."""
    parts = [re.escape(f"{kind.guard}: ")]
    for text, name, form, _ in Formatter().parse(kind.sentence):
        parts.append(re.escape(text))
        if name is not None:
            parts.append(f"(?P<{name}>{_COUNT if form == 'd' else _MEASURE})")
    return re.compile("".join(parts))


_PATTERNS = {kind: _pattern(kind) for kind in _CAUSES}
