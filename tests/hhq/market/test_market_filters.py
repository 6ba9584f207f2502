"""Market filters: trends, flash moves, penalties and bonus of docs/signal.md, and the order in which they count."""

from __future__ import annotations

import numpy as np
import pytest

from hhq.market.filters import MarketReason
from hhq.score import market_score, with_macro
from hhq.settings.market import FlashSettings, MarketSettings
from tests.hhq.market.filtered import (
    ALIGNED,
    DAILY,
    ETH,
    INF,
    LONG,
    NONE,
    SHORT,
    SHORT_TERM,
    adjustment,
    ask,
    outcome,
    reason,
    values,
)

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
