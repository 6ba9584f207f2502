"""The market that all tapes are written into."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion.replay.embedded import ensure_market
from companion.stress.tape import SPECIFICATION


@pytest.fixture(scope="session")
def calm_market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generated once; tests must not change it."""
    return ensure_market(tmp_path_factory.mktemp("stress") / "market", SPECIFICATION)
