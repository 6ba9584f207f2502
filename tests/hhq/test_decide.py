"""Sides, vetoes and scores: where a candle ends, and why (docs/signal.md)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hhq.coins import CoinTable
from hhq.decide import count_gates, decide
from hhq.features.catalogue import FeatureBlock
from hhq.gates import Gate
from hhq.market.values import MarketValues
from hhq.regime import MacroRegime, Regime
from hhq.settings import HHQSettings, parse
from tests.hhq.one_candle import NOON, SCORE, SYMBOL, F, block, decided, gate, market, short

WITHOUT_BOOK = {"signal": {"regime": {"random_without_book": True}}}

N = math.nan
COINS = CoinTable.of((SYMBOL,), np.array([0.001]))


def test_a_z_score_at_the_threshold_is_not_beyond_it() -> None:
    threshold = float(decided().threshold[0, 0])
    assert threshold == pytest.approx(1.6 * 0.933)
    assert gate({F.ZSCORE: -threshold}) is Gate.Z
    assert gate({F.ZSCORE: -math.nextafter(threshold, 9.0)}) is not Gate.Z


def test_lesson_14_the_setting_of_the_z_score_threshold_changes_the_gate() -> None:
    gates = [gate(settings={"signal": {"z_score_threshold": z}}) for z in (0.8, 1.6, 2.6, 2.7, 3.0)]
    assert gates == [Gate.SCORE_PASS] * 3 + [Gate.Z] * 2


def test_the_random_regime_without_an_order_book() -> None:
    random = {F.HURST: 0.5, F.ZSCORE: -2.0}
    assert gate(random) is Gate.IMBALANCE_NA
    assert gate({**random, F.ZSCORE: -1.5}) is Gate.Z
    assert gate(random, WITHOUT_BOOK) is Gate.REGIME
    assert decided({**random, F.ZSCORE: -2.081}, WITHOUT_BOOK).side.tolist() == [[1]]


def test_a_candle_of_the_random_regime_shows_the_threshold_that_it_has_to_beat() -> None:
    for z in (-0.1, -2.0, -2.2):
        values = {F.HURST: 0.5, F.ZSCORE: z}
        assert decided(values).threshold[0, 0] == pytest.approx(1.6)
        assert decided(values, WITHOUT_BOOK).threshold[0, 0] == pytest.approx(2.08)
        assert decided({**values, F.IMBALANCE: 3.0}, WITHOUT_BOOK).threshold[0, 0] == pytest.approx(1.6)


def test_the_random_regime_counts_as_mean_reversion_and_has_its_own_base() -> None:
    book = {F.IMBALANCE: 2.0}
    random = decided({F.HURST: 0.5, **book})
    assert random.regime.tolist() == [[Regime.RANDOM]]
    assert random.signals.points[0].tolist() == [40.0 + int((2.5 - 1.6) * 5)]
    assert decided(book).signals.points[0].tolist() == [45.0 + int((2.5 - 1.4928) * 5)]
    position_of_range = {F.BB_POSITION: -0.9}
    gained = decided({F.HURST: 0.5, **book, **position_of_range}).signals.raw - random.signals.raw
    assert gained.tolist() == [8.0]


def test_trading_without_a_book_changes_nothing_where_the_order_book_is_known() -> None:
    for values in ({F.HURST: 0.5, F.IMBALANCE: 30.0}, {}, short(), {F.HURST: 0.7, F.ZSCORE: 2.0}):
        one, other = decided(values), decided(values, WITHOUT_BOOK)
        assert one.gate.tolist() == other.gate.tolist()
        assert one.threshold.tolist() == other.threshold.tolist()


@pytest.mark.parametrize("unknown", ["btc_short_term", "btc_daily", "eth_trend", "flash_crash", "eth_flash"])
def test_a_filter_without_its_market_stops_entries(unknown: str) -> None:
    assert gate(at=market({unknown: N})) is Gate.MARKET_NA


def test_without_any_market_no_coin_is_accepted() -> None:
    for symbol in (SYMBOL, "BTC/USDT:USDT", "ETH/USDT:USDT"):
        assert gate(at=MarketValues.not_available(1), symbol=symbol) is Gate.MARKET_NA


def test_btc_needs_no_candles_of_itself_for_the_rules_that_it_is_exempt_from() -> None:
    at = market(btc_daily=N)
    assert gate(at=at) is Gate.MARKET_NA
    assert gate(at=at, symbol="BTC/USDT:USDT") is Gate.SCORE_PASS


@pytest.mark.parametrize(
    ("at", "side", "expected"),
    [
        ({"flash_crash": 1.0, "minutes_since_crash": 0.0}, 1, Gate.BTC_VETO),
        ({"flash_crash": 1.0, "minutes_since_crash": 0.0}, -1, Gate.SCORE_PASS),
        ({"flash_pump": 1.0, "minutes_since_pump": 0.0}, -1, Gate.BTC_VETO),
        ({"minutes_since_crash": 5.0}, 1, Gate.BTC_VETO),
        ({"minutes_since_crash": 10.0}, 1, Gate.SCORE_PASS),
        ({"eth_flash": 1.0}, 1, Gate.BTC_VETO),
        ({"eth_flash": 1.0}, -1, Gate.SCORE_PASS),
        ({"btc_short_term": -2.0}, 1, Gate.BTC_VETO),
        ({"btc_daily": 2.0}, -1, Gate.BTC_VETO),
    ],
)
def test_the_market_filters_stop_the_side_that_they_are_against(
    at: dict[str, float], side: int, expected: Gate
) -> None:
    assert gate(short() if side < 0 else {}, at=market(at)) is expected


def test_a_downtrend_of_the_market_vetoes_long_only() -> None:
    down = market(macro=MacroRegime.TRENDING_DOWN)
    assert gate(at=down) is Gate.MACRO_VETO
    assert gate(short(), at=down) is Gate.SCORE_PASS


def test_lesson_15_the_strong_trend_penalty_counts_before_the_decision_that_it_is_for() -> None:
    against_30 = {F.EMA_GAP_1H: -1.0, F.CHANGE_1H: -0.5}
    assert gate(against_30) is Gate.SCORE_PASS
    assert gate({**against_30, F.STRONG_TREND_CHANGE: -15.0}) is Gate.MTF_VETO
    assert gate({**against_30, F.STRONG_TREND_CHANGE: -9.0}) is Gate.SCORE_PASS


def test_lesson_17_penalties_lower_the_score_before_it_is_tested() -> None:
    penalised = decided(at=market(btc_short_term=-1.0))
    assert Gate(int(penalised.gate[0, 0])) is Gate.SCORE_LOW
    assert penalised.signals.score == pytest.approx([SCORE * 0.8])
    assert penalised.signals.raw.tolist() == [SCORE]


def test_a_short_in_a_rising_market_scores_a_fifth_less() -> None:
    rising = decided(short(), at=market(macro=MacroRegime.TRENDING_UP))
    assert rising.signals.score == pytest.approx([SCORE * 0.8])
    assert Gate(int(rising.gate[0, 0])) is Gate.SCORE_LOW


def test_a_score_at_the_minimum_passes() -> None:
    assert gate(settings={"signal": {"min_confidence": 76}}) is Gate.SCORE_PASS
    assert gate(settings={"signal": {"min_confidence": 76.01}}) is Gate.SCORE_LOW


def test_a_volatile_market_demands_a_higher_score_rounded_down() -> None:
    volatile = market(macro=MacroRegime.VOLATILE)
    decisions = decided(at=volatile)
    assert decisions.signals.minimum.tolist() == [78.0]
    assert Gate(int(decisions.gate[0, 0])) is Gate.SCORE_LOW
    assert gate(settings={"signal": {"min_confidence": 66.9}}, at=volatile) is Gate.SCORE_PASS


def test_the_dynamic_mode_lets_through_what_any_account_could_accept() -> None:
    dynamic = {"minimum_score": {"mode": "dynamic"}}
    low = {F.VOLUME_RATIO: 1.0}
    assert gate(low, {"signal": dynamic}) is Gate.SCORE_PASS
    assert gate({**low, F.RSI: 50.0}, {"signal": dynamic}) is Gate.SCORE_PASS
    assert gate({**low, F.RSI: 50.0, F.DAILY_TREND: -1.0}, {"signal": dynamic}) is Gate.SCORE_LOW
    assert gate(low, {"signal": {**dynamic, "min_confidence": 77}}) is Gate.SCORE_LOW


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({F.QUOTE_VOLUME_24H: 1_000_000.0}, Gate.SCORE_PASS),
        ({F.QUOTE_VOLUME_24H: 999_999.99}, Gate.LIQUIDITY),
        ({F.QUOTE_VOLUME_24H: N}, Gate.LIQUIDITY),
        ({F.SPREAD_PCT: 0.5}, Gate.SCORE_PASS),
        ({F.SPREAD_PCT: 0.501}, Gate.LIQUIDITY),
    ],
)
def test_thin_coins_and_wide_spreads_are_refused(values: dict[F, float], expected: Gate) -> None:
    assert gate(values) is expected


def test_coins_in_another_order_than_the_block_are_an_error() -> None:
    with pytest.raises(ValueError, match="coins: SOL/USDT:USDT wanted, got BTC/USDT:USDT"):
        decide(block(), market(), CoinTable.of(("BTC/USDT:USDT",)), HHQSettings())


def test_a_market_of_another_length_than_the_block_is_an_error() -> None:
    with pytest.raises(ValueError, match="market: 3 entries wanted"):
        decide(block(bars=3), market(bars=2), COINS, HHQSettings())


def test_every_candle_is_counted_at_one_gate() -> None:
    counts = count_gates(decide(block(bars=300), market(bars=300), COINS, HHQSettings()))
    assert list(counts) == list(Gate)
    assert counts[Gate.HOURS] == 48
    assert sum(counts.values()) == 300


def test_no_candles_give_no_decisions() -> None:
    decisions = decide(block(bars=0), market(bars=0), COINS, HHQSettings())
    assert decisions.gate.shape == (1, 0)
    assert decisions.signals.count == 0


def test_values_of_signals_are_placed_on_the_candles_that_have_a_side() -> None:
    candles = block(bars=3)
    candles.values[F.ZSCORE, 0] = [-2.5, 0.0, -2.4]
    decisions = decide(candles, market(bars=3), COINS, HHQSettings())
    score = decisions.spread(decisions.signals.score)
    assert decisions.signals.count == 2
    assert np.isnan(score[0]).tolist() == [False, True, False]


def test_lesson_9_a_coin_without_data_says_so_itself_and_leaves_the_others_alone() -> None:
    symbols = (SYMBOL, "XRP/USDT:USDT")
    values = np.repeat(block().values, 2, axis=1)
    values[:, 1] = N
    both = FeatureBlock(symbols, NOON, values, np.array([[1500], [0]]))
    decisions = decide(both, market(), CoinTable.of(symbols, np.full(2, 0.001)), HHQSettings())
    assert decisions.gate.tolist() == [[Gate.SCORE_PASS], [Gate.DATA]]


def test_lesson_11_a_layer_that_raises_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def undefined(*_: object) -> None:
        raise NameError("name 'wz' is not defined")

    monkeypatch.setattr("hhq.signals.points_per_layer", undefined)
    with pytest.raises(NameError, match="wz"):
        decided()


@given(
    st.lists(st.tuples(st.floats(-5, 5), st.floats(0.15, 0.85), st.floats(0, 60)), min_size=1, max_size=40),
    st.booleans(),
)
def test_one_candle_decides_as_it_does_among_others(
    candles: list[tuple[float, ...]], without_book: bool
) -> None:
    settings = parse(HHQSettings, WITHOUT_BOOK if without_book else {})
    whole = block(bars=len(candles))
    whole.values[F.ZSCORE, 0], whole.values[F.HURST, 0], whole.values[F.ADX, 0] = np.array(candles).T
    coins, at = COINS, market(bars=len(candles))
    together = decide(whole, at, coins, settings)
    for bar in range(len(candles)):
        one = FeatureBlock(
            whole.symbols, whole.first_bar + bar, whole.values[:, :, [bar]], whole.history[:, [bar]]
        )
        alone = decide(one, market(), coins, settings)
        assert alone.gate[0, 0] == together.gate[0, bar]
        assert alone.side[0, 0] == together.side[0, bar]
        score = together.signals.score[together.signals.bar == bar]
        assert alone.signals.score.tolist() == score.tolist()
