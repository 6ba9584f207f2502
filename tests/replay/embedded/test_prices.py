from __future__ import annotations

import pytest

from companion.replay.embedded.generate import Coin
from companion.replay.embedded.names import BASES, STABLE_BASES
from companion.replay.embedded.prices import PRICES, first_price

# What somebody who knows the coins would believe, in USDT.
BELIEVED = {
    "BTC": (50_000, 200_000), "ETH": (1_000, 10_000), "SOL": (50, 500), "XRP": (0.3, 5), "DOGE": (0.05, 1),
    "BNB": (200, 1_500), "ETC": (10, 60), "VET": (0.01, 0.1), "LTC": (40, 250), "ADA": (0.2, 2), "LINK": (8, 50),
    "TRX": (0.05, 0.6), "XMR": (100, 500), "MKR": (700, 3_000), "YFI": (3_000, 20_000), "1000SHIB": (0.005, 0.1),
    "1000PEPE": (0.003, 0.1), "HOT": (0.0005, 0.01), "AAVE": (60, 500), "DOT": (2, 15), "USDC": (0.99, 1.01),
}  # fmt: skip


@pytest.mark.parametrize("base", BELIEVED)
def test_a_known_coin_costs_about_what_it_does(base: str) -> None:
    lowest, highest = BELIEVED[base]
    assert lowest < first_price(base, 0.5) < highest


def test_the_candles_begin_at_that_price_and_stay_in_its_neighbourhood(market: dict[str, Coin]) -> None:
    for base, coin in market.items():
        price = first_price(base, 0.5)
        if base in PRICES or base in STABLE_BASES:
            assert coin.traits.price == price
        opened = float(coin.candles.open[0])
        # A coin that is listed late has moved since the market's first day.
        assert opened == pytest.approx(coin.traits.price, rel=0.05 if coin.traits.first == 0 else 1.5)
        assert coin.candles.low.min() > price / 12.0
        assert coin.candles.high.max() < price * 12.0


def test_names_that_are_not_in_the_table_get_prices_of_their_class() -> None:
    others = [base for base in BASES if base not in PRICES and base not in STABLE_BASES]
    assert len(others) > 100
    for base in others:
        for place in (0.0, 0.5, 0.999):
            assert 0.0005 < first_price(base, place) < 5.0
    bundles = [base for base in BASES if base.startswith(("1000", "1M"))]
    assert len(bundles) >= 12
    assert all(first_price(base, 0.999) < 3.0 for base in bundles)


def test_the_table_names_coins_of_the_market_only() -> None:
    assert set(PRICES) < set(BASES)
    assert all(0.0001 < price < 100_000 for price in PRICES.values())
