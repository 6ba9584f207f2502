"""The stop that Freqtrade holds stays where it rests, however often it is answered and wherever the market goes."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from freqtrade.persistence import LocalTrade
from freqtrade.strategy import stoploss_from_absolute
from hypothesis import given
from hypothesis import strategies as st

from hhq_freqtrade.position.resting_stops import RestingStops

TICKS = (0.0001, 0.001, 0.01, 0.1, 0.05)


def resting(is_short: bool, entry: float, tick: float, leverage: float) -> tuple[RestingStops, LocalTrade]:
    facts: Any = SimpleNamespace(of=lambda pair: SimpleNamespace(tick_size=tick))
    trade = LocalTrade(
        id=1, pair="XRP/USDT:USDT", exchange="binance", is_short=is_short, leverage=leverage, open_rate=entry,
        amount=100.0, stake_amount=entry * 100.0 / leverage, fee_open=0.0005, fee_close=0.0005,
        open_date=datetime(2025, 8, 7, tzinfo=UTC), price_precision=tick, precision_mode=4, precision_mode_price=4,
    )  # fmt: skip
    trade.adjust_stop_loss(entry, 0.9, initial=True)
    return RestingStops(facts), trade


def answer(rests: RestingStops, trade: LocalTrade, price: float, rate: float, after_fill: bool) -> None:
    """Answer Freqtrade's question for the stop as a running bot does, and let it take the answer."""
    distance = stoploss_from_absolute(
        rests.nearest(trade, price), rate, is_short=trade.is_short, leverage=trade.leverage
    )
    trade.adjust_stop_loss(rate, distance, allow_refresh=after_fill)
    rests.note(trade, price)


@given(
    is_short=st.booleans(),
    ticks=st.integers(2_000, 200_000),
    tick=st.sampled_from(TICKS),
    leverage=st.integers(1, 75).map(float),
    way=st.lists(st.tuples(st.floats(0.001, 0.3), st.booleans()), min_size=2, max_size=40),
)
def test_a_stop_that_is_answered_again_and_again_does_not_move(
    is_short: bool, ticks: int, tick: float, leverage: float, way: list[tuple[float, bool]]
) -> None:
    entry, side = ticks * tick, -1 if is_short else 1
    rests, trade = resting(is_short, entry, tick, leverage)
    price = entry * (1.0 - side * 0.02)
    answer(rests, trade, price, entry, after_fill=True)
    rested = trade.stop_loss
    assert abs(rested - price) <= 1.001 * tick
    for away, after_fill in way:
        answer(rests, trade, price, rested * (1.0 + side * away), after_fill)
        assert trade.stop_loss == rested


@pytest.mark.parametrize("is_short", [False, True])
def test_a_stop_that_rested_nearer_than_the_engines_is_kept_through_fills(is_short: bool) -> None:
    side = -1 if is_short else 1
    rests, trade = resting(is_short, 3.0, 0.0001, 17.0)
    rests.bring_back(trade, 3.0 * (1.0 - side * 0.9))
    answer(rests, trade, 3.0 - side * 0.0273, 3.0, after_fill=True)
    rested = trade.stop_loss
    for step in range(1, 60):
        answer(rests, trade, 3.0 - side * 0.09, 3.0 + side * 0.0007 * step, after_fill=step % 3 == 0)
    assert trade.stop_loss == rested


@pytest.mark.parametrize("is_short", [False, True])
def test_a_stop_that_is_brought_back_at_a_restart_comes_to_its_own_tick(is_short: bool) -> None:
    side = -1 if is_short else 1
    for number in range(1, 400):
        stop = round(3.0 - side * 0.0001 * number, 4)
        rests, trade = resting(is_short, 3.0, 0.0001, 17.0)
        rests.bring_back(trade, stop)
        assert trade.stop_loss == stop


@pytest.mark.parametrize("known", [0.001, float("nan")], ids=["coarser", "unknown"])
@pytest.mark.parametrize("is_short", [False, True])
def test_the_trades_own_tick_counts_whatever_the_exchange_says_now(is_short: bool, known: float) -> None:
    side = -1 if is_short else 1
    _, trade = resting(is_short, 3.0, 0.0001, 17.0)
    facts: Any = SimpleNamespace(of=lambda pair: SimpleNamespace(tick_size=known))
    rests = RestingStops(facts)
    answer(rests, trade, 3.0 - side * 0.0273, 3.0, after_fill=True)
    rested = trade.stop_loss
    for step in range(1, 60):
        answer(rests, trade, 3.0 - side * 0.0273, 3.0 + side * 0.0007 * step, after_fill=step % 3 == 0)
    assert trade.stop_loss == rested
