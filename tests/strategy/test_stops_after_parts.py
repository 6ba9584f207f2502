"""What Freqtrade does to a stop after a partial exit, and ids that SQLite gives a second time, close no position."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from freqtrade.enums import ExitCheckTuple, ExitType
from freqtrade.persistence import Trade

from hhq.exits.slots import StateSlot as S
from hhq_shared.trade_keys import FOUND_STOP_KEY, STATE_KEY
from tests.strategy.rig import SIGNAL_AT, Bot, Rig

UNDER_WATER = 1.03
"""The entry lies so far above the market in these tests: less than the stop's way to the kill switch."""


@pytest.fixture
def bot(rig: Rig) -> Iterator[Bot]:
    with rig.bot(SIGNAL_AT) as running:
        running.until(lambda: any(trade.has_open_position for trade in running.trades()))
        yield running


def put_under_water(bot: Bot, trade: Trade) -> float:
    """Let the LONG have been entered far above the market, with a stop just below it; the market's price."""
    rate = float(bot.freqtrade.exchange.get_rate(trade.pair, side="exit", is_short=False, refresh=True))
    for order in trade.orders:
        order.price = order.average = rate * UNDER_WATER
    trade.leverage = 1.0
    trade.recalc_trade_from_orders()
    book = bot.strategy.run.book
    state = book.take_up(trade).copy()
    state[S.ENTRY], state[S.LEVERAGE] = trade.open_rate, 1.0
    state[S.STOP], state[S.STOP_WIDTH], state[S.LIQUIDATION] = rate * 0.99, 0.0, rate * 0.1
    state[S.EMERGENCY] = rate * 0.9
    state[S.KILL_FIRST_ROI_PCT], state[S.KILL_FULL_ROI_PCT] = -40.0, -50.0
    book._keep(trade, state)
    return rate


def test_a_reduction_under_water_does_not_become_a_full_exit(bot: Bot) -> None:
    (trade,) = bot.trades()
    rate = put_under_water(bot, trade)
    bot.loop()
    (trade,) = bot.trades()
    resting, amount = trade.stop_loss, trade.amount
    assert resting == pytest.approx(rate * 0.99, rel=1e-4)
    bot.freqtrade.execute_trade_exit(
        trade, rate, ExitCheckTuple(exit_type=ExitType.FORCE_EXIT), sub_trade_amt=amount / 2
    )
    assert trade.open_rate * (1.0 + trade.stop_loss_pct) > rate, "Freqtrade would sell the rest at once"
    for _ in range(3):
        bot.loop()
    (trade,) = bot.trades()
    assert trade.is_open
    assert trade.amount == pytest.approx(amount / 2, rel=0.01)
    assert trade.stop_loss == pytest.approx(resting, abs=2 * trade.price_precision)


def test_the_next_trade_with_the_id_of_a_deleted_one_has_a_state_of_its_own(bot: Bot) -> None:
    (trade,) = bot.trades()
    number, before = trade.id, bot.strategy.run.book.take_up(trade).copy()
    trade.delete()
    stranger = stranger_with(bot)
    assert stranger.id == number, "SQLite gives the id again"
    state = bot.strategy.run.book.take_up(stranger)
    assert state[S.ENTRY] == stranger.open_rate != before[S.ENTRY]
    assert state[S.STOP] < stranger.open_rate
    bot.strategy.run.begin_loop(bot.now)
    assert list(bot.strategy.run.book._states) == [(number, stranger.pair, stranger.open_date_utc)]


def test_a_state_that_a_deleted_trade_has_left_in_the_database_is_not_taken(bot: Bot) -> None:
    (trade,) = bot.trades()
    left = trade.get_custom_data(STATE_KEY)
    trade.delete()
    bot.loop()
    stranger = stranger_with(bot)
    stranger.set_custom_data(STATE_KEY, left)
    assert bot.strategy.run.book.take_up(stranger)[S.ENTRY] == stranger.open_rate


def stranger_with(bot: Bot) -> Any:
    stranger = Trade(
        pair="ETH/USDT:USDT", base_currency="ETH", stake_currency="USDT", exchange="binance", is_open=True,
        is_short=False, leverage=5.0, stake_amount=10.0, amount=100.0, amount_requested=100.0, open_rate=0.5,
        open_date=bot.now, fee_open=0.0005, fee_close=0.0005, strategy="HHQStrategy", timeframe=5,
        trading_mode="futures", stop_loss=0.0, price_precision=0.0001, precision_mode=4, precision_mode_price=4,
    )  # fmt: skip
    Trade.session.add(stranger)
    Trade.commit()
    return stranger


@pytest.mark.parametrize("changed", ["settings", "state"])
def test_a_partial_exit_loosens_no_stop_where_the_engine_knows_a_farther_one(
    rig: Rig, bot: Bot, changed: str
) -> None:
    bot.loop()
    (trade,) = bot.trades()
    resting, amount = trade.stop_loss, trade.amount
    if changed == "settings":
        (rig.folder / "overlay.file").write_text("[exits.confirmation]\ncatastrophe_multiple = 3.0\n")
    else:
        state = bot.strategy.run.book.take_up(trade).copy()
        state[S.STOP] -= 0.5 * (state[S.ENTRY] - state[S.STOP])
        bot.strategy.run.book._keep(trade, state)
    bot.loop()
    rate = bot.freqtrade.exchange.get_rate(trade.pair, side="exit", is_short=False, refresh=True)
    bot.freqtrade.execute_trade_exit(
        trade, rate, ExitCheckTuple(exit_type=ExitType.FORCE_EXIT), sub_trade_amt=amount / 2
    )
    for _ in range(3):
        bot.loop()
    (trade,) = bot.trades()
    assert trade.amount < amount
    assert trade.stop_loss >= resting


def test_a_stop_that_a_deleted_trade_was_found_with_is_not_the_next_ones(bot: Bot) -> None:
    (trade,) = bot.trades()
    trade.delete()
    bot.loop()
    stranger = stranger_with(bot)
    stranger.set_custom_data(FOUND_STOP_KEY, {"pair": "BTC/USDT:USDT", "opened": 1.0, "stop": 60000.0})
    state = bot.strategy.run.book.take_up(stranger)
    assert state[S.STOP] < state[S.ENTRY]


def test_the_state_of_a_fill_that_the_exchange_dates_before_the_trade_is_restored(bot: Bot) -> None:
    (trade,) = bot.trades()
    for order in trade.orders:
        order.order_filled_date = trade.open_date - timedelta(seconds=3)
    book = bot.strategy.run.book
    state = book.take_up(trade).copy()
    state[S.OPENED_AT] = trade.open_date_utc.timestamp() - 3.0
    state[S.STOP] *= 1.001
    book._keep(trade, state)
    book.drop(trade)
    assert book.take_up(trade)[S.STOP] == state[S.STOP]
