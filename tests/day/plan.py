"""When what happens: simulated time, in seconds since the run began."""

from __future__ import annotations

from dataclasses import dataclass

from companion.replay.faults.kinds import Fault

HOUR, MINUTE = 3600.0, 60.0


@dataclass(frozen=True)
class Plan:
    """A run of ``hours``; the disk is full and the database is lost once each, for ``trouble_minutes``."""

    hours: float = 24.0
    speed: float = 50.0
    coins: int = 24
    warm_up_hours: float = 4.0
    settings_minutes: float = 10.0
    fault_minutes: float = 1.0
    trouble_minutes: float = 12.0

    @property
    def full_disk_at(self) -> float:
        """When the disk is filled to its last byte."""
        return self.hours * HOUR * 0.4

    @property
    def database_copied_at(self) -> float:
        """When the companion's database is copied, as a backup does."""
        return self.hours * HOUR * 0.55

    @property
    def database_lost_at(self) -> float:
        """When the companion's database is deleted."""
        return self.hours * HOUR * 0.65

    @property
    def trouble_seconds(self) -> float:
        """How long the disk stays full, and the database gone."""
        return self.trouble_minutes * MINUTE


@dataclass
class Every:
    """Something that is due again and again; what was slept through is not made up for."""

    seconds: float
    due: float = 0.0

    def is_due(self, now: float) -> bool:
        """Whether it is due at ``now``; if so, the next time is set."""
        if now < self.due:
            return False
        self.due += ((now - self.due) // self.seconds + 1.0) * self.seconds
        return True


FAULTS: tuple[tuple[Fault, float], ...] = (
    (Fault.DISCONNECT, 0.4),
    (Fault.TRUNCATE, 0.03),
    (Fault.SILENCE, 0.4),
    (Fault.LATE, 0.06),
    (Fault.CUT, 0.4),
    (Fault.REORDER, 0.06),
    (Fault.DISCONNECT, 1.0),
    (Fault.DUPLICATE, 0.08),
)
"""The faults of the streams in turn, each with its share of the connections or, until the next fault, of the messages."""
SILENCE_SECONDS = 3.0
"""Real seconds: longer than the companion waits for a silent connection."""
LATE_SECONDS = 0.4
