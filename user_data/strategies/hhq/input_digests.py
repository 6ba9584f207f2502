"""Digests of what a decision is made from: only where they are equal must the decisions of scanner and bot be equal."""

from __future__ import annotations

import numpy as np

from hhq.arrays import FloatArray
from hhq.coins import CoinTable
from hhq.digest import column_digests
from hhq.features.catalogue import FROM_RECORDS, Feature, FeatureBlock
from hhq.panel import WINDOW, Panel

INPUT_DIGESTS = ("settings", "candles", "market", "recorded", "funding", "coin")
"""Names of the rows of :func:`input_digests`: settings and version of the core, the coin's candles, those of BTC and ETH,
the recorded row, settled funding, and the coin's facts (tick and lowest leverage tier)."""

_RECORDED = [feature for feature in FROM_RECORDS if feature != Feature.FUNDING_RATE]


def candle_digests(panel: Panel, last_bar: int) -> FloatArray:
    """Return one digest for each coin's window of candles up to ``last_bar`` (clock number): float64 (coins,).

    A candle that is missing is part of the digest: a window that lacks one differs from one that has it.
    """
    window = np.full((5, panel.coins, WINDOW), np.nan)
    begin = last_bar - WINDOW + 1
    first, end = max(begin, panel.first_bar), min(last_bar + 1, panel.first_bar + panel.bars)
    if first < end:
        here, there = (slice(first - bar, end - bar) for bar in (panel.first_bar, begin))
        for row, name in enumerate(("open", "high", "low", "close", "volume")):
            window[row, :, there] = getattr(panel, name)[:, here]
    # Candle by candle first, as one long row: digests side by side are several times as fast as one after the other.
    of_candles = column_digests((window,), panel.coins * WINDOW, 0).reshape(panel.coins, WINDOW)
    return column_digests((np.ascontiguousarray(of_candles.T),), panel.coins, 0)


def market_digest(btc: Panel, eth: Panel, last_bar: int) -> float:
    """Return the digest of the candles of BTC and ETH (one coin each, or none) up to ``last_bar``."""
    both = np.concatenate([candle_digests(coin, last_bar) for coin in (btc, eth)])
    return float(column_digests((both.reshape(-1, 1),), 1, 0)[0])


def input_digests(
    block: FeatureBlock, coins: CoinTable, seed: int, candles: FloatArray, market: float
) -> FloatArray:
    """Return the digests of each coin's inputs at the last bar of ``block``: float64 (len(INPUT_DIGESTS), coins).

    ``seed`` is :func:`hhq.digest.digest_seed`, ``candles`` float64 (coins,) and ``market`` those of the functions above.
    """
    count = len(block.symbols)
    last = block.values[:, :, -1]
    facts = np.stack([coins.tick_size, coins.maintenance_rate, coins.largest_leverage])
    return np.stack(
        [
            np.full(count, float(seed)),
            candles,
            np.full(count, market),
            column_digests((np.ascontiguousarray(last[_RECORDED]),), count, 0),
            column_digests((np.ascontiguousarray(last[[Feature.FUNDING_RATE]]),), count, 0),
            column_digests((facts,), count, 0),
        ]
    )
