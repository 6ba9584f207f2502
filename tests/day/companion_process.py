"""`python -m companion` with a clock of another speed: python -m tests.day.companion_process SPEED ORIGIN serve …."""

from __future__ import annotations

import sys

from companion.__main__ import main
from companion.commands import serve
from companion.ground.clock import SystemClock
from companion.service import parts
from companion.tasks.stalls import StallMonitor
from tests.day.scaled import ScaledClock


def run(speed: float, origin: float, arguments: list[str]) -> int:
    """The exit status of the companion, whose only clock is made here; everything else of it is as it is.

    Stalls are the machine's, and are measured on its clock.
    """
    replaced = (
        (serve, "SystemClock", lambda: ScaledClock(speed, origin)),
        (parts, "StallMonitor", lambda _: StallMonitor(SystemClock())),
    )
    for module, name, made in replaced:
        setattr(module, name, made)
    return main(arguments)


if __name__ == "__main__":
    sys.exit(run(float(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]))
