"""An explained candidate: score, layers, timeframes, size, entry, levels, leverage."""

from __future__ import annotations

import math

import pytest

from hhq.explain.gate_step import Outcome
from hhq.gates import Gate
from hhq.leverage.position import LeverageCap
from hhq.market.values import Trend
from hhq.panel import CANDLE_MS
from hhq.regime import Regime
from tests.hhq.explain.explained import (
    NAN,
    NOON,
    RANDOM,
    TRENDING,
    WITHOUT_BOOK,
    candidate_of,
    coins_of,
    explained,
    layer,
    market_of,
    with_settings,
)


def test_an_accepted_signal_names_its_score_and_leverage() -> None:
    found = explained()
    assert (found.gate, found.side, found.regime) == (Gate.SCORE_PASS, 1, Regime.MEAN_REVERSION)
    assert found.reason == "accepted: score 100 ≥ minimum 68, leverage 9×"
    assert found.closed_at == (NOON + 1) * CANDLE_MS
    assert found.outlooks == ()
    assert not any(line.outcome is Outcome.STOPPED for line in found.steps)


def test_the_steps_are_all_gates_in_their_order() -> None:
    for found in (explained(), explained(ZSCORE=0.1), explained(history=3)):
        assert [line.gate for line in found.steps] == [gate for gate in Gate if gate is not Gate.SCORE_PASS]


def test_guards_and_interval_are_left_to_the_entry() -> None:
    found = explained()
    asked = [line.gate for line in found.steps if line.outcome is Outcome.AT_ENTRY]
    assert asked == [Gate.GUARD, Gate.INTERVAL]


def test_all_layers_are_listed_and_their_points_make_the_raw_sum() -> None:
    settings = with_settings(signal={"layer_scale": 0.5})
    score = candidate_of(explained(settings=settings)).score
    assert [line.number for line in score.layers] == list(range(1, 24))
    assert sum(line.counted for line in score.layers) == pytest.approx(score.raw)
    base, rest = score.layers[0], score.layers[1:]
    assert base.counted == base.points
    assert all(line.counted == line.points * 0.5 for line in rest)
    assert score.score == min(100.0, score.raw * (1.0 - score.btc_penalty) * score.macro_score_factor)
    assert score.minimum == score.market_minimum == 68.0


def test_a_layer_shows_its_inputs_and_its_rule_with_the_numbers_of_the_settings() -> None:
    line = layer(explained(), "rsi")
    assert line.inputs == (("rsi", 24.0),)
    assert line.points == 8.0
    assert "RSI < 25 → +8" in line.formula


def test_the_base_layer_shows_threshold_and_base() -> None:
    assert dict(layer(explained(), "base_and_strength").inputs)["base"] == 45.0
    random = layer(explained(RANDOM, settings=WITHOUT_BOOK), "base_and_strength")
    assert dict(random.inputs) == {"zscore": -2.4, "threshold": pytest.approx(1.768), "base": 40.0}


def test_a_layer_without_its_input_is_not_available_and_gives_no_points() -> None:
    line = layer(explained(), "order_book_imbalance")
    assert (line.not_available, line.points) == (True, 0.0)
    assert math.isnan(line.inputs[0][1])


def test_no_gap_is_a_value_and_not_a_missing_input() -> None:
    assert not layer(explained(), "fair_value_gap").not_available
    assert layer(explained(FVG=NAN), "fair_value_gap").not_available


def test_layers_whose_points_come_from_elsewhere_say_from_where() -> None:
    found = explained()
    assert layer(found, "trade_pattern").note == "the account's: added to the score at entry"
    assert layer(found, "model_confidence").not_available


def test_a_layer_of_another_regime_says_so() -> None:
    assert layer(explained(TRENDING), "point_of_control").note == "only in: mean reversion, random"
    assert layer(explained(), "point_of_control").note == ""


def test_the_timeframes_add_up_to_their_total() -> None:
    lines = candidate_of(explained(STRONG_TREND_CHANGE=-7.0)).timeframes
    assert [(line.name, line.trend, line.points) for line in lines.timeframes] == [
        ("15m", Trend.BULLISH, 20.0),
        ("1h", Trend.NEUTRAL, 0.0),
        ("4h", Trend.STRONG_BULLISH, 50.0),
    ]
    assert lines.strong_trend_points == -10.0
    assert lines.total == 60.0
    assert lines.aligned == 2


