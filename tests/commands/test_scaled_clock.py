"""The wall clock of the demonstration's bot at speed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

from companion.demo.bot import SCALED_CLOCK

PROGRAM = """
import datetime, json, time
mono = time.monotonic()
wall = time.time()
time.sleep(30)
print(json.dumps({
    "slept": time.monotonic() - mono,
    "passed": time.time() - wall,
    "now": wall,
    "apart": abs(datetime.datetime.now(datetime.UTC).timestamp() - time.time()),
}))
"""
SPEED = 300.0


def test_wall_time_and_sleep_are_scaled_and_the_monotonic_clock_is_not() -> None:
    origin = time.time() - 1.0
    environment = {
        **os.environ,
        "PYTHONPATH": str(SCALED_CLOCK),
        "HHQ_CLOCK_SPEED": str(SPEED),
        "HHQ_CLOCK_ORIGIN": repr(origin),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    assert 0.1 <= told["slept"] < 30
    assert abs(told["passed"] - told["slept"] * SPEED) < 5
    assert told["now"] >= origin + SPEED, "a second of real time had passed since the origin"
    assert told["apart"] < 5


def test_without_a_speed_the_clock_is_the_real_one() -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("HHQ_CLOCK")}
    environment["PYTHONPATH"] = str(SCALED_CLOCK)
    done = subprocess.run(
        [sys.executable, "-c", "import time; print(time.time())"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert abs(float(done.stdout) - time.time()) < 60
