"""The coin table that decisions read."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from companion.offline.data_folder import DataFolder
from companion.offline.pair_rules import load_pair_rules
from companion.scanner.coin_facts import BundledTiers, CoinFacts, SharedTiers
from companion.venues.binance.leverage_tiers import bundled_tiers
from tests.manual_clock import ManualClock
from tests.scanner.fed_market import FedMarket


def test_the_table_is_that_of_the_bot_on_the_replay_exchange(
    market: FedMarket, generated_folder: DataFolder
) -> None:
    table = CoinFacts(BundledTiers(bundled_tiers())).table(market.coins)
    rules = load_pair_rules(generated_folder, market.panel.symbols).coins
    assert table.symbols == rules.symbols
    for name in ("tick_size", "maintenance_rate", "largest_leverage"):
        np.testing.assert_array_equal(getattr(table, name), getattr(rules, name))
    assert np.isfinite(table.largest_leverage).any()


class OneCoinsTiers:
    """Tiers of one pair."""

    def lowest(self, pair: str) -> tuple[float, float]:
        return (0.01, 50.0) if pair.startswith("BTC/") else (np.nan, np.nan)


def test_a_coin_without_tiers_is_not_available(market: FedMarket) -> None:
    table = CoinFacts(OneCoinsTiers()).table(market.coins)
    known = np.isfinite(table.largest_leverage)
    assert [table.symbols[row] for row in np.flatnonzero(known)] == ["BTC/USDT:USDT"]
    np.testing.assert_array_equal(known, np.isfinite(table.maintenance_rate))


BTC, ETH = "BTC/USDT:USDT", "ETH/USDT:USDT"


def test_what_a_bot_has_written_takes_precedence_over_what_freqtrade_bundles(tmp_path: Path) -> None:
    path, clock = tmp_path / "tiers.json", ManualClock()
    tiers, bundled = SharedTiers(path, clock, bundled_tiers()), BundledTiers(bundled_tiers())
    assert tiers.lowest(BTC) == bundled.lowest(BTC)
    path.write_text('{"BTC/USDT:USDT": [0.0125, 40.0]}')
    assert tiers.lowest(BTC) == bundled.lowest(BTC), "files are looked at every few seconds"
    clock.turn(6.0)
    assert tiers.lowest(BTC) == (0.0125, 40.0)
    assert tiers.lowest(ETH) == bundled.lowest(ETH)
    path.unlink()
    clock.turn(6.0)
    assert tiers.lowest(BTC) == bundled.lowest(BTC)


@pytest.mark.parametrize("content", ["{", "[]", '{"BTC/USDT:USDT": [0.1]}', '{"BTC/USDT:USDT": ["x", 1]}'])
def test_a_damaged_file_leaves_what_was_known_and_is_reported(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    path, clock = tmp_path / "tiers.json", ManualClock()
    tiers = SharedTiers(path, clock, bundled_tiers())
    path.write_text('{"BTC/USDT:USDT": [0.0125, 40.0]}')
    assert tiers.lowest(BTC) == (0.0125, 40.0)
    path.write_text(content)
    clock.turn(6.0)
    with caplog.at_level(logging.WARNING, "companion.scanner"):
        assert tiers.lowest(BTC) == (0.0125, 40.0)
    assert "cannot be read" in caplog.text
