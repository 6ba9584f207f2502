"""What the guards did in a backtest: the line a guard that the strategy logs at its end, and the companion reads."""

from __future__ import annotations

import re
from dataclasses import dataclass

PROTECTIONS = "PROTECTIONS"
"""The name under which the locks of Freqtrade's own protections are counted."""
_LINE = re.compile(r"GUARDS: (?P<guard>\w+) set (?P<locks>\d+) locks, (?P<refused>\d+) signals refused")


@dataclass(frozen=True, slots=True)
class GuardCount:
    """A guard: how many locks it set, and how many accepted signals of coins without a position they refused."""

    guard: str
    locks: int
    refused: int

    @property
    def line(self) -> str:
        """The log line."""
        return f"GUARDS: {self.guard} set {self.locks} locks, {self.refused} signals refused"

    @classmethod
    def all_in(cls, text: str) -> list[GuardCount]:
        """The counts in a text of the log."""
        return [
            cls(found["guard"], int(found["locks"]), int(found["refused"])) for found in _LINE.finditer(text)
        ]
