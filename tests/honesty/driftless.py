"""Markets in which nothing can be known: each candle goes up or down by the toss of a coin."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from companion.offline.candles import load_panel
from companion.offline.data_folder import open_folder
from companion.offline.decisions import coin_of, decide_panel
from companion.offline.pair_rules import load_pair_rules
from companion.replay.embedded import MarketSpecification, ensure_market
from hhq.arrays import FloatArray
from hhq.coins import BTC, ETH, CoinTable
from hhq.costs import Costs
from hhq.evidence.candidates import Candidates
from hhq.evidence.course import course_of
from hhq.evidence.material import Material, material_of
from hhq.gates import Gate
from hhq.market.series import market_series
from hhq.panel import Panel, RecordedRows
from hhq.settings import HHQSettings

COINS, DAYS = 20, 60
SETTINGS = HHQSettings()


def driftless(panel: Panel, rng: np.random.Generator) -> Panel:
    """The same candles with half of them turned upside down, the same ones for every coin.

    What is kept: how far a candle goes, its wicks, its volume, how moves of several coins hang together, and that agitated
    times come in a row. What is gone: that one move says anything about the direction of a later one.
    """
    turn = np.where(rng.random(panel.bars) < 0.5, -1.0, 1.0)
    opened = np.log(panel.open)
    away = {name: np.log(getattr(panel, name)) - opened for name in ("high", "low", "close")}
    high, low = (
        np.where(turn > 0, away[one], -away[other]) for one, other in (("high", "low"), ("low", "high"))
    )
    close = away["close"] * turn
    # A coin that is not there yet, or no more, does not move.
    moved = np.nan_to_num(close)
    first = np.argmax(~np.isnan(opened), axis=1)
    begins = opened[np.arange(panel.coins), first][:, np.newaxis] + np.cumsum(moved, axis=1) - moved
    prices = {"open": begins, "high": begins + high, "low": begins + low, "close": begins + close}
    return replace(panel, **{name: np.exp(value) for name, value in prices.items()})


def material_of_seed(folder: Path, seed: int) -> Material:
    """What the decisions make of the driftless market with this number."""
    path = ensure_market(folder / str(seed), MarketSpecification(coins=COINS, days=DAYS, seed=seed))
    data = open_folder(path)
    coins = load_pair_rules(data, data.pairs).coins
    rng = np.random.default_rng(seed)
    panel = driftless(load_panel(data, data.pairs), rng)
    parts = [_coin(panel, coins, row, rng.random((2, panel.bars))) for row in range(panel.coins)]
    return Material.together(parts)


def _coin(panel: Panel, coins: CoinTable, row: int, uniform: FloatArray) -> Material:
    market = market_series(coin_of(panel, BTC), coin_of(panel, ETH), SETTINGS.market, panel.first_bar)
    alone = coin_of(panel, panel.symbols[row])
    recorded = RecordedRows.not_available(1, alone.bars)
    decided = decide_panel(alone, recorded, market, coins.one(row), SETTINGS, alone.first_bar)
    course = course_of(
        decided.candles,
        decided.block,
        decided.market.values,
        decided.coins,
        decided.decisions,
        np.zeros(alone.bars),
        SETTINGS,
    )
    return material_of(course, row, SETTINGS, Costs.by_order(SETTINGS), uniform)


def planted(material: Material, gross_pct: float) -> Material:
    """The same material with an edge: every accepted candidate moves that much further in its favour."""
    every = material.every
    gained = np.where(every.gate == Gate.SCORE_PASS, gross_pct, 0.0)
    moved: Candidates = replace(every, gross_pct=every.gross_pct + gained)
    return replace(material, every=moved)
