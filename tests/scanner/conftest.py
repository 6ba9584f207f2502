"""A generated market of 16 coins over a week."""

from __future__ import annotations

import pytest

from companion.offline.data_folder import DataFolder, open_folder
from companion.replay.embedded import MarketSpecification, ensure_market
from tests.scanner.fed_market import COLUMN, FedMarket

SPECIFICATION = MarketSpecification(coins=16, days=7, seed=3)


@pytest.fixture(scope="session")
def generated_folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return open_folder(ensure_market(tmp_path_factory.mktemp("scanner") / "market", SPECIFICATION))


@pytest.fixture
def market(generated_folder: DataFolder) -> FedMarket:
    return FedMarket(generated_folder)


@pytest.fixture
def bar(market: FedMarket) -> int:
    """The candle before the one that closes in a test; the market is filled up to it."""
    last = market.panel.first_bar + COLUMN
    market.backfill(last)
    return last
