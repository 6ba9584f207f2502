"""Market filters: exempt coins, the macro regime for every coin, and a market that is not known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hhq.market.filters import EXPLANATIONS, MarketReason, market_filter
from hhq.market.values import MarketValues
from hhq.regime import MacroRegime
from hhq.settings.market import MacroSettings, MarketSettings
from tests.hhq.market.filtered import (
    ETH,
    LONG,
    NAN,
    NONE,
    RULE,
    SHORT,
    SHORT_TERM,
    adjustment,
    ask,
    reason,
    values,
)


def test_btc_is_exempt_from_the_rules_about_btc_and_not_from_those_about_eth() -> None:
    stopped = values(-2, -2, crash=1.0, since_crash=0.0)
    assert (reason(ask(LONG, stopped, "BTC")), adjustment(ask(LONG, stopped, "BTC"))) == (
        MarketReason.NONE,
        NONE,
    )
    assert ask(LONG, values(since_crash=10.0), "BTC").size_factor.tolist() == [1.0]
    assert adjustment(ask(LONG, values(short=-1, daily=-1), "BTC")) == NONE
    assert adjustment(ask(LONG, values(short=2), "BTC")) == NONE
    assert adjustment(ask(LONG, values(eth=-2), "BTC")) == ETH
    assert adjustment(ask(LONG, values(short=-1, eth=-2), "BTC")) == ETH
    assert adjustment(ask(LONG, values(short=-2, eth=-2), "BTC")) == NONE
    assert reason(ask(LONG, values(eth_flash=1.0), "BTC")) == MarketReason.ETH_FLASH


def test_eth_is_exempt_from_the_rules_about_eth_and_not_from_those_about_btc() -> None:
    assert reason(ask(LONG, values(eth=-2, eth_flash=1.0), "ETH")) == MarketReason.NONE
    assert adjustment(ask(LONG, values(eth=-2), "ETH")) == NONE
    assert adjustment(ask(LONG, values(short=-1, eth=-2), "ETH")) == SHORT_TERM
    assert reason(ask(LONG, values(daily=-2), "ETH")) == MarketReason.BTC_DAILY_STRONG


@pytest.mark.parametrize(
    ("macro", "side", "veto", "score", "size", "minimum"),
    [
        (MacroRegime.TRENDING_UP, LONG, False, 1.0, 1.15, 1.0),
        (MacroRegime.TRENDING_UP, SHORT, False, 0.8, 1.0, 1.0),
        (MacroRegime.TRENDING_DOWN, LONG, True, 1.0, 1.0, 1.0),
        (MacroRegime.TRENDING_DOWN, SHORT, False, 1.0, 1.2, 1.0),
        (MacroRegime.VOLATILE, LONG, False, 1.0, 1.0, 1.15),
        (MacroRegime.VOLATILE, SHORT, False, 1.0, 1.0, 1.15),
        (MacroRegime.QUIET, LONG, False, 1.0, 1.0, 1.0),
        (MacroRegime.RANGING, SHORT, False, 1.0, 1.0, 1.0),
    ],
)
@pytest.mark.parametrize("coin", ["SOL", "BTC", "ETH"])
def test_the_macro_regime_follows_the_table_for_every_coin(
    coin: str, macro: MacroRegime, side: float, veto: bool, score: float, size: float, minimum: float
) -> None:
    decision = ask(side, values(macro=macro), coin)
    assert decision.macro_veto.tolist() == [veto]
    assert decision.veto.tolist() == [False]
    assert reason(decision) == (MarketReason.MACRO_DOWN if veto else MarketReason.NONE)
    assert decision.macro_score_factor.tolist() == [score]
    assert decision.macro_size_factor.tolist() == [size]
    assert decision.minimum_factor.tolist() == [minimum]
    assert decision.size_factor.tolist() == [1.0]


def test_a_veto_of_btc_comes_before_that_of_the_macro_regime() -> None:
    decision = ask(LONG, values(-2, macro=MacroRegime.TRENDING_DOWN))
    assert reason(decision) == MarketReason.BTC_SHORT_TERM_STRONG
    assert (decision.veto.tolist(), decision.macro_veto.tolist()) == ([True], [True])


def test_the_macro_veto_can_be_switched_off() -> None:
    settings = MarketSettings(macro=MacroSettings(down_long_veto=False))
    decision = ask(LONG, values(macro=MacroRegime.TRENDING_DOWN), settings=settings)
    assert (decision.macro_veto.tolist(), reason(decision)) == ([False], MarketReason.NONE)


BTC_INPUTS = ("btc_short_term", "btc_daily", "flash_crash", "flash_pump")
ETH_INPUTS = ("eth_trend", "eth_flash", "btc_short_term")


@pytest.mark.parametrize("missing", sorted({*BTC_INPUTS, *ETH_INPUTS}))
@pytest.mark.parametrize("coin", ["SOL", "BTC", "ETH"])
@pytest.mark.parametrize("side", [LONG, SHORT])
def test_a_filter_without_its_candles_stops_the_entry(missing: str, coin: str, side: float) -> None:
    needed = {"SOL": {*BTC_INPUTS, *ETH_INPUTS}, "BTC": {*ETH_INPUTS}, "ETH": {*BTC_INPUTS}}[coin]
    decision = ask(side, replace(values(), **{missing: np.array([NAN])}), coin)
    assert decision.not_available.tolist() == [missing in needed]


def test_without_a_macro_regime_nothing_is_entered() -> None:
    for coin in ("SOL", "BTC", "ETH"):
        assert ask(LONG, values(macro=MacroRegime.NOT_AVAILABLE), coin).not_available.tolist() == [True]


def test_what_is_not_available_has_no_veto_and_no_number() -> None:
    stopped = replace(values(-2, -2, crash=1.0, since_crash=0.0), eth_trend=np.array([NAN]))
    decision = ask(LONG, replace(stopped, macro=np.array([MacroRegime.TRENDING_DOWN], dtype=np.int8)))
    assert reason(decision) == MarketReason.NOT_AVAILABLE
    assert (decision.veto.tolist(), decision.macro_veto.tolist()) == ([False], [False])
    assert adjustment(decision)[0] == MarketReason.NONE
    for name in (
        "penalty",
        "bonus",
        "flash_size_factor",
        "macro_score_factor",
        "minimum_factor",
        "size_factor",
    ):
        assert np.isnan(getattr(decision, name)).all(), name


def test_nothing_is_available_of_an_unknown_market() -> None:
    unknown = MarketValues.not_available(3)
    assert not (unknown.btc_known() | unknown.eth_known() | unknown.macro_known()).any()


def test_no_candidates_give_no_decisions() -> None:
    none = np.empty(0)
    decision = market_filter(none, none > 0, none > 0, MarketValues.not_available(0), RULE)
    assert decision.size_factor.shape == decision.veto.shape == (0,)


def test_every_reason_has_a_text() -> None:
    assert set(EXPLANATIONS) == set(MarketReason)
