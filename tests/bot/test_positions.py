"""A position is there until the bot says that it is closed (lesson 33)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from companion.bot.positions import GONE_AFTER, Fate, Positions
from companion.bot.trade_models import OpenTrade
from tests.bot import answers


def opened(*ids: int) -> tuple[OpenTrade, ...]:
    return tuple(OpenTrade.model_validate(answers.trade(number)) for number in ids)


def test_an_empty_answer_closes_nothing() -> None:
    positions = Positions().after(opened(1, 2), {})
    for _ in range(10):
        positions = positions.after((), {1: Fate.UNANSWERED, 2: Fate.OPEN})
    assert positions.trades == opened(1, 2)
    assert set(positions.doubts) == {1, 2}


def test_a_closed_trade_is_dropped_at_once() -> None:
    positions = Positions().after(opened(1, 2), {})
    assert positions.after(opened(2), {1: Fate.CLOSED}).trades == opened(2)


def test_a_trade_that_the_bot_has_forgotten_is_dropped_after_two_answers() -> None:
    """Freqtrade deletes a trade whose entry order was cancelled without a fill."""
    positions = Positions().after(opened(1), {})
    positions = positions.after((), {1: Fate.UNKNOWN})
    assert positions.trades == opened(1)
    assert positions.after((), {1: Fate.UNKNOWN}).trades == ()


def test_a_trade_that_comes_back_is_no_longer_in_doubt() -> None:
    doubted = Positions().after(opened(1), {}).after((), {1: Fate.UNKNOWN})
    back = doubted.after(opened(1), {})
    assert back.doubts == {}
    assert back.after((), {1: Fate.UNKNOWN}).trades == opened(1)


def test_another_trade_of_the_same_id_replaces_the_first() -> None:
    """The bot was restarted with another database."""
    first = Positions().after(opened(1), {})
    other = (OpenTrade.model_validate(answers.trade(1, pair="ETH/USDT:USDT", open_timestamp=5)),)
    assert first.missing(other) == list(opened(1))
    assert first.after(other, {1: Fate.UNKNOWN}).trades == other


@given(
    st.lists(
        st.tuples(st.sets(st.integers(1, 6)), st.sampled_from([Fate.OPEN, Fate.UNANSWERED])), max_size=12
    )
)
def test_without_a_word_from_the_bot_no_position_is_lost(steps: list[tuple[set[int], Fate]]) -> None:
    positions, seen = Positions(), set[int]()
    for ids, fate in steps:
        answer = opened(*sorted(ids))
        missing = positions.missing(answer)
        positions = positions.after(answer, {trade.trade_id: fate for trade in missing})
        seen |= ids
        assert {trade.trade_id for trade in positions.trades} == seen
        assert positions.doubts.keys() == seen - ids
    assert GONE_AFTER > 1
