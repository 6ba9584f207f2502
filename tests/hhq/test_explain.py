"""Explanations: they say what was decided, by the numbers that decided it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hhq.coins import CoinTable
from hhq.decide import Decisions, decide
from hhq.explain.candle import Candle
from hhq.explain.explanation import explain
from hhq.explain.features import GROUPS
from hhq.explain.funnel import Funnel, Tally, funnel_of
from hhq.explain.tree import CandidateLines, Explanation, GateStep, LayerLine, Outcome
from hhq.explain.words import number, with_unit
from hhq.features.catalogue import Feature, FeatureBlock
from hhq.gates import Gate
from hhq.leverage.position import LeverageCap
from hhq.market.series import Changes, MarketSeries
from hhq.market.values import MarketValues, Trend
from hhq.panel import CANDLE_MS
from hhq.regime import MacroRegime, Regime
from hhq.settings import HHQSettings, parse

NOON = 1_754_049_600_000 // CANDLE_MS - 1
"""Number of the candle that closes at 2025-08-01 12:00 UTC."""
THREE = NOON - 9 * 12
SETTINGS = HHQSettings()
NAN = math.nan

REVERSION = {
    Feature.CLOSE: 100.0,
    Feature.ZSCORE: -2.4,
    Feature.HURST: 0.42,
    Feature.ATR: 0.4,
    Feature.ATR_PCT: 0.4,
    Feature.ATR_1H: 1.2,
    Feature.ATR_1H_PCT: 1.2,
    Feature.ADX: 15.0,
    Feature.ADX_TREND: 0.0,
    Feature.RSI: 24.0,
    Feature.VWAP_ZSCORE: -1.0,
    Feature.VOLUME_RATIO: 2.5,
    Feature.POC: 100.3,
    Feature.VAH: 103.0,
    Feature.VAL: 98.0,
    Feature.BB_POSITION: -1.1,
    Feature.STOCH_RSI_K: 12.0,
    Feature.STOCH_RSI_CROSS: 1.0,
    Feature.DAILY_TREND: 1.0,
    Feature.FVG: 0.0,
    Feature.FUNDING_RATE: 0.01,
    Feature.SWEEP: 0.0,
    Feature.QUOTE_VOLUME_24H: 3e8,
    Feature.EMA_GAP_15M: 0.5,
    Feature.CHANGE_15M: 0.5,
    Feature.EMA_GAP_1H: 0.5,
    Feature.CHANGE_1H: 0.1,
    Feature.EMA_GAP_4H: 1.0,
    Feature.CHANGE_4H: 1.5,
    Feature.STRONG_TREND_CHANGE: 2.0,
}
"""A mean-reversion LONG that everything agrees with; features that are not named are n/a."""
TRENDING = {**REVERSION, Feature.HURST: 0.6, Feature.ZSCORE: 2.4, Feature.ADX: 35.0, Feature.ADX_TREND: 1.0}
RANDOM = {**REVERSION, Feature.HURST: 0.5}


def block_of(features: dict[Feature, float], *, symbol: str, bar: int, history: int) -> FeatureBlock:
    values = np.full((len(Feature), 1, 1), NAN)
    for feature, value in features.items():
        values[feature] = value
    return FeatureBlock((symbol,), bar, values, np.array([[history]]))


def market_of(bar: int, **values: float) -> MarketSeries:
    known = {
        "btc_short_term": 0.0,
        "btc_daily": 0.0,
        "eth_trend": 0.0,
        "flash_crash": 0.0,
        "minutes_since_crash": math.inf,
        "flash_pump": 0.0,
        "minutes_since_pump": math.inf,
        "eth_flash": 0.0,
        "macro": float(MacroRegime.RANGING),
    }
    arrays = {name: np.array([value]) for name, value in (known | values).items()}
    macro = arrays.pop("macro").astype(np.int8)
    changes = Changes(*(np.array([value]) for value in (0.1, 0.2, 0.3, 0.4)))
    return MarketSeries(bar, changes, changes, MarketValues(**arrays, macro=macro), np.zeros(1))


def coins_of(symbol: str, *, tick: float = 0.01, largest: float = 75.0) -> CoinTable:
    return CoinTable((symbol,), np.array([tick]), np.array([0.01]), np.array([largest]))


def explained(
    features: dict[Feature, float] | None = None,
    *,
    symbol: str = "SOL/USDT:USDT",
    bar: int = NOON,
    history: int = 1500,
    market: MarketSeries | None = None,
    coins: CoinTable | None = None,
    settings: HHQSettings = SETTINGS,
    live: bool = False,
    **changed: float,
) -> Explanation:
    values = dict(REVERSION if features is None else features)
    values.update({Feature[name]: value for name, value in changed.items()})
    block = block_of(values, symbol=symbol, bar=bar, history=history)
    series = market if market is not None else market_of(bar)
    table = coins if coins is not None else coins_of(symbol)
    decisions = decide(block, series.values, table, settings, live=live)
    return explain(Candle.of(block, series, table, decisions, settings, live=live, coin=0, bar=0))


def candidate_of(explanation: Explanation) -> CandidateLines:
    assert explanation.candidate is not None
    return explanation.candidate


def step(explanation: Explanation, gate: Gate) -> GateStep:
    return next(found for found in explanation.steps if found.gate is gate)


def first_stop(explanation: Explanation) -> Gate:
    stopped = [found.gate for found in explanation.steps if found.outcome is Outcome.STOPPED]
    return stopped[0] if stopped else Gate.SCORE_PASS


def layer(explanation: Explanation, name: str) -> LayerLine:
    return next(line for line in candidate_of(explanation).score.layers if line.name == name)


def with_settings(**sections: dict[str, object]) -> HHQSettings:
    return parse(HHQSettings, sections)


# ---------------------------------------------------------------- accepted


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
    random = layer(explained(RANDOM), "base_and_strength")
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


# ---------------------------------------------------------------- leverage


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


# ---------------------------------------------------------------- gates


GATES: dict[Gate, Callable[[], Explanation]] = {
    Gate.EXCLUDED: lambda: explained(symbol="USDC/USDT:USDT"),
    Gate.DATA: lambda: explained(history=812),
    Gate.HOURS: lambda: explained(bar=THREE),
    Gate.Z: lambda: explained(ZSCORE=-0.4),
    Gate.REGIME: lambda: explained(RANDOM, ZSCORE=-1.5),
    Gate.IMBALANCE_NA: lambda: explained(RANDOM, live=True),
    Gate.MARKET_NA: lambda: explained(market=market_of(NOON, btc_daily=NAN)),
    Gate.TREND_VETO: lambda: explained(TRENDING, ADX_TREND=-1.0),
    Gate.FUNDING_VETO: lambda: explained(FUNDING_RATE=0.09),
    Gate.BTC_VETO: lambda: explained(market=market_of(NOON, btc_daily=-2.0)),
    Gate.MTF_VETO: lambda: explained(EMA_GAP_15M=-1.0, CHANGE_15M=-1.0, EMA_GAP_4H=-1.0, CHANGE_4H=-1.0),
    Gate.MACRO_VETO: lambda: explained(market=market_of(NOON, macro=float(MacroRegime.TRENDING_DOWN))),
    Gate.SWEEP_VETO: lambda: explained(SWEEP=-1.0),
    Gate.SCORE_LOW: lambda: explained(
        VWAP_ZSCORE=0.0, RSI=50.0, BB_POSITION=0.0, DAILY_TREND=-1.0, STOCH_RSI_K=50.0, VOLUME_RATIO=1.0
    ),
    Gate.LIQUIDITY: lambda: explained(QUOTE_VOLUME_24H=9e5),
    Gate.LEVERAGE: lambda: explained(ATR_1H=12.0, ATR_1H_PCT=12.0),
    Gate.SCORE_PASS: explained,
}
REASONS = {
    Gate.EXCLUDED: "USDC is in excluded_coins",
    Gate.DATA: "812 of 1500 candles",
    Gate.HOURS: "03:00 UTC; quiet from 02 to 06",
    Gate.Z: "abs(z) 0.4 ≤ 1.287",
    Gate.REGIME: "H 0.5: random, no order book, so abs(z) 1.5 ≤ 1.3 × threshold = 1.768",
    Gate.IMBALANCE_NA: "order-book imbalance n/a",
    Gate.MARKET_NA: "candles of BTC or ETH are missing",
    Gate.TREND_VETO: "ADX 35 bearish, H 0.6 (limits 30 and 0.55)",
    Gate.FUNDING_VETO: "0.09 % per 8 h (LONG: limit 0.08)",
    Gate.BTC_VETO: "BTC's daily trend is strongly against the side",
    Gate.MTF_VETO: "total −70 (limit −50)",
    Gate.MACRO_VETO: "macro regime trending down",
    Gate.SWEEP_VETO: "sweep bearish",
    Gate.SCORE_LOW: "< minimum 68",
    Gate.LIQUIDITY: "24 h volume 900,000 USDT (least 1,000,000), spread n/a (widest 0.5)",
    Gate.LEVERAGE: "the caps leave less than 1×",
    Gate.SCORE_PASS: "leverage 9×",
}


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_the_gate_that_stopped_is_named_with_its_numbers(gate: Gate) -> None:
    found = GATES[gate]()
    assert found.gate is gate
    assert first_stop(found) is gate
    assert REASONS[gate] in found.reason


def test_every_gate_that_a_column_can_end_at_has_an_explanation_here() -> None:
    assert set(GATES) == set(Gate) - {Gate.GUARD, Gate.INTERVAL}


def test_a_veto_behind_the_gate_that_stopped_is_shown_as_well() -> None:
    found = explained(FUNDING_RATE=0.09, SWEEP=-1.0)
    assert found.gate is Gate.FUNDING_VETO
    assert step(found, Gate.SWEEP_VETO).outcome is Outcome.STOPPED
    assert step(found, Gate.TREND_VETO).outcome is Outcome.PASSED


def test_missing_features_are_named_where_data_is_missing() -> None:
    assert explained(HURST=NAN, ATR_1H=NAN).reason.endswith("1500 of 1500 candles; n/a: hurst, atr_1h")


@pytest.mark.parametrize("found", [explained(history=10), explained(symbol="EUR/USDT:USDT")])
def test_no_further_gate_is_evaluated_for_a_coin_without_data_or_never_traded(found: Explanation) -> None:
    asked = {line.gate for line in found.steps if line.outcome in (Outcome.PASSED, Outcome.STOPPED)}
    assert asked <= {Gate.EXCLUDED, Gate.DATA}
    assert found.candidate is None
    assert found.outlooks == ()


def test_without_data_nothing_that_is_unknown_becomes_a_number() -> None:
    found = explained(dict.fromkeys(Feature, NAN), history=0, market=MarketSeries.not_available(NOON, 1))
    assert found.regime is Regime.NONE
    assert all(math.isnan(line.value) and not line.meaning for line in found.features)
    assert math.isnan(found.threshold.threshold)
    assert found.market.btc.short_term is None
    assert found.market.macro is MacroRegime.NOT_AVAILABLE


def test_without_the_market_its_vetoes_and_the_score_are_not_evaluated() -> None:
    found = explained(market=MarketSeries.not_available(NOON, 1))
    unasked = [line.gate for line in found.steps if line.outcome is Outcome.NOT_ASKED]
    assert unasked == [Gate.BTC_VETO, Gate.MACRO_VETO, Gate.SCORE_LOW]
    assert math.isnan(candidate_of(found).score.score)


def test_quiet_hours_show_what_the_signal_would_have_been_worth() -> None:
    found = explained(bar=THREE)
    assert found.side == 0
    assert candidate_of(found).side == 1
    # As texts: what is n/a is equal too.
    assert str(candidate_of(found).score) == str(candidate_of(explained()).score)


def test_exempt_coins_and_switched_off_quiet_hours_pass() -> None:
    exempt = step(explained(symbol="BTC/USDT:USDT", bar=THREE), Gate.HOURS)
    assert (exempt.outcome, exempt.detail) == (
        Outcome.PASSED,
        "03:00 UTC; quiet from 02 to 06, BTC is exempt",
    )
    settings = with_settings(signal={"schedule": {"quiet_hours": False}})
    off = step(explained(bar=THREE, settings=settings), Gate.HOURS)
    assert (off.outcome, off.detail) == (Outcome.PASSED, "03:00 UTC; quiet hours are off")


def test_the_random_regime_says_what_the_order_book_says() -> None:
    agrees = step(explained(RANDOM, IMBALANCE=3.0), Gate.REGIME)
    assert agrees.outcome is Outcome.PASSED
    assert agrees.detail == "H 0.5: random, LONG needs an imbalance of 2 % on its side, the book has 3 %"
    refuses = step(explained(RANDOM, IMBALANCE=-3.0), Gate.REGIME)
    assert refuses.outcome is Outcome.STOPPED


def test_the_random_regime_without_a_book_says_that_its_threshold_is_raised() -> None:
    found = explained(RANDOM)
    assert found.threshold.no_book_factor == pytest.approx(1.3)
    assert "abs(z) 2.4 > 1.3 × threshold" in step(found, Gate.REGIME).detail


def test_a_sweep_with_the_side_and_none_at_all_are_told_apart() -> None:
    assert step(explained(SWEEP=1.0), Gate.SWEEP_VETO).detail == "sweep bullish"
    assert step(explained(), Gate.SWEEP_VETO).detail == "no sweep"


def test_the_threshold_is_the_product_of_its_factors() -> None:
    for found in (explained(ATR_PCT=3.0), explained(ATR_PCT=0.3), explained(RANDOM), explained(TRENDING)):
        line = found.threshold
        product = line.setting * line.hurst_factor * line.volatility_factor * line.no_book_factor
        assert product == pytest.approx(line.threshold)
    assert explained(ATR_PCT=3.0).threshold.volatility_factor == pytest.approx(1.1)


# ---------------------------------------------------------------- outlooks


@pytest.mark.parametrize(
    ("features", "live", "long", "short"),
    [
        ({**REVERSION, Feature.ZSCORE: 0.5}, False, "z below −1.287", "z above 1.287"),
        ({**TRENDING, Feature.ZSCORE: 0.5}, False, "z above 1.451", "z below −1.451"),
        ({**RANDOM, Feature.ZSCORE: 0.5}, False, "z below −1.768", "z above 1.768"),
        (
            {**RANDOM, Feature.ZSCORE: 0.5},
            True,
            "z below −1.36 and an order-book imbalance of 2 % or more",
            "z above 1.36 and an order-book imbalance of −2 % or less",
        ),
    ],
)
def test_without_a_side_both_say_what_they_would_need(
    features: dict[Feature, float], live: bool, long: str, short: str
) -> None:
    found = explained(features, live=live)
    assert [(line.side, line.needs) for line in found.outlooks] == [(1, long), (-1, short)]
    assert found.candidate is None


def test_without_a_side_both_say_which_veto_they_would_have_met() -> None:
    long, short = explained(ZSCORE=0.5, FUNDING_RATE=-0.09).outlooks
    vetoes = [{line.gate for line in side.steps if line.outcome is Outcome.STOPPED} for side in (long, short)]
    assert vetoes == [set(), {Gate.FUNDING_VETO, Gate.MTF_VETO}]


# ---------------------------------------------------------------- everything


def test_every_feature_is_listed_once_and_codes_have_words() -> None:
    listed = [feature for group in GROUPS.values() for feature in group]
    assert sorted(listed) == list(Feature)
    lines = {line.feature: line for line in explained().features}
    assert lines[Feature.STOCH_RSI_CROSS].meaning == "bullish"
    assert lines[Feature.DAILY_TREND].meaning == "bullish"
    assert lines[Feature.RSI].meaning == ""


def test_the_market_is_shown_as_the_filters_read_it() -> None:
    market = explained(market=market_of(NOON, btc_short_term=-1.0, flash_crash=1.0)).market
    assert (market.btc.hour, market.btc.short_term, market.btc.daily) == (0.2, Trend.BEARISH, Trend.NEUTRAL)
    assert market.flash_crash == 1.0
    assert market.macro is MacroRegime.RANGING


def test_a_candle_that_was_not_decided_cannot_be_explained() -> None:
    block = block_of(REVERSION, symbol="SOL/USDT:USDT", bar=NOON, history=1500)
    coins, market = coins_of("SOL/USDT:USDT"), market_of(NOON)
    decisions = decide(block, market.values, coins, SETTINGS, live=False)
    for coin, bar in ((0, 1), (1, 0), (0, -1)):
        with pytest.raises(IndexError):
            explain(Candle.of(block, market, coins, decisions, SETTINGS, live=False, coin=coin, bar=bar))


def random_batch(seed: int, bars: int = 24) -> tuple[FeatureBlock, MarketSeries, CoinTable]:
    """Two coins whose features scatter about every limit, some of them missing."""
    draw = np.random.default_rng(seed)
    symbols = ("SOL/USDT:USDT", "BTC/USDT:USDT")
    values = np.full((len(Feature), 2, bars), NAN)
    for feature, typical in REVERSION.items():
        values[feature] = typical * draw.uniform(0.7, 1.4, (2, bars))
    values[Feature.ZSCORE] = draw.uniform(-3.0, 3.0, (2, bars))
    values[Feature.HURST] = draw.uniform(0.35, 0.65, (2, bars))
    for feature in (
        Feature.SWEEP,
        Feature.ADX_TREND,
        Feature.FVG,
        Feature.STOCH_RSI_CROSS,
        Feature.DAILY_TREND,
    ):
        values[feature] = draw.integers(-1, 2, (2, bars))
    values[Feature.FUNDING_RATE] = draw.uniform(-0.12, 0.12, (2, bars))
    values[Feature.IMBALANCE] = np.where(
        draw.random((2, bars)) < 0.5, NAN, draw.uniform(-9.0, 9.0, (2, bars))
    )
    values[Feature.CHANGE_4H] = draw.uniform(-2.0, 2.0, (2, bars))
    values[Feature.EMA_GAP_4H] = values[Feature.CHANGE_4H]
    values[Feature.QUOTE_VOLUME_24H] = draw.choice([5e5, 5e7, 2e9], (2, bars))
    values[Feature.ATR_1H] *= draw.choice([1.0, 12.0], (2, bars))
    missing = draw.random(values.shape) < 0.01
    values[missing] = NAN
    market = market_of(NOON)
    columns = {
        name: draw.integers(-2, 3, bars).astype(np.float64)
        for name in ("btc_short_term", "btc_daily", "eth_trend")
    }
    flags = {name: np.zeros(bars) for name in ("flash_crash", "flash_pump", "eth_flash")}
    minutes = {name: np.full(bars, math.inf) for name in ("minutes_since_crash", "minutes_since_pump")}
    macro = draw.integers(0, len(MacroRegime), bars).astype(np.int8)
    changes = Changes(*(np.zeros(bars) for _ in range(4)))
    market = replace(
        market,
        btc=changes,
        eth=changes,
        values=MarketValues(**columns, **flags, **minutes, macro=macro),
        smt=np.zeros(bars),
    )
    history = np.where(draw.random((2, bars)) < 0.05, 900, 1500)
    unknown = draw.random() < 0.2
    coins = CoinTable(
        symbols, np.array([0.01, NAN if unknown else 0.1]), np.full(2, 0.01), np.array([75.0, 125.0])
    )
    return FeatureBlock(symbols, NOON, values, history), market, coins


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), live=st.booleans())
def test_an_explanation_always_stops_where_the_decision_did(seed: int, live: bool) -> None:
    block, market, coins = random_batch(seed, bars=4)
    decisions = decide(block, market.values, coins, SETTINGS, live=live)
    for coin in range(2):
        for bar in range(4):
            found = explain(
                Candle.of(block, market, coins, decisions, SETTINGS, live=live, coin=coin, bar=bar)
            )
            assert first_stop(found) is found.gate is Gate(int(decisions.gate[coin, bar]))
            assert found.side == decisions.side[coin, bar]


def test_a_candidate_is_explained_with_the_numbers_that_were_decided() -> None:
    block, market, coins = random_batch(7, bars=200)
    decisions = decide(block, market.values, coins, SETTINGS, live=False)
    signals = decisions.signals
    assert signals.count > 100
    for k in range(signals.count):
        coin, bar = int(signals.coin[k]), int(signals.bar[k])
        lines = candidate_of(
            explain(Candle.of(block, market, coins, decisions, SETTINGS, live=False, coin=coin, bar=bar))
        )
        shown = np.array(
            [
                lines.score.raw,
                lines.score.score,
                lines.score.minimum,
                lines.leverage.leverage,
                lines.entry.entry_price,
                lines.levels.stop_distance_pct,
                lines.size.size_factor,
                lines.timeframes.total,
                lines.market.penalty,
                *(line.points for line in lines.score.layers if line.number not in (18, 23)),
            ]
        )
        decided = np.array(
            [
                signals.raw[k],
                signals.score[k],
                signals.minimum[k],
                signals.leverage[k],
                signals.entry_price[k],
                signals.stop_distance_pct[k],
                signals.size_factor[k],
                signals.timeframes.total[k],
                signals.market.penalty[k],
                *signals.points[:, k],
            ]
        )
        np.testing.assert_array_equal(shown, decided)


# ---------------------------------------------------------------- words


def test_numbers_are_short_and_missing_ones_are_not_available() -> None:
    texts = [number(value) for value in (1.5, -3.0, 0.0, -0.001, 1234567.891, NAN)]
    assert texts == ["1.5", "−3", "0", "0", "1,234,567.89", "n/a"]
    assert number(1200.0, 0) == "1,200"
    assert (with_unit(1.5, "%"), with_unit(NAN, "%")) == ("1.5 %", "n/a")


# ---------------------------------------------------------------- funnel


def tally(seed: int) -> tuple[Decisions, Tally]:
    block, market, coins = random_batch(seed, bars=300)
    decisions = decide(block, market.values, coins, SETTINGS, live=False)
    return decisions, Tally.of(decisions, np.full((2, 300), fill_value=True))


def counts(funnel: Funnel) -> dict[str, int]:
    return {line.name: line.count for line in funnel.gates}


def test_a_funnel_counts_every_candle_at_its_gate() -> None:
    decisions, piece = tally(1)
    funnel = funnel_of([piece])
    assert funnel.candles == 600
    assert counts(funnel) == {
        gate.name: int(np.count_nonzero(decisions.gate == gate))
        for gate in Gate
        if gate not in (Gate.GUARD, Gate.INTERVAL)
    }
    assert sum(line.share_pct for line in funnel.gates) == pytest.approx(100.0)


def test_a_funnel_counts_accepted_signals_by_side_and_regime() -> None:
    decisions, piece = tally(1)
    funnel = funnel_of([piece])
    accepted = decisions.accepted()
    assert [(line.name, line.count) for line in funnel.sides] == [
        ("LONG", int(np.count_nonzero(accepted & (decisions.side > 0)))),
        ("SHORT", int(np.count_nonzero(accepted & (decisions.side < 0)))),
    ]
    assert {line.regime: line.accepted for line in funnel.regimes} == {
        regime: int(np.count_nonzero(accepted & (decisions.regime == regime)))
        for regime in (Regime.MEAN_REVERSION, Regime.TRENDING, Regime.RANDOM)
    }


def test_a_funnel_shows_the_scores_of_the_candidates_that_got_that_far() -> None:
    decisions, piece = tally(1)
    funnel = funnel_of([piece])
    scores = decisions.signals.score[decisions.signals.gate >= Gate.SCORE_LOW]
    assert funnel.scored == scores.size > 0
    assert sum(line.count for line in funnel.histogram) == scores.size
    assert funnel.histogram[-1].count == np.count_nonzero(scores == 100.0)
    assert funnel.distributions[0].deciles[0] == scores.min()
    assert funnel.distributions[0].deciles[-1] == scores.max()
    assert funnel.distributions[0].mean == pytest.approx(scores.mean())


def test_the_funnel_of_pieces_is_that_of_the_whole() -> None:
    decisions, whole = tally(2)
    halves = [np.tile(np.arange(300) < 150, (2, 1)), np.tile(np.arange(300) >= 150, (2, 1))]
    pieces = funnel_of(Tally.of(decisions, half) for half in halves)
    assert counts(pieces) == counts(funnel_of([whole]))
    assert pieces.scored == funnel_of([whole]).scored


def test_candles_that_do_not_exist_are_not_counted() -> None:
    decisions, _ = tally(3)
    assert funnel_of([Tally.of(decisions, np.full((2, 300), fill_value=False))]).candles == 0


def test_the_funnel_of_nothing_has_no_shares() -> None:
    funnel = funnel_of([])
    assert funnel.candles == funnel.scored == 0
    assert all(math.isnan(line.share_pct) for line in (*funnel.gates, *funnel.histogram))
    assert all(math.isnan(value) for line in funnel.distributions for value in (*line.deciles, line.mean))
