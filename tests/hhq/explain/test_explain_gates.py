"""Explained gates: the one that stopped with its numbers, the others, and what both sides would need."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from hhq.coins import ContractType
from hhq.explain.gate_step import Outcome
from hhq.explain.tree import Explanation
from hhq.features.catalogue import Feature
from hhq.gates import Gate
from hhq.market.series import MarketSeries
from hhq.panel import CANDLE_MS
from hhq.regime import MacroRegime, Regime
from hhq.settings import HHQSettings
from tests.hhq.explain.explained import (
    NAN,
    NOON,
    RANDOM,
    REVERSION,
    SETTINGS,
    THREE,
    TRENDING,
    WITHOUT_BOOK,
    candidate_of,
    coins_of,
    explained,
    first_stop,
    market_of,
    step,
    with_settings,
)

GATES: dict[Gate, Callable[[], Explanation]] = {
    Gate.EXCLUDED: lambda: explained(symbol="USDC/USDT:USDT"),
    Gate.CONTRACT_TYPE: lambda: explained(
        coins=coins_of("SOL/USDT:USDT", contract=ContractType.TRADIFI_PERPETUAL)
    ),
    Gate.DELISTING: lambda: explained(
        coins=coins_of("SOL/USDT:USDT", delivery_ms=(NOON + 1) * CANDLE_MS + 45 * 60_000.0)
    ),
    Gate.DATA: lambda: explained(history=812),
    Gate.HOURS: lambda: explained(bar=THREE),
    Gate.Z: lambda: explained(ZSCORE=-0.4),
    Gate.REGIME: lambda: explained(RANDOM, ZSCORE=-1.5, settings=WITHOUT_BOOK),
    Gate.IMBALANCE_NA: lambda: explained(RANDOM),
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
    Gate.SIDE_OFF: lambda: explained(settings=with_settings(signal={"sides": {"mean_reversion": "short"}})),
    Gate.LIQUIDITY: lambda: explained(QUOTE_VOLUME_24H=9e5),
    Gate.COST: lambda: explained(ATR_1H_PCT=0.3, settings=with_settings(costs={"hurdle": True})),
    Gate.LEVERAGE: lambda: explained(ATR_1H=12.0, ATR_1H_PCT=12.0),
    Gate.SCORE_PASS: explained,
}
REASONS = {
    Gate.EXCLUDED: "USDC is in excluded_coins",
    Gate.CONTRACT_TYPE: "TRADIFI_PERPETUAL; traded: PERPETUAL",
    Gate.DELISTING: "delivery 2025-08-01 12:45 UTC, no entries from 2025-07-29 12:45 UTC, "
    "positions are closed from 2025-08-01 10:45 UTC",
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
    Gate.SIDE_OFF: "traded in the mean-reversion regime: short",
    Gate.COST: "% of ATR 1h (limit 15)",
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
    assert asked <= {Gate.EXCLUDED, Gate.CONTRACT_TYPE, Gate.DELISTING, Gate.DATA}
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
    found = explained(RANDOM, settings=WITHOUT_BOOK)
    assert found.threshold.no_book_factor == pytest.approx(1.3)
    assert "abs(z) 2.4 > 1.3 × threshold" in step(found, Gate.REGIME).detail


def test_a_sweep_with_the_side_and_none_at_all_are_told_apart() -> None:
    assert step(explained(SWEEP=1.0), Gate.SWEEP_VETO).detail == "sweep bullish"
    assert step(explained(), Gate.SWEEP_VETO).detail == "no sweep"


def test_the_threshold_is_the_product_of_its_factors() -> None:
    for found in (
        explained(ATR_PCT=3.0),
        explained(ATR_PCT=0.3),
        explained(RANDOM, settings=WITHOUT_BOOK),
        explained(TRENDING),
    ):
        line = found.threshold
        product = line.setting * line.hurst_factor * line.volatility_factor * line.no_book_factor
        assert product == pytest.approx(line.threshold)
    assert explained(ATR_PCT=3.0).threshold.volatility_factor == pytest.approx(1.1)


@pytest.mark.parametrize(
    ("features", "rules", "long", "short"),
    [
        ({**REVERSION, Feature.ZSCORE: 0.5}, SETTINGS, "z below −1.287", "z above 1.287"),
        ({**TRENDING, Feature.ZSCORE: 0.5}, SETTINGS, "z above 1.451", "z below −1.451"),
        ({**RANDOM, Feature.ZSCORE: 0.5}, WITHOUT_BOOK, "z below −1.768", "z above 1.768"),
        (
            {**RANDOM, Feature.ZSCORE: 0.5},
            SETTINGS,
            "z below −1.36 and an order-book imbalance of 2 % or more",
            "z above 1.36 and an order-book imbalance of −2 % or less",
        ),
    ],
)
def test_without_a_side_both_say_what_they_would_need(
    features: dict[Feature, float], rules: HHQSettings, long: str, short: str
) -> None:
    found = explained(features, settings=rules)
    assert [(line.side, line.needs) for line in found.outlooks] == [(1, long), (-1, short)]
    assert found.candidate is None


def test_without_a_side_both_say_which_veto_they_would_have_met() -> None:
    long, short = explained(ZSCORE=0.5, FUNDING_RATE=-0.09).outlooks
    vetoes = [{line.gate for line in side.steps if line.outcome is Outcome.STOPPED} for side in (long, short)]
    assert vetoes == [set(), {Gate.FUNDING_VETO, Gate.MTF_VETO}]


def test_without_a_side_one_that_is_switched_off_says_so() -> None:
    off = with_settings(signal={"sides": {"mean_reversion": "short"}})
    long, short = explained(ZSCORE=0.5, settings=off).outlooks
    stopped = [
        {line.gate for line in side.steps if line.outcome is Outcome.STOPPED} for side in (long, short)
    ]
    assert Gate.SIDE_OFF in stopped[0]
    assert Gate.SIDE_OFF not in stopped[1]
