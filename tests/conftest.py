"""What tests of all parts share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The first call of a compiled function compiles it: slowness is no sign of failure.
settings.register_profile("house", deadline=None)
# A run in CI judges a change: it draws the same examples every time. Everywhere else each run looks at new ones.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "house")


@pytest.fixture(scope="session")
def recorded_data() -> Path:
    """The folder of recorded data; the test is skipped where it is absent."""
    given = os.environ.get("HHQ_TEST_DATA")
    path = Path(given) if given else Path(__file__).parents[2] / "shared" / "data"
    if not (path / "binance" / "futures").is_dir():
        pytest.skip(f"no recorded data in {path} (set HHQ_TEST_DATA)")
    return path
