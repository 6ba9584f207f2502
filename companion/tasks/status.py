"""What is reported of a task: for /ready, the metrics and the page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TaskState(StrEnum):
    """Where a task is in its life."""

    RUNNING = "running"
    WAITING = "waiting"
    """It failed and is restarted after a wait."""
    STOPPED = "stopped"
    """Not started, or ended on purpose."""


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """One task: ``failures`` counts all since the start of the service, ``failing`` those in a row.

    ``since_ms``: wall time of the last change of ``state``; ``last_failure_ms`` 0 = never. ``last_error`` is the type and
    the message of the last exception, empty without one; its traceback is in the log.
    """

    name: str
    state: TaskState
    critical: bool
    failures: int
    failing: int
    last_error: str
    last_failure_ms: int
    since_ms: int

    @property
    def running(self) -> bool:
        """Whether it works now."""
        return self.state is TaskState.RUNNING
