"""A generated market, and `companion explain` on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion.__main__ import main
from companion.offline.data_folder import DataFolder, open_folder
from companion.replay.embedded import MarketSpecification, ensure_market
from tests.commands.explain.strategy_columns import Run


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_market(tmp_path_factory.mktemp("explained"), MarketSpecification(coins=6, days=9))


@pytest.fixture(scope="session")
def folder(market: Path) -> DataFolder:
    return open_folder(market)


@pytest.fixture
def run(market: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def output(*arguments: str) -> str:
        assert main(("explain", "--data", str(market), *arguments)) == 0
        return capsys.readouterr().out

    return output
