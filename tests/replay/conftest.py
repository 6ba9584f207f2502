"""A small market, and exchanges that serve it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from companion.replay.clock import ManualClock
from companion.replay.market import Market, load_market
from tests.replay.sample_market import BASE, BEGIN, write_market
from tests.replay.server import RunningExchange

# An instant in the middle of a candle, seven days into the tape.
NOON = BEGIN + 2_016 * BASE + 130_000


@pytest.fixture(scope="session")
def market_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder on disk."""
    return write_market(tmp_path_factory.mktemp("market") / "sample")


@pytest.fixture(scope="session")
def market(market_folder: Path) -> Market:
    """The market in recorded time."""
    return load_market(market_folder)


@pytest.fixture(scope="module")
def still(market: Market) -> Iterator[RunningExchange]:
    """An exchange whose clock stands still at NOON; tests must not move it."""
    with RunningExchange(market, ManualClock(NOON)) as running:
        yield running


@pytest.fixture
def running(market: Market) -> Iterator[RunningExchange]:
    """An exchange whose clock starts at NOON and is the test's to move."""
    with RunningExchange(market, ManualClock(NOON)) as exchange:
        yield exchange