def test_a_timeframe_without_data_is_not_available() -> None:
    line = candidate_of(explained(CHANGE_4H=NAN)).timeframes.timeframes[2]
    assert line.trend is None
    assert math.isnan(line.points)


def test_the_size_factor_is_the_product_of_its_parts() -> None:
    size = candidate_of(explained(market=market_of(NOON, btc_short_term=-1.0))).size
    product = (
        size.by_score
        * size.by_timeframes
        * size.by_strong_trend
        * size.by_flash
        * size.by_penalty
        * size.by_bonus
        * size.by_macro
        * (1.0 + size.boost)
    )
    assert size.by_penalty == pytest.approx(0.8)
    assert size.size_factor == pytest.approx(product)


def test_the_parts_of_the_pullback_add_up() -> None:
    entry = candidate_of(explained()).entry
    assert entry.pullback_pct == pytest.approx(entry.pullback_by_atr_pct + entry.pullback_by_spread_pct)
    assert entry.entry_price == pytest.approx(entry.close * (1.0 - entry.pullback_pct / 100.0))
    assert not entry.with_the_trend


def test_an_entry_that_runs_with_the_trend_has_no_pullback() -> None:
    entry = candidate_of(explained(TRENDING)).entry
    assert entry.with_the_trend
    assert (entry.pullback_pct, entry.entry_price) == (0.0, 100.0)


def test_stop_and_target_lie_on_their_sides_of_the_entry() -> None:
    lines = candidate_of(explained())
    assert lines.levels.stop_price < lines.entry.entry_price < lines.levels.target_price
    assert lines.levels.volatility == "low"


def test_levels_without_their_volatility_are_not_available() -> None:
    levels = candidate_of(explained(ATR_1H_PCT=NAN)).levels
    assert levels.volatility == ""
    assert math.isnan(levels.stop_distance_pct)


def test_the_leverage_is_the_product_of_its_factors_under_its_caps() -> None:
    lines = candidate_of(explained()).leverage
    assert lines.spread_estimated
    assert lines.base_spread * lines.price_factor * lines.volatility_factor * lines.mtf_mult == lines.product
    assert lines.rounded == 50.0
    assert lines.bound_by is LeverageCap.KILL_SWITCH
    assert {line.cap: line.allowed for line in lines.caps}[LeverageCap.KILL_SWITCH] == lines.leverage
    assert lines.remark == ""


def test_the_tightest_cap_is_named_as_the_one_that_bound() -> None:
    lines = candidate_of(explained(coins=coins_of("SOL/USDT:USDT", largest=7.0))).leverage
    assert (lines.bound_by, lines.leverage) == (LeverageCap.BRACKET, 7.0)
    settings = with_settings(leverage={"max_leverage": 5})
    lines = candidate_of(explained(settings=settings)).leverage
    assert (lines.bound_by, lines.leverage) == (LeverageCap.MAX_LEVERAGE, 5.0)


def test_no_cap_binds_a_leverage_below_all_of_them() -> None:
    lines = candidate_of(explained(SPREAD_PCT=0.4)).leverage
    assert not lines.spread_estimated
    assert (lines.bound_by, lines.leverage) == (None, 3.0)


def test_without_a_tick_size_there_is_no_leverage_and_it_says_why() -> None:
    found = explained(coins=coins_of("SOL/USDT:USDT", tick=NAN))
    assert found.gate is Gate.LEVERAGE
    assert "a factor is n/a" in found.reason
    assert "tick size" in candidate_of(found).leverage.remark


def test_without_leverage_tiers_the_cap_of_the_exchange_is_not_known() -> None:
    lines = candidate_of(explained(coins=coins_of("SOL/USDT:USDT", largest=NAN))).leverage
    assert "no leverage tiers known" in lines.remark
    assert lines.leverage == 9.0


def test_a_stop_too_wide_for_any_leverage_is_refused_by_the_caps() -> None:
    found = explained(ATR_1H=12.0, ATR_1H_PCT=12.0)
    assert found.gate is Gate.LEVERAGE
    assert "the caps leave less than 1×" in found.reason
