"""The strategy's version as Freqtrade shows it: how the companion learns which settings a bot runs with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_TEXT = re.compile(r".*?(?:, reload for (?P<waiting>.*),)? settings (?P<digest>\S+)\s*")


class StrategyVersion(NamedTuple):
    """``digest`` of the settings in force; ``waiting``: what has changed and only a reload of the bot takes."""

    digest: str
    waiting: tuple[str, ...] = ()


def strategy_version(digest: str, waiting: Sequence[str] = ()) -> str:
    """Return the text: "HHQ-1 settings DIGEST", or "HHQ-1, reload for NAME NAME, settings DIGEST"."""
    told = f", reload for {' '.join(waiting)}," if waiting else ""
    return f"HHQ-1{told} settings {digest}"


def read_version(text: str | None) -> StrategyVersion | None:
    """Return what the text says; None for one that names no settings."""
    found = _TEXT.fullmatch(text or "")
    if found is None:
        return None
    return StrategyVersion(found["digest"], tuple((found["waiting"] or "").split()))
