"""The market upside down gives the other side with the same score: nothing favours LONG or SHORT without saying so.

Not mirrored by the rules, and left out here: the ETH flash crash blocks LONG only, a trending macro regime weighs on
LONG and SHORT differently, BTC's short-term rules name BULLISH before BEARISH, and a stop in % of the entry price is
not the same above and below the market.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hhq.arrays import BoolArray, FloatArray
from hhq.coins import CoinTable
from hhq.decide import Decisions, decide
from hhq.features.block import compute_features
from hhq.features.catalogue import FeatureBlock, mirrored
from hhq.gates import Gate
from hhq.market.values import MarketValues
from hhq.panel import Panel, RecordedRows
from hhq.regime import MacroRegime
from hhq.settings import HHQSettings
from tests.parity.tape import Tape, sealed_rows

pytestmark = pytest.mark.compiled

TRENDS = [MacroRegime.TRENDING_UP, MacroRegime.TRENDING_DOWN]
FIRST_BAR = 20_000 * 288


def turned_market(market: MarketValues) -> MarketValues:
    return replace(
        market,
        btc_short_term=-market.btc_short_term,
        btc_daily=-market.btc_daily,
        eth_trend=-market.eth_trend,
        flash_crash=market.flash_pump,
        flash_pump=market.flash_crash,
        minutes_since_crash=market.minutes_since_pump,
        minutes_since_pump=market.minutes_since_crash,
    )


def symmetric(market: MarketValues) -> BoolArray:
    """Candles at which the rules treat both sides alike."""
    alike: BoolArray = ~np.isin(market.macro, TRENDS) & (market.eth_flash != 1.0)
    return alike


def score_of(decisions: Decisions) -> FloatArray:
    return decisions.spread(decisions.signals.score)


def test_mirrored_features_give_the_other_side_and_the_same_score(
    recording: Tape, settings: HHQSettings
) -> None:
    """Features of real candles, mirrored one by one."""
    stretch = recording.cut(10_000, 14_500)
    market = stretch.market(settings)
    block = compute_features(stretch.panel, stretch.recorded, market.smt, settings.features)
    turned = FeatureBlock(block.symbols, block.first_bar, mirrored(block.values), block.history)
    alike = np.broadcast_to(symmetric(market.values), block.history.shape)
    one = decide(block, market.values, stretch.coins, settings)
    other = decide(turned, turned_market(market.values), stretch.coins, settings)

    assert (other.side[alike] == -one.side[alike]).all()
    per_signal = ("score", "minimum", "raw", "size_factor", "pullback")
    for name in per_signal:
        ours, theirs = (d.spread(getattr(d.signals, name))[alike] for d in (one, other))
        np.testing.assert_array_equal(theirs, ours, err_msg=name)
    accepted = np.isin(one.gate, [Gate.LEVERAGE, Gate.SCORE_PASS])
    assert (other.gate[alike & ~accepted] == one.gate[alike & ~accepted]).all()
    assert np.isin(other.gate[alike & accepted], [Gate.LEVERAGE, Gate.SCORE_PASS]).all()
    assert np.count_nonzero(one.side[alike]) > 10_000


def walk(coins: int, bars: int, step: float, seed: int) -> FloatArray:
    """Logarithms of open, high, low, close of coins that revert, wander and trend in turn: (4, coins, bars)."""
    rng = np.random.default_rng(seed)
    memory = np.repeat(rng.choice([-0.25, 0.0, 0.2], (coins, bars // 400 + 1)), 400, axis=1)[:, :bars]
    shocks = rng.standard_t(5, (coins, bars)) * step
    moves = np.zeros((coins, bars))
    for bar in range(1, bars):
        moves[:, bar] = memory[:, bar] * moves[:, bar - 1] + shocks[:, bar]
    close = np.cumsum(moves, axis=1)
    opened = np.concatenate([np.zeros((coins, 1)), close[:, :-1]], axis=1)
    wicks = np.abs(rng.normal(0.0, step / 2, (2, coins, bars)))
    return np.stack(
        [opened, np.maximum(opened, close) + wicks[0], np.minimum(opened, close) - wicks[1], close]
    )


def panel(names: tuple[str, ...], logs: FloatArray, volume: FloatArray, *, upside_down: bool) -> Panel:
    opened, high, low, close = 100.0 * np.exp(-logs[[0, 2, 1, 3]] if upside_down else logs)
    return Panel(names, FIRST_BAR, opened, high, low, close, volume)


def synthetic(step: float, *, upside_down: bool, coins: int = 10, bars: int = 4_000) -> Tape:
    names = tuple(f"C{coin}/USDT:USDT" for coin in range(coins))
    rng = np.random.default_rng(31)
    volume = rng.gamma(2.0, 2e4, (coins, bars)) * np.where(rng.random((coins, bars)) < 0.1, 3.0, 1.0)
    recorded = sealed_rows(coins, bars, rng.normal(0.0, 0.04, (coins, bars)), seed=32)
    btc, eth = (
        panel((name,), walk(1, bars, step, seed), volume[:1], upside_down=upside_down)
        for name, seed in (("BTC/USDT:USDT", 33), ("ETH/USDT:USDT", 34))
    )
    return Tape(
        panel(names, walk(coins, bars, step, 35), volume, upside_down=upside_down),
        turned_rows(recorded) if upside_down else recorded,
        CoinTable.of(names, np.full(coins, 0.001)),
        btc,
        eth,
    )


def turned_rows(rows: RecordedRows) -> RecordedRows:
    return replace(
        rows,
        imbalance=-rows.imbalance,
        imbalance_trend=-rows.imbalance_trend,
        basis_pct=-rows.basis_pct,
        funding_rate=-rows.funding_rate,
        whale_z=-rows.whale_z,
        liquidated_shorts=rows.liquidated_longs,
        liquidated_longs=rows.liquidated_shorts,
    )


def test_candles_mirrored_in_log_price_give_the_other_side_and_the_same_score(settings: HHQSettings) -> None:
    """Moves so small that a logarithm is linear; a value may still fall on the other side of a limit."""
    one, other = (synthetic(1e-5, upside_down=turned).decided(settings).decisions for turned in (False, True))
    sided = (one.side != 0) | (other.side != 0)
    assert np.count_nonzero(sided) > 2_500
    assert {1, -1} <= set(one.side[sided].tolist())
    agree = sided & (other.side == -one.side)
    assert np.count_nonzero(agree) >= 0.995 * np.count_nonzero(sided)
    same_score = score_of(one)[agree] == score_of(other)[agree]
    assert same_score.mean() >= 0.99
    assert (one.gate == other.gate).mean() >= 0.999


def test_neither_side_scores_higher_on_moves_of_a_real_size(settings: HHQSettings) -> None:
    """Where a logarithm bends, single scores differ in either direction; their mean does not."""
    tapes = [synthetic(1e-3, upside_down=turned) for turned in (False, True)]
    one, other = (tape.decided(settings).decisions for tape in tapes)
    alike = np.logical_and.reduce([symmetric(tape.market(settings).values) for tape in tapes])
    both = (one.side == 1) & (other.side == -1) & alike
    difference = (score_of(one) - score_of(other))[both]
    difference = difference[~np.isnan(difference)]
    assert difference.size > 1_000
    assert abs(difference.mean()) < 1.0
    assert abs(np.median(difference)) < 1e-9
