"""The strategy inside the real Freqtrade: its backtester, its bot in dry run, its database, a replayed market."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from companion.replay.clock import ManualClock
from companion.replay.embedded.folder import ensure_market
from companion.replay.market import Market, load_market
from hhq_freqtrade.evidence_gate import EvidenceGate
from tests.replay.server import RunningExchange
from tests.strategy.live_start import Started
from tests.strategy.rig import MARKET, NO_LIMIT, SIGNAL_AT, Backtest, Rig


@pytest.fixture(scope="session")
def strategy_market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Candles and funding of the generated market."""
    return ensure_market(tmp_path_factory.mktemp("strategy") / "market", MARKET)


@pytest.fixture(scope="session")
def strategy_tape(strategy_market: Path) -> Market:
    """The same, as the exchange serves it."""
    return load_market(strategy_market)


@pytest.fixture(scope="session")
def strategy_exchange(strategy_tape: Market) -> Iterator[RunningExchange]:
    """The exchange that serves backtests their markets."""
    with RunningExchange(strategy_tape, ManualClock(strategy_tape.end - 60_000), NO_LIMIT) as running:
        yield running


@pytest.fixture
def rig(
    strategy_exchange: RunningExchange, strategy_tape: Market, strategy_market: Path, tmp_path: Path
) -> Iterator[Rig]:
    """Freqtrade on that exchange, in a folder of the test's own."""
    rig = Rig(strategy_exchange, strategy_tape, strategy_market, tmp_path)
    yield rig
    rig.close()


@pytest.fixture(scope="session")
def backtest(
    strategy_exchange: RunningExchange,
    strategy_tape: Market,
    strategy_market: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Backtest]:
    """A backtest over two days; tests must not change it."""
    rig = Rig(strategy_exchange, strategy_tape, strategy_market, tmp_path_factory.mktemp("backtest"))
    yield rig.backtest()
    rig.close()


@pytest.fixture
def start(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Started:
    """A live start of a process that has started none yet."""
    monkeypatch.setattr(EvidenceGate, "has_started_live", False)
    return Started(rig)


@pytest.fixture
def now() -> Iterator[None]:
    """The moment of the signal."""
    with time_machine.travel(SIGNAL_AT, tick=False):
        yield
