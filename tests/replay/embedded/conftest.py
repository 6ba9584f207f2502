from __future__ import annotations

from pathlib import Path

import pytest

from companion.replay.embedded.folder import ensure_market
from companion.replay.embedded.generate import Coin, generate
from companion.replay.embedded.specification import MarketSpecification

SMALL = MarketSpecification(coins=14, days=6, seed=11)


@pytest.fixture(scope="session")
def market() -> dict[str, Coin]:
    """The default market, by base."""
    return {coin.traits.base: coin for coin in generate(MarketSpecification())}


@pytest.fixture(scope="session")
def tradable(market: dict[str, Coin]) -> list[Coin]:
    """Coins of the default market that trade all the time, without the stable one."""
    full = MarketSpecification().candles
    return [coin for coin in market.values() if len(coin.candles) == full and not coin.traits.stable]


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_market(tmp_path_factory.mktemp("market") / "small", SMALL)
