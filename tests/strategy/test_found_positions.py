"""Positions of another strategy in the database: their stops are never loosened, and what is done with them is said."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from freqtrade.enums import ExitCheckTuple, ExitType
from freqtrade.persistence import Trade

from hhq_shared.trade_keys import FOUND_STOP_KEY, STATE_KEY
from tests.strategy.rig import SIGNAL_AT, Rig

OTHER = """
from freqtrade.strategy import IStrategy


class OtherStrategy(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "5m"
    can_short = True
    stoploss = -0.10
    startup_candle_count = 10
    minimal_roi = {}

    def populate_indicators(self, dataframe, metadata):
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        side = "enter_short" if metadata["pair"].startswith("ETH") else "enter_long"
        dataframe[side] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        return dataframe

    def leverage(self, *arguments, **named):
        return 10.0
"""
"""A fixed stop 1 % from the entry, LONG and SHORT."""


@pytest.fixture
def left(rig: Rig, tmp_path: Path) -> dict[str, float]:
    """The other strategy's positions and the stops that they have."""
    other = tmp_path / "OtherStrategy.py"
    other.write_text(OTHER)
    with rig.bot(
        SIGNAL_AT, other=other, entry_pricing={"price_side": "other", "use_order_book": True}
    ) as bot:
        bot.until(lambda: sum(trade.has_open_position for trade in bot.trades()) >= 2, timedelta(seconds=5))
        return {trade.pair: trade.stop_loss for trade in bot.trades() if trade.has_open_position}


def assert_no_stop_is_loosened(left: dict[str, float], trades: list[Trade]) -> None:
    for trade in trades:
        if trade.pair in left:
            side = -1.0 if trade.is_short else 1.0
            assert side * (trade.stop_loss - left[trade.pair]) >= 0.0, trade.pair


def test_the_stops_of_another_strategy_stay_and_the_log_says_what_was_taken_over(
    rig: Rig, left: dict[str, float], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    assert len(set(left.values())) >= 2
    with rig.bot(SIGNAL_AT + timedelta(minutes=1)) as bot:
        assert {trade.is_short for trade in bot.trades()} == {True, False}
        bot.loop()
        open_now = [trade for trade in bot.trades() if trade.pair in left]
        assert open_now, "none is closed at once"
        assert_no_stop_is_loosened(left, open_now)
        for trade in open_now:
            assert trade.get_custom_data(FOUND_STOP_KEY)["stop"] == left[trade.pair]
            assert trade.get_custom_data(STATE_KEY) is not None
            line = next(
                record.getMessage()
                for record in caplog.records
                if record.getMessage().startswith(f"TAKEN_OVER: {trade.pair}")
            )
            assert "of OtherStrategy" in line
            assert f"its stop {left[trade.pair]:g}" in line


def test_a_bot_that_is_killed_before_its_first_loop_has_not_forgotten_the_stops(
    rig: Rig, left: dict[str, float]
) -> None:
    with rig.bot(SIGNAL_AT + timedelta(minutes=1)) as bot:
        # Freqtrade's start-up has put its own stops in their place already.
        assert any(trade.stop_loss != left[trade.pair] for trade in bot.trades() if trade.pair in left)
    with rig.bot(SIGNAL_AT + timedelta(minutes=2)) as bot:
        bot.loop()
        assert_no_stop_is_loosened(left, bot.trades())


def test_a_stop_is_not_loosened_by_a_partial_exit_nor_by_a_restart_after_it(
    rig: Rig, left: dict[str, float]
) -> None:
    with rig.bot(SIGNAL_AT + timedelta(minutes=1)) as bot:
        bot.loop()
        trade = next(trade for trade in bot.trades() if trade.pair in left and trade.has_open_position)
        pair, amount = trade.pair, trade.amount
        bot.freqtrade.execute_trade_exit(
            trade, trade.open_rate, ExitCheckTuple(exit_type=ExitType.FORCE_EXIT), sub_trade_amt=amount / 2
        )
        assert 0.0 < _amount(pair) < amount
        bot.loop()
        assert_no_stop_is_loosened(left, bot.trades())
    with rig.bot(SIGNAL_AT + timedelta(minutes=3)) as bot:
        bot.loop()
        assert_no_stop_is_loosened(left, bot.trades())


def test_the_first_stop_that_goes_to_the_exchange_is_the_one_that_was_found(
    rig: Rig, left: dict[str, float]
) -> None:
    types = {
        "entry": "limit",
        "exit": "market",
        "stoploss": "market",
        "stoploss_on_exchange": True,
        "stoploss_on_exchange_interval": 10,
    }
    with rig.bot(SIGNAL_AT + timedelta(minutes=1), order_types=types) as bot:
        bot.loop()
        resting = {t.pair: (t.is_short, t.open_sl_orders) for t in bot.trades() if t.pair in left}
        assert any(orders for _, orders in resting.values())
        for pair, (is_short, orders) in resting.items():
            for order in orders:
                assert (left[pair] - order.stop_price) * (-1.0 if is_short else 1.0) <= 0.0, pair


def test_what_a_deleted_trade_of_the_same_id_has_left_does_not_hide_a_found_stop(
    rig: Rig, left: dict[str, float]
) -> None:
    with closing(sqlite3.connect(rig.folder / "bot.sqlite")) as database, database:
        for (trade_id,) in database.execute("SELECT id FROM trades WHERE is_open = 1").fetchall():
            database.execute(
                "INSERT INTO trade_custom_data (ft_trade_id, cd_key, cd_type, cd_value, created_at) VALUES "
                "(?, 'hhq_signal', 'dict', '{\"pair\": \"XXX/USDT:USDT\"}', '2025-01-01 00:00:00')",
                (trade_id,),
            )
    with rig.bot(SIGNAL_AT + timedelta(minutes=1)) as bot:
        noted = {trade.pair: trade.get_custom_data(FOUND_STOP_KEY) for trade in bot.trades()}
        assert {pair: found["stop"] for pair, found in noted.items() if pair in left} == left
        bot.loop()
        assert_no_stop_is_loosened(left, bot.trades())


def _amount(pair: str) -> float:
    return next((float(trade.amount) for trade in Trade.get_open_trades() if trade.pair == pair), 0.0)
