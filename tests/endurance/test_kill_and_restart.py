"""A real dry-run bot is killed with SIGKILL and started again; the long run is `make endurance`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.endurance.run import Endurance, table

KILLS, SEED = 3, 4


@pytest.mark.processes
@pytest.mark.timeout(280)
def test_a_killed_bot_goes_on_with_the_same_state_rules_stops_and_locks(tmp_path: Path) -> None:
    lines: list[str] = []
    result = Endurance(tmp_path, KILLS, SEED, lines.append, frozen=False).run()
    told = "\n".join([*lines, *table(result)])
    assert not result.findings, told
    assert len(result.kills) == KILLS + 1
    assert result.trades > 0, told
    assert sum(report.restored for report in result.kills) > 0, told
