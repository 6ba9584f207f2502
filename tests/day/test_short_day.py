"""An hour and a half with one of everything; the whole day is `make endurance-day`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.day.disk import NoDiskError, small_disk
from tests.day.plan import Plan
from tests.day.report import Criterion, criteria, summary
from tests.day.run import Day, Ending

SHORT = Plan(hours=1.5, coins=12, warm_up_hours=0.5, trouble_minutes=6.0)
# In an hour the memory still fills; and how often the bot looks depends on what else the machine does.
NOT_OF_AN_HOUR = ("memory of the bot", "memory of the companion", "the bot looks often enough")


@pytest.mark.processes
@pytest.mark.timeout(400)
@pytest.mark.skipif(os.geteuid() != 0, reason="a file system of its own needs root")
def test_nothing_is_lost_in_a_short_day_of_faults(tmp_path: Path) -> None:
    # Freqtrade writes no log file where it sees pytest.
    with pytest.MonkeyPatch.context() as unseen:
        for name in [name for name in os.environ if name.startswith("PYTEST_")]:
            unseen.delenv(name)
        ending, judged, told = _lived(tmp_path)
    failed = [each.name for each in judged if not each.holds and each.name not in NOT_OF_AN_HOUR]
    assert not failed, told
    assert ending.tuning.taken >= 5, told


def _lived(folder: Path) -> tuple[Ending, list[Criterion], str]:
    lines: list[str] = []
    try:
        with small_disk(folder / "disk") as disk:
            ending = Day(SHORT, disk, folder, lines.append).run()
            judged = criteria(ending)
    except NoDiskError as problem:
        pytest.skip(f"no file system can be mounted: {problem}")
    return ending, judged, "\n".join([*lines, *summary(ending, judged)])
