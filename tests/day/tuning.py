"""A change of settings after the other, each by a way that users take."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from hhq_shared.atomic_file import replace_file
from tests.day.parties import Parties
from tests.day.settings_text import with_penalty


@dataclass
class Tuning:
    """Changes one setting after the other. ``made`` and ``refused`` count by way; ``late`` holds what bots did not take."""

    parties: Parties
    made: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    refusals: set[str] = field(default_factory=set)
    unexpected: list[str] = field(default_factory=list)
    taken: int = 0
    not_taken: list[str] = field(default_factory=list)
    longest_seconds: float = 0.0
    _number: int = 0
    _pending: tuple[str, float] | None = None

    def change(self, now: float, *, trouble: bool) -> None:
        """Make the next change at ``now`` (simulated seconds); only in ``trouble`` it may be refused."""
        ways: tuple[tuple[str, Callable[[int], str]], ...] = (
            ("overlay over the API", self._overlay),
            ("parameter over the API", self._parameter),
            ("hhq.toml by hand", self._settings_file),
            ("HHQStrategy.json by hand", self._parameter_file),
        )
        name, way = ways[self._number % len(ways)]
        self._number += 1
        if self._pending is not None:
            self.not_taken.append(f"{self._pending[0]} at {self._pending[1] / 3600.0:.2f} h")
        self._pending = None
        refusal = way(self._number)
        if refusal:
            self.refused[name] = self.refused.get(name, 0) + 1
            self.refusals.add(refusal)
            if not trouble:
                self.unexpected.append(f"{name} at {now / 3600.0:.2f} h: {refusal}")
        else:
            self.made[name] = self.made.get(name, 0) + 1
            self._pending = (name, now)

    def begin(self) -> None:
        """Trade at all hours: the time of day at which the run begins must not decide how much there is to see."""
        refusal = self._patch({"signal.schedule.quiet_hours": False})
        if refusal:
            raise ValueError(refusal)

    def is_applied(self) -> bool:
        """Whether the bot says that it runs with the settings of the files."""
        answer = self.parties.ask("GET", "/api/v1/settings")
        return answer.is_success and bool(answer.json()["state"]["applied"])

    def look(self, now: float) -> None:
        """See whether the bot runs with the last change."""
        if self._pending is None:
            return
        if self.is_applied():
            self.taken += 1
            self.longest_seconds = max(self.longest_seconds, now - self._pending[1])
            self._pending = None

    def _overlay(self, number: int) -> str:
        return self._patch({"signal.veto.funding": round(0.05 + 0.0001 * number, 4)})

    def _parameter(self, number: int) -> str:
        return self._patch({"levels.tp_atr": round(3.0 + 0.01 * (number % 50), 2)})

    def _patch(self, changes: dict[str, object]) -> str:
        answer = self.parties.ask("PATCH", "/api/v1/settings", {"changes": changes})
        if answer.is_success:
            return ""
        return f"{answer.status_code} {answer.json().get('detail', '')}"

    def _settings_file(self, number: int) -> str:
        path = self.parties.plan.settings
        text = path.read_text(encoding="utf-8")
        return _written(lambda: replace_file(path, with_penalty(text, number).encode()))

    def _parameter_file(self, number: int) -> str:
        path = self.parties.plan.parameters
        content = json.loads(path.read_text(encoding="utf-8"))
        content["params"]["sell"]["sl_atr"] = round(1.8 + 0.01 * (number % 10), 2)
        return _written(lambda: replace_file(path, json.dumps(content, indent=2).encode()))


def _written(write: Callable[[], None]) -> str:
    try:
        write()
    except OSError as problem:
        return f"{problem.strerror}"
    return ""
