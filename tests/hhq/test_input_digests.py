"""Digests of inputs: equal for equal inputs, and each input changes its own row alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hhq.coins import BTC, ETH, CoinTable
from hhq.features.catalogue import Feature, FeatureBlock
from hhq.input_digests import INPUT_DIGESTS, candle_digests, input_digests, market_digest
from hhq.panel import WINDOW, Panel

PAIRS = ("A/USDT:USDT", "B/USDT:USDT")
LAST = 5_000


def panel(bars: int = WINDOW, last: int = LAST, pairs: tuple[str, ...] = PAIRS, seed: int = 1) -> Panel:
    """Candles that end at ``last``; those of two panels of one seed are the same where both have them."""
    prices = np.random.default_rng(seed).uniform(1.0, 2.0, (5, len(pairs), 4 * WINDOW))
    end = 3 * WINDOW + last - LAST
    return Panel(pairs, last - bars + 1, *np.ascontiguousarray(prices[:, :, end - bars : end]))


def block() -> FeatureBlock:
    values = np.random.default_rng(2).uniform(0.0, 1.0, (len(Feature), 2, 1))
    return FeatureBlock(PAIRS, LAST, values, np.full((2, 1), WINDOW))


def coins() -> CoinTable:
    return CoinTable(PAIRS, np.array([0.1, 0.2]), np.array([0.01, 0.02]), np.array([50.0, 20.0]))


def test_only_the_window_up_to_the_candle_counts_however_much_else_a_panel_has() -> None:
    exact = candle_digests(panel(), LAST)
    assert candle_digests(panel(bars=WINDOW + 77), LAST).tolist() == exact.tolist()
    assert candle_digests(panel(bars=WINDOW + 1, last=LAST + 1), LAST).tolist() == exact.tolist()
    alone = Panel(PAIRS[1:], LAST - WINDOW + 1, *(getattr(panel(), name)[1:] for name in COLUMNS))
    assert candle_digests(alone, LAST).tolist() == exact[1:].tolist()
    assert exact[0] != exact[1]


@pytest.mark.parametrize("name", ["open", "high", "low", "close", "volume"])
@pytest.mark.parametrize("bar", [0, 700, WINDOW - 1])
def test_a_candle_that_is_missing_or_another_changes_the_digest_of_its_coin_alone(
    name: str, bar: int
) -> None:
    known = candle_digests(panel(), LAST)
    for value in (np.nan, 1.5):
        changed = panel()
        getattr(changed, name)[1, bar] = value
        found = candle_digests(changed, LAST)
        assert found[0] == known[0]
        assert found[1] != known[1]


def test_the_newest_candle_missing_is_another_window() -> None:
    assert (candle_digests(panel(last=LAST - 1), LAST) != candle_digests(panel(), LAST)).all()
    late = candle_digests(panel(bars=WINDOW - 1), LAST)
    assert (late != candle_digests(panel(), LAST)).all(), "the oldest one too"


def test_btc_and_eth_are_one_digest_in_which_both_count() -> None:
    btc, eth = panel(pairs=(BTC,), seed=3), panel(pairs=(ETH,), seed=4)
    nothing = Panel((ETH,), LAST, *(np.empty((1, 0)) for _ in COLUMNS))
    known = market_digest(btc, eth, LAST)
    assert market_digest(panel(pairs=(BTC,), seed=3, bars=WINDOW + 5), eth, LAST) == known
    for other in (
        market_digest(eth, btc, LAST),
        market_digest(btc, nothing, LAST),
        market_digest(panel(pairs=(BTC,), seed=3, last=LAST - 1), eth, LAST),
    ):
        assert other != known


def test_each_input_changes_its_own_row_alone() -> None:
    def digests(
        found: FeatureBlock, table: CoinTable, seed: int = 7, candle: float = 1.0, market: float = 2.0
    ) -> list[float]:
        rows = input_digests(found, table, seed, np.array([candle, 5.0]), market)
        return [float(digest) for digest in rows[:, 0]]

    def with_feature(feature: Feature) -> FeatureBlock:
        changed = block()
        changed.values[feature, 0, 0] = np.nan
        return changed

    known = digests(block(), coins())
    changed = {
        "settings": digests(block(), coins(), seed=8),
        "candles": digests(block(), coins(), candle=1.5),
        "market": digests(block(), coins(), market=2.5),
        "recorded": digests(with_feature(Feature.IMBALANCE), coins()),
        "funding": digests(with_feature(Feature.FUNDING_RATE), coins()),
        "coin": digests(block(), replace(coins(), tick_size=np.array([0.01, 0.2]))),
    }
    assert tuple(changed) == INPUT_DIGESTS
    for row, (name, found) in enumerate(changed.items()):
        differs = [place for place, (new, old) in enumerate(zip(found, known, strict=True)) if new != old]
        assert differs == [row], name
    assert digests(with_feature(Feature.RSI), coins()) == known, "what is computed from them is no input"


COLUMNS = ("open", "high", "low", "close", "volume")
