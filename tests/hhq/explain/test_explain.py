"""Explanations: they say what was decided, by the numbers that decided it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hhq.decide import decide
from hhq.explain.candle import Candle
from hhq.explain.explanation import explain
from hhq.explain.features import GROUPS
from hhq.features.catalogue import Feature
from hhq.gates import Gate
from hhq.language import Language
from hhq.market.values import Trend
from hhq.message import PERCENT, Quantity, number
from hhq.regime import MacroRegime
from hhq.settings import HHQSettings
from tests.hhq.explain.explained import (
    NAN,
    NOON,
    REVERSION,
    SETTINGS,
    WITHOUT_BOOK,
    block_of,
    candidate_of,
    coins_of,
    explained,
    first_stop,
    market_of,
    random_batch,
)


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
    decisions = decide(block, market.values, coins, SETTINGS)
    for coin, bar in ((0, 1), (1, 0), (0, -1)):
        with pytest.raises(IndexError):
            explain(Candle.of(block, market, coins, decisions, SETTINGS, coin=coin, bar=bar))


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), rules=st.sampled_from([SETTINGS, WITHOUT_BOOK]))
def test_an_explanation_always_stops_where_the_decision_did(seed: int, rules: HHQSettings) -> None:
    block, market, coins = random_batch(seed, bars=4)
    decisions = decide(block, market.values, coins, rules)
    for coin in range(2):
        for bar in range(4):
            found = explain(Candle.of(block, market, coins, decisions, rules, coin=coin, bar=bar))
            assert first_stop(found) is found.gate is Gate(int(decisions.gate[coin, bar]))
            assert found.side == decisions.side[coin, bar]


def test_a_candidate_is_explained_with_the_numbers_that_were_decided() -> None:
    block, market, coins = random_batch(7, bars=200)
    decisions = decide(block, market.values, coins, SETTINGS)
    signals = decisions.signals
    assert signals.count > 100
    for k in range(signals.count):
        coin, bar = int(signals.coin[k]), int(signals.bar[k])
        lines = candidate_of(
            explain(Candle.of(block, market, coins, decisions, SETTINGS, coin=coin, bar=bar))
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


def test_numbers_are_short_and_missing_ones_are_not_available() -> None:
    texts = [number(value) for value in (1.5, -3.0, 0.0, -0.001, 1234567.891, NAN)]
    assert texts == ["1.5", "−3", "0", "0", "1,234,567.89", "n/a"]
    assert number(1200.0, 0) == "1,200"
    shares = [Quantity(value, unit=PERCENT) for value in (1.5, -1.5, NAN)]
    assert [share.told(Language.ENGLISH) for share in shares] == ["1.5 %", "−1.5 %", "n/a"]
    assert [share.told(Language.TURKISH) for share in shares] == ["%1,5", "−%1,5", "yok"]
