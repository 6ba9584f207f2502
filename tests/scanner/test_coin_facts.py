"""The coin table that decisions read."""

from __future__ import annotations

import numpy as np

from companion.data_folder import DataFolder
from companion.pair_rules import load_pair_rules
from companion.scanner.coin_facts import BundledTiers, CoinFacts
from tests.scanner.fed_market import FedMarket


def test_the_table_is_that_of_the_bot_on_the_replay_exchange(
    market: FedMarket, generated_folder: DataFolder
) -> None:
    table = CoinFacts(BundledTiers()).table(market.coins)
    rules = load_pair_rules(generated_folder, market.panel.symbols).coins
    assert table.symbols == rules.symbols
    for name in ("tick_size", "maintenance_rate", "largest_leverage"):
        np.testing.assert_array_equal(getattr(table, name), getattr(rules, name))
    assert np.isfinite(table.largest_leverage).any()


class CountedTiers:
    """Tiers of one pair, counting how often they are asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def lowest(self, pair: str) -> tuple[float, float]:
        self.asked.append(pair)
        return (0.01, 50.0) if pair.startswith("BTC/") else (np.nan, np.nan)


def test_a_coin_without_tiers_is_not_available_and_each_coin_is_asked_for_once(market: FedMarket) -> None:
    tiers = CountedTiers()
    facts = CoinFacts(tiers)
    facts.table(market.coins)
    table = facts.table(market.coins)
    assert sorted(tiers.asked) == sorted(market.panel.symbols)
    known = np.isfinite(table.largest_leverage)
    assert [table.symbols[row] for row in np.flatnonzero(known)] == ["BTC/USDT:USDT"]
    np.testing.assert_array_equal(known, np.isfinite(table.maintenance_rate))
