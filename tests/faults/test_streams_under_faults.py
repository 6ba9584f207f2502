"""Nothing is ever decided on stale or gapped data, whatever the exchange does."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

import pytest

from companion.offline.data_folder import embedded_folder
from companion.replay.app import AppOptions
from companion.replay.clock import ManualClock
from companion.replay.market import load_market
from tests.faults.fault_run import FaultRun
from tests.replay.server import RunningExchange

LOG = logging.getLogger(__name__)
COINS = 16
FAULTS = int(os.environ.get("HHQ_FAULTS", "3000"))
SEED = int(os.environ.get("HHQ_FAULT_SEED", "1"))


@pytest.mark.processes  # measures seconds: nothing else runs alongside
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_decision_on_stale_or_gapped_data_and_quick_recovery(tmp_path: Path) -> None:
    folder = embedded_folder(COINS, parent=tmp_path)
    market = load_market(folder.path)
    clock = ManualClock(market.begin + 5 * 86_400_000 + 130_000)
    with RunningExchange(market, clock, AppOptions(seed=SEED, faults=True)) as exchange:
        report = asyncio.run(FaultRun(exchange, tmp_path, SEED).run(FAULTS))
    (tmp_path / "report.txt").write_text(report.text())
    LOG.info("%s", report.text())
    assert report.total >= FAULTS
    assert report.wrong == []
    # Every calm close decides all coins, and there is one after each storm: the check above has something to check.
    assert report.decided > 5 * COINS
    assert report.recovery(99) <= 5.0
    assert report.weight_pct <= 60.0
    assert report.backfill_weight_pct <= 90.0
    assert report.disobeyed == 0
