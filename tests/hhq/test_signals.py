"""What is known of a signal: entry price, levels, leverage, size (docs/signal.md, docs/leverage-and-size.md)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hhq.coins import CoinTable
from hhq.decide import decide
from hhq.exits.levels import stop_distance_pct
from hhq.features.catalogue import FeatureBlock
from hhq.gates import VETOES, Gate
from hhq.layers import LAYERS
from hhq.leverage.bounds import kill_switch_bound
from hhq.market.values import MarketValues
from hhq.regime import MacroRegime
from hhq.settings import HHQSettings, parse
from hhq.signals import Signals, Where, evaluate, fill_market, first_veto
from tests.hhq.one_candle import SYMBOL, F, block, decided, market, short

ALIGNED = {
    F.EMA_GAP_15M: 1.0, F.CHANGE_15M: 0.5, F.EMA_GAP_1H: 1.0, F.CHANGE_1H: 0.5, F.EMA_GAP_4H: 1.0, F.CHANGE_4H: 0.5,
}  # fmt: skip
"""All timeframes agree with a LONG."""


def signal(values: Mapping[F, float] | None = None, **kwargs: object) -> Signals:
    """The one candidate of a candle."""
    signals = decided(values, **kwargs).signals  # type: ignore[arg-type]  # the arguments of decided
    assert signals.count == 1
    return signals


CALM = {F.SPREAD_PCT: 0.1, F.ATR_1H: 0.2, F.ATR_1H_PCT: 0.2}
"""A stop so close that no cap binds."""


def with_largest(largest: float) -> Signals:
    unknown = np.array([math.nan])
    coins = CoinTable((SYMBOL,), np.array([0.001]), unknown, np.array([largest]))
    return decide(block({F.SPREAD_PCT: 0.01}), market(), coins, HHQSettings()).signals


def test_every_layer_has_its_row_of_points_and_the_raw_sum_is_their_sum() -> None:
    one = signal(ALIGNED)
    assert one.points.shape == (len(LAYERS), 1)
    assert one.raw.tolist() == [float(one.points.sum())]


def test_layer_scale_weighs_the_layers_but_not_the_base() -> None:
    assert signal(settings={"signal": {"layer_scale": 0.5}}).raw.tolist() == [50.0 + 0.5 * 26.0]


@pytest.mark.parametrize("side", [1, -1])
def test_the_entry_waits_at_the_pullback_on_its_side_of_the_market(side: int) -> None:
    one = signal(short() if side < 0 else {})
    # 500 million USDT a day: the spread is taken as 0.02 %.
    pullback = (0.4 * 1.0 / 100.0 + 0.5 * 0.02 / 100.0) * math.sqrt(1.8)
    assert one.pullback == pytest.approx([pullback], rel=1e-12)
    assert one.entry_price == pytest.approx([100.0 * (1.0 - side * pullback)], rel=1e-12)


def test_a_recorded_spread_is_the_spread_of_the_pullback() -> None:
    pullback = (0.4 / 100.0 + 0.5 * 0.2 / 100.0) * math.sqrt(1.8)
    assert signal({F.SPREAD_PCT: 0.2}).pullback == pytest.approx([pullback], rel=1e-12)


@pytest.mark.parametrize(
    ("changed", "waits"),
    [
        ({}, False),
        ({F.ADX: 30.0}, True),
        ({F.DAILY_TREND: 0.0}, True),
        ({F.DAILY_TREND: -1.0}, True),
        ({F.HURST: 0.4, F.ZSCORE: -2.5}, True),
    ],
)
def test_a_trending_coin_with_its_daily_trend_is_entered_without_a_pullback(
    changed: dict[F, float], waits: bool
) -> None:
    running = {F.HURST: 0.6, F.ZSCORE: 2.5, F.ADX: 31.0, F.ADX_TREND: 1.0, F.DAILY_TREND: 1.0}
    one = signal({**running, **changed})
    assert (float(one.pullback[0]) > 0.0) is waits
    assert one.side.tolist() == [1.0]


def test_the_stop_is_measured_from_the_entry_price() -> None:
    one, settings = signal(), HHQSettings()
    features = block().values[:, 0, :]
    facts = fill_market(features, market().macro)
    expected = stop_distance_pct(facts, one.entry_price, settings.levels)
    assert one.stop_distance_pct.tolist() == expected.tolist()
    assert one.stop_distance_pct[0] > stop_distance_pct(facts, 100.0, settings.levels)


def test_the_leverage_is_the_rounded_product_of_its_factors() -> None:
    one = signal(CALM)
    # spread 10 × price (log10(100) + 2) / 4 = 1 × volatility 1 × no timeframe aligned 0.6
    assert one.factors.product().tolist() == [6.0]
    assert one.leverage.tolist() == [6.0]


def test_more_aligned_timeframes_give_more_leverage() -> None:
    assert signal({**CALM, **ALIGNED}).leverage.tolist() == [12.0]


def test_no_signal_has_more_than_the_largest_leverage_of_the_settings() -> None:
    calm = {**CALM, F.SPREAD_PCT: 0.01}
    assert signal(calm).factors.leverage(HHQSettings().leverage).tolist() == [30.0]
    assert signal(calm).leverage.tolist() == [20.0]
    assert signal(calm, settings={"leverage": {"max_leverage": 7}}).leverage.tolist() == [7.0]


def test_no_signal_has_more_leverage_than_the_exchange_grants() -> None:
    assert with_largest(math.nan).leverage.tolist() == [with_largest(125.0).leverage[0]]
    assert with_largest(2.0).leverage.tolist() == [2.0]


def test_the_stop_of_every_signal_lies_before_the_first_kill_switch() -> None:
    wild = {F.SPREAD_PCT: 0.01, F.ATR_1H: 6.0, F.ATR_1H_PCT: 6.0}
    one, settings = signal(wild), HHQSettings()
    bound = kill_switch_bound(one.stop_distance_pct, settings.exits.kill_switch.first(), settings.leverage)
    assert one.leverage.tolist() == bound.tolist()
    assert one.leverage[0] < one.factors.leverage(settings.leverage)[0]


def test_without_any_safe_leverage_there_is_no_entry() -> None:
    deadly = {F.ATR_1H: 40.0, F.ATR_1H_PCT: 40.0}
    one = signal(deadly)
    assert np.isnan(one.leverage).all()
    assert Gate(int(one.gate[0])) is Gate.LEVERAGE


@pytest.mark.parametrize(
    ("values", "size"),
    [({}, 0.8), ({F.MACD_CROSS: 1.0}, 1.0), ({F.MACD_CROSS: 1.0, F.WHALE_Z: 2.5}, 1.5)],
)
def test_a_higher_score_is_a_larger_size(values: dict[F, float], size: float) -> None:
    assert signal(values).size_factor.tolist() == pytest.approx([size])


def test_timeframes_strong_trend_market_and_macro_all_weigh_on_the_size() -> None:
    behind = signal({**ALIGNED, F.STRONG_TREND_CHANGE: -6.0})
    assert behind.size_factor == pytest.approx([0.8 * 1.1 * 0.75])
    rising = market(macro=MacroRegime.TRENDING_UP, btc_short_term=1.0)
    assert signal(at=rising).size_factor == pytest.approx([0.8 * 1.15 * 1.2])
    after_crash = market(minutes_since_crash=12.0, btc_short_term=-1.0)
    assert signal(at=after_crash).size_factor == pytest.approx([0.8 * 0.5 * 0.8])


def test_a_discount_to_the_volume_profile_makes_the_size_larger() -> None:
    at_low = {F.POC: 110.0, F.VAH: 120.0, F.VAL: 100.2}
    assert signal(at_low).size_factor == pytest.approx([0.8 * 1.3])


def test_lesson_16_a_bonus_does_not_displace_a_penalty() -> None:
    both = signal(at=market(btc_daily=-1.0, btc_short_term=1.0))
    assert both.score == pytest.approx([76.0 * 0.7])
    assert both.market.bonus.tolist() == [0.0]


def test_lesson_17_a_bonus_raises_the_size_only() -> None:
    with_btc = signal(at=market(btc_short_term=1.0))
    assert with_btc.score.tolist() == [76.0]
    assert with_btc.size_factor == pytest.approx([0.8 * 1.2])


MIRRORED = {
    F.ZSCORE: -1.0, F.SWEEP: -1.0, F.DAILY_TREND: -1.0, F.FUNDING_RATE: -1.0, F.IMBALANCE: -1.0, F.ADX_TREND: -1.0,
}  # fmt: skip


@given(
    st.fixed_dictionaries(
        {
            F.ZSCORE: st.floats(-5, 5),
            F.HURST: st.floats(0.15, 0.85),
            F.ADX: st.floats(0, 60),
            F.ADX_TREND: st.sampled_from([-1.0, 0.0, 1.0]),
            F.SWEEP: st.sampled_from([-1.0, 0.0, 1.0]),
            F.DAILY_TREND: st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0]),
            F.FUNDING_RATE: st.floats(-0.2, 0.2),
            F.IMBALANCE: st.floats(-40, 40),
            F.RSI: st.floats(0, 100),
        }
    )
)
def test_the_mirrored_candle_gives_the_mirrored_decision(values: dict[F, float]) -> None:
    turned = {f: 100.0 - value if f is F.RSI else MIRRORED.get(f, 1.0) * value for f, value in values.items()}
    one, other = decided(values), decided(turned)
    assert other.gate.tolist() == one.gate.tolist()
    assert (other.side == -one.side).all()
    assert other.signals.score.tolist() == one.signals.score.tolist()
    assert other.signals.size_factor.tolist() == one.signals.size_factor.tolist()
    distance = 100.0 - one.signals.entry_price
    assert (other.signals.entry_price - 100.0).tolist() == pytest.approx(distance.tolist())


@given(st.floats(0.15, 0.85), st.floats(-6, 6), st.floats(0.01, 20), st.floats(1e-5, 1e5))
def test_what_is_accepted_is_complete(hurst: float, z: float, atr_pct: float, price: float) -> None:
    values = {
        F.HURST: hurst, F.ZSCORE: z, F.CLOSE: price, F.ATR: price * atr_pct / 300, F.ATR_PCT: atr_pct / 3,
        F.ATR_1H: price * atr_pct / 100, F.ATR_1H_PCT: atr_pct, F.VOLUME_RATIO: 3.0, F.LIQUIDATED_SHORTS: 2e5,
    }  # fmt: skip
    decisions = decided(values, {"signal": {"min_confidence": 50}})
    signals = decisions.signals
    if decisions.accepted().any():
        for known in (signals.score, signals.leverage, signals.entry_price, signals.stop_distance_pct):
            assert np.isfinite(known).all()
        assert 1.0 <= signals.leverage[0] <= 20.0
        assert 50.0 <= signals.score[0] <= 100.0
        assert signals.entry_price[0] > 0.0
        assert 0.0 < signals.size_factor[0]


def test_settings_of_the_signal_reach_the_decision() -> None:
    looser = parse(HHQSettings, {"signal": {"liquidity": {"quote_volume_24h": 0}}})
    thin = block({F.QUOTE_VOLUME_24H: 10.0})
    coins = CoinTable.of((SYMBOL,), np.array([0.001]))
    assert decide(thin, market(), coins, looser).gate.tolist() == [[Gate.SCORE_PASS]]
    assert decide(thin, market(), coins, HHQSettings()).gate.tolist() == [[Gate.LIQUIDITY]]


def random_candles(seed: int, count: int) -> tuple[FeatureBlock, MarketValues, Where]:
    """Candles of one coin and a market, each with a side, with about one value in twenty n/a."""
    rng = np.random.default_rng(seed)
    candles, calm = block(bars=count), market(bars=count)
    for feature, scale in ((F.ADX, 40.0), (F.HURST, 1.0), (F.QUOTE_VOLUME_24H, 4e6), (F.RSI, 100.0)):
        candles.values[feature, 0] = rng.random(count) * scale
    for feature in (
        F.ADX_TREND,
        F.SWEEP,
        F.FUNDING_RATE,
        F.EMA_GAP_1H,
        F.CHANGE_1H,
        F.EMA_GAP_4H,
        F.CHANGE_4H,
    ):
        candles.values[feature, 0] = rng.normal(0.0, 1.0, count)
    trends = rng.integers(-2, 3, (3, count)).astype(np.float64)
    for name, row in zip(("btc_short_term", "btc_daily", "eth_trend"), trends, strict=True):
        getattr(calm, name)[:] = np.where(rng.random(count) < 0.05, np.nan, row)
    calm.macro[:] = rng.choice([int(code) for code in MacroRegime], count)
    nowhere = np.zeros(count, dtype=np.int64)
    return candles, calm, Where(nowhere, np.arange(count), rng.choice([-1.0, 1.0], count))


@pytest.mark.parametrize("seed", range(5))
def test_the_first_veto_is_the_gate_of_the_whole_evaluation(seed: int) -> None:
    candles, here, at = random_candles(seed, 300)
    settings, coins = HHQSettings(), CoinTable.of((SYMBOL,), np.array([0.001]))
    regime = np.ones((1, 300), dtype=np.int8)
    gates = evaluate(candles, regime, np.ones((1, 300)), here, coins, settings, at).gate
    vetoes = first_veto(candles.values[:, 0, :], here, coins, settings, at)
    expected = [
        gate if gate in VETOES else Gate.SCORE_PASS for gate in (Gate(code) for code in gates.tolist())
    ]
    assert vetoes.tolist() == expected
    assert len(set(expected)) >= 6


def test_a_candidate_picked_from_many_is_the_one_that_is_evaluated_alone() -> None:
    candles, here, at = random_candles(9, 60)
    settings, coins = HHQSettings(), CoinTable.of((SYMBOL,), np.array([0.001]))
    regime, threshold = np.ones((1, 60), dtype=np.int8), np.ones((1, 60))
    together = evaluate(candles, regime, threshold, here, coins, settings, at)
    for entry in range(60):
        one = Where(at.coin[[entry]], at.bar[[entry]], at.side[[entry]])
        alone = evaluate(candles, regime, threshold, here, coins, settings, one)
        for name, picked in flat(together.only(entry)).items():
            np.testing.assert_array_equal(picked, flat(alone)[name], err_msg=name)


def flat(signals: Signals) -> dict[str, np.ndarray]:
    """All arrays of a decision by their names."""
    found: dict[str, np.ndarray] = {}
    for field in fields(signals):
        value = getattr(signals, field.name)
        parts = (
            {part.name: getattr(value, part.name) for part in fields(value)}
            if is_dataclass(value)
            else {"": value}
        )
        found |= {f"{field.name}.{name}": part for name, part in parts.items()}
    return found
