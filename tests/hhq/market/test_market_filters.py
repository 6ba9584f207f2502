"""Market filters: every rule of docs/signal.md, their order, exemptions, missing candles, symmetry."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hhq.market.filters import EXPLANATIONS, MarketDecision, MarketReason, market_filter
from hhq.market.values import MarketValues
from hhq.regime import MacroRegime
from hhq.score import market_score, with_macro
from hhq.settings.market import FlashSettings, MacroSettings, MarketSettings

NAN, INF = float("nan"), float("inf")
LONG, SHORT = 1.0, -1.0
RULE = MarketSettings()


def values(
    short: float = 0.0,
    daily: float = 0.0,
    eth: float = 0.0,
    crash: float = 0.0,
    since_crash: float = INF,
    pump: float = 0.0,
    since_pump: float = INF,
    eth_flash: float = 0.0,
    macro: MacroRegime = MacroRegime.RANGING,
) -> MarketValues:
    numbers = (short, daily, eth, crash, since_crash, pump, since_pump, eth_flash)
    names = [field.name for field in fields(MarketValues) if field.name != "macro"]
    arrays = {name: np.array([number], dtype=np.float64) for name, number in zip(names, numbers, strict=True)}
    return MarketValues(**arrays, macro=np.array([macro], dtype=np.int8))


def ask(
    side: float, market: MarketValues, coin: str = "SOL", settings: MarketSettings = RULE
) -> MarketDecision:
    return market_filter(
        np.array([side]), np.array([coin == "BTC"]), np.array([coin == "ETH"]), market, settings
    )


def outcome(decision: MarketDecision) -> dict[str, object]:
    found = {f.name: getattr(decision, f.name).tolist() for f in fields(decision)}
    return found | {"size_factor": decision.size_factor.tolist()}


def reason(decision: MarketDecision) -> MarketReason:
    return MarketReason(int(decision.veto_reason[0]))


def adjustment(decision: MarketDecision) -> tuple[MarketReason, float, float]:
    return (
        MarketReason(int(decision.adjustment[0])),
        float(decision.penalty[0]),
        float(decision.bonus[0]),
    )


NONE = (MarketReason.NONE, 0.0, 0.0)
DAILY = (MarketReason.BTC_DAILY_AGAINST, 0.3, 0.0)
SHORT_TERM = (MarketReason.BTC_SHORT_TERM_AGAINST, 0.2, 0.0)
ETH = (MarketReason.ETH_STRONG_AGAINST, 0.3, 0.0)
ALIGNED = (MarketReason.BTC_ALIGNED, 0.0, 0.2)

LONG_VETOES = [
    # short-term, daily, ETH, expected
    (-1, -1, 0, MarketReason.BTC_DAILY_AND_SHORT_TERM),
    (-2, -2, 0, MarketReason.BTC_DAILY_AND_SHORT_TERM),
    (-2, -1, 0, MarketReason.BTC_DAILY_AND_SHORT_TERM),
    (0, -2, 0, MarketReason.BTC_DAILY_STRONG),
    (2, -2, 0, MarketReason.BTC_DAILY_STRONG),
    (-2, 0, 0, MarketReason.BTC_SHORT_TERM_STRONG),
    (-2, 2, -2, MarketReason.BTC_SHORT_TERM_STRONG),
    (-1, 0, 0, MarketReason.NONE),
    (0, -1, 0, MarketReason.NONE),
    (2, 2, -2, MarketReason.NONE),
]


@pytest.mark.parametrize(("short", "daily", "eth", "expected"), LONG_VETOES)
def test_trends_against_the_side_are_vetoes_in_their_order(
    short: float, daily: float, eth: float, expected: MarketReason
) -> None:
    decision = ask(LONG, values(short, daily, eth))
    assert reason(decision) == expected
    assert decision.veto[0] == (expected != MarketReason.NONE)
    mirrored = ask(SHORT, values(-short, -daily, -eth))
    assert outcome(mirrored) == outcome(decision)


LONG_ADJUSTMENTS = [
    # short-term, daily, ETH, expected
    (0, 0, 0, NONE),
    (0, -1, 0, DAILY),
    (1, -1, 0, DAILY),
    (2, -1, 0, DAILY),
    (0, -1, -2, DAILY),
    (-1, 0, 0, SHORT_TERM),
    (-1, 2, 0, SHORT_TERM),
    (-1, 0, -1, SHORT_TERM),
    (-1, 0, -2, ETH),
    (0, 0, -2, ETH),
    (2, 2, -2, ETH),
    (0, 0, -1, NONE),
    (0, 2, 2, NONE),
    (1, 0, 0, ALIGNED),
    (1, 1, -1, ALIGNED),
    (2, 2, 2, ALIGNED),
]


@pytest.mark.parametrize(("short", "daily", "eth", "expected"), LONG_ADJUSTMENTS)
def test_the_largest_penalty_wins_and_a_bonus_never_overwrites_it(
    short: float, daily: float, eth: float, expected: tuple[MarketReason, float, float]
) -> None:
    """An earlier system let the bonus for an aligned trend overwrite a penalty (lesson 16)."""
    decision = ask(LONG, values(short, daily, eth))
    assert not decision.veto[0]
    assert adjustment(decision) == expected
    _, penalty, bonus = expected
    assert decision.size_factor.tolist() == [(1 - penalty) * (1 + bonus)]
    assert outcome(ask(SHORT, values(-short, -daily, -eth))) == outcome(decision)


def test_a_penalty_lowers_the_score_before_the_minimum_is_applied() -> None:
    """An earlier system applied its penalties after the test of the score (lesson 17)."""
    raw = np.array([80.0])
    free, punished = ask(LONG, values()), ask(LONG, values(short=-1))
    minimum = with_macro(68.0, free.minimum_factor)
    assert market_score(raw, free.penalty, free.macro_score_factor) >= minimum
    assert market_score(raw, punished.penalty, punished.macro_score_factor) < minimum
    assert market_score(raw, punished.penalty, punished.macro_score_factor).tolist() == [64.0]


def test_a_bonus_raises_the_size_and_not_the_score() -> None:
    decision = ask(LONG, values(short=1))
    assert decision.size_factor.tolist() == [1.2]
    assert market_score(np.array([70.0]), decision.penalty, decision.macro_score_factor).tolist() == [70.0]


@pytest.mark.parametrize(
    ("on", "minutes", "veto", "size"),
    [
        (1.0, 0.0, True, 1.0),
        (0.0, 0.0, True, 1.0),
        (0.0, 5.0, True, 1.0),
        (0.0, 10.0, False, 0.5),
        (0.0, 15.0, False, 0.5),
        (0.0, 20.0, False, 0.75),
        (0.0, 25.0, False, 0.75),
        (0.0, 30.0, False, 1.0),
        (0.0, INF, False, 1.0),
    ],
)
def test_a_flash_move_blocks_for_ten_minutes_and_then_shrinks_the_size(
    on: float, minutes: float, veto: bool, size: float
) -> None:
    crash = ask(LONG, values(crash=on, since_crash=minutes))
    assert reason(crash) == (MarketReason.FLASH_CRASH if veto else MarketReason.NONE)
    assert (crash.veto.tolist(), crash.flash_size_factor.tolist()) == ([veto], [size])
    pump = ask(SHORT, values(pump=on, since_pump=minutes))
    assert reason(pump) == (MarketReason.FLASH_PUMP if veto else MarketReason.NONE)
    assert (pump.veto.tolist(), pump.flash_size_factor.tolist()) == ([veto], [size])
    for unharmed in (
        ask(SHORT, values(crash=on, since_crash=minutes)),
        ask(LONG, values(pump=on, since_pump=minutes)),
    ):
        assert (unharmed.veto.tolist(), unharmed.size_factor.tolist()) == ([False], [1.0])


def test_a_flash_move_blocks_while_it_is_on_even_without_block_minutes() -> None:
    settings = MarketSettings(flash=FlashSettings(block_minutes=0))
    assert (
        reason(ask(LONG, values(crash=1.0, since_crash=0.0), settings=settings)) == MarketReason.FLASH_CRASH
    )
    assert ask(LONG, values(since_crash=0.0), settings=settings).size_factor.tolist() == [0.5]


def test_a_flash_move_is_the_first_reason_and_all_size_factors_multiply() -> None:
    assert reason(ask(LONG, values(-2, -2, -2, crash=1.0, eth_flash=1.0))) == MarketReason.FLASH_CRASH
    decision = ask(LONG, values(short=-1, since_crash=10.0))
    assert decision.size_factor.tolist() == [0.5 * 0.8]


def test_an_eth_flash_crash_blocks_long_only() -> None:
    assert reason(ask(LONG, values(-2, -2, eth_flash=1.0))) == MarketReason.ETH_FLASH
    assert reason(ask(SHORT, values(eth_flash=1.0))) == MarketReason.NONE


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


TRENDS = st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0, NAN])
SINCE = st.sampled_from([0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, INF])
SIDEWAYS = st.sampled_from(
    [MacroRegime.NOT_AVAILABLE, MacroRegime.RANGING, MacroRegime.QUIET, MacroRegime.VOLATILE]
)
TURNED = {
    MarketReason.FLASH_CRASH: MarketReason.FLASH_PUMP,
    MarketReason.FLASH_PUMP: MarketReason.FLASH_CRASH,
}


@settings(deadline=None)
@given(
    short=TRENDS, daily=TRENDS, eth=TRENDS, on=st.booleans(), since=SINCE, pump_on=st.booleans(),
    pump_since=SINCE,
    macro=SIDEWAYS, side=st.sampled_from([LONG, SHORT]), coin=st.sampled_from(["SOL", "BTC", "ETH"]),
)  # fmt: skip
def test_the_other_side_on_the_mirrored_market_is_treated_the_same(
    short: float, daily: float, eth: float, on: bool, since: float, pump_on: bool, pump_since: float,
    macro: MacroRegime, side: float, coin: str,
) -> None:  # fmt: skip
    one = ask(side, values(short, daily, eth, on, since, pump_on, pump_since, 0.0, macro), coin)
    other = ask(-side, values(-short, -daily, -eth, pump_on, pump_since, on, since, 0.0, macro), coin)
    for field in fields(one):
        if field.name != "veto_reason":
            np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name), field.name)
    assert TURNED.get(reason(one), reason(one)) == reason(other)


@settings(deadline=None)
@given(data=st.data(), count=st.integers(1, 12))
def test_candidates_are_decided_independently_of_their_neighbours(data: st.DataObject, count: int) -> None:
    rows = [
        values(
            data.draw(TRENDS), data.draw(TRENDS), data.draw(TRENDS), data.draw(st.sampled_from([0.0, 1.0])),
            data.draw(SINCE), 0.0, data.draw(SINCE), data.draw(st.sampled_from([0.0, 1.0])),
            data.draw(st.sampled_from(list(MacroRegime))),
        )
        for _ in range(count)
    ]  # fmt: skip
    sides = [data.draw(st.sampled_from([LONG, SHORT])) for _ in rows]
    coins = [data.draw(st.sampled_from(["SOL", "BTC", "ETH"])) for _ in rows]
    names = [field.name for field in fields(MarketValues)]
    together = MarketValues(*(np.concatenate([getattr(row, name) for row in rows]) for name in names))
    order = np.array(data.draw(st.permutations(range(count))))
    batch = market_filter(
        np.array(sides)[order],
        np.array(coins)[order] == "BTC",
        np.array(coins)[order] == "ETH",
        together.at(order),
        RULE,
    )
    for place, entry in enumerate(order):
        alone = ask(sides[entry], rows[entry], coins[entry])
        for field in fields(alone):
            np.testing.assert_array_equal(
                getattr(alone, field.name)[0], getattr(batch, field.name)[place], err_msg=field.name
            )
    assert np.all((batch.penalty == 0) | (batch.bonus == 0) | batch.not_available)
