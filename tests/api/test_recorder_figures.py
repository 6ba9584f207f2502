"""What the recorder says about itself, as Prometheus reads it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from prometheus_client import generate_latest

from companion.api.metrics import registry_of
from companion.recorder.recorder import Recorder
from companion.settings.recorder import RecorderSettings
from hhq_shared.recorded_format import INPUTS
from tests.api.rig import NOBODY, services_in
from tests.in_loop import in_loop
from tests.manual_clock import ManualClock


@in_loop
async def test_the_age_of_an_input_that_no_coin_has_is_a_figure(tmp_path: Path) -> None:
    clock = ManualClock()
    services, store = services_in(tmp_path, NOBODY, clock)
    recorder = Recorder(services.market, clock, RecorderSettings(), tmp_path / "recorded")
    clock.turn(90.0)
    text = generate_latest(registry_of(replace(services, recorder=recorder), Counter())).decode()
    for name in INPUTS:
        assert f'hhq_input_na_seconds{{input="{name}"}} 90.0' in text
    assert "hhq_recorder_sealed_total 0.0" in text
    services.access.close()
    store.close()
    for watch in services.bots:
        await watch.close()
