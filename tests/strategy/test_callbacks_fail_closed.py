"""A callback that raises blocks the entry or keeps the stop, is counted, and is logged with its trace."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from freqtrade.exceptions import StrategyError

from tests.strategy.rig import SIGNAL_AT, SIGNAL_PAIR, Bot, Rig


def failed(caplog: pytest.LogCaptureFixture, callback: str) -> bool:
    """Whether the callback's failure was logged with its trace."""
    return any(
        record.getMessage().startswith(f"CALLBACK_FAILED: {callback} ") and record.exc_info
        for record in caplog.records
    )


def with_parts(bot: Bot, **broken: None) -> Any:
    """The bot's settings without some of their parts, so that whatever needs those fails."""
    return SimpleNamespace(current=bot.strategy.settings.model_copy(update=broken))


def with_guards(bot: Bot, **broken: None) -> Any:
    """The bot's settings without the settings of some guards."""
    guards = bot.strategy.settings.guards.model_copy(update=broken)
    return SimpleNamespace(current=bot.strategy.settings.model_copy(update={"guards": guards}))


@pytest.fixture
def bot(rig: Rig) -> Iterator[Bot]:
    with rig.bot(SIGNAL_AT) as running:
        yield running


def test_the_bot_enters_this_signal_when_nothing_fails(bot: Bot) -> None:
    bot.loop()
    assert [trade.pair for trade in bot.trades()] == [SIGNAL_PAIR]
    assert not bot.strategy.failures


def test_an_entry_price_that_raises_blocks_the_entry(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    penalty_needs_it = bot.strategy.run.guards.kill_events
    bot.strategy.run.guards._settings = with_guards(bot, kill_switch_memory=None)
    assert penalty_needs_it == ()
    bot.loop()
    assert bot.trades() == []
    assert failed(caplog, "custom_entry_price")
    assert bot.strategy.failures["custom_entry_price"] == 1


def test_leverage_that_raises_blocks_the_entry(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    bot.strategy.custom_entry_price = lambda **given: given["proposed_rate"]
    bot.strategy.run.guards._settings = with_guards(bot, kill_switch_memory=None)
    bot.loop()
    assert bot.trades() == []
    assert failed(caplog, "leverage")


def test_a_signal_that_cannot_be_stored_is_not_entered(
    bot: Bot, rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    (rig.user_data / "hhq").write_text("not a folder")
    bot.strategy.run.loop.guards_answered = True
    bot.loop()
    assert bot.trades() == []
    assert f"BLOCKED: {SIGNAL_PAIR} LONG DISK the state file cannot be written" in caplog.text


def test_guards_that_cannot_be_evaluated_block_entries(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    bot.strategy.run.guards._settings = with_guards(bot, daily_loss=None)
    bot.loop()
    assert bot.trades() == []
    assert failed(caplog, "bot_loop_start")
    assert "the guards could not be asked" in caplog.text
    bot.strategy.run.guards._settings = bot.strategy.running
    bot.loop()
    assert [trade.pair for trade in bot.trades()] == [SIGNAL_PAIR]


def test_a_pair_that_cannot_be_analysed_is_not_entered(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    bot.strategy.context.facts._facts[SIGNAL_PAIR] = None
    bot.loop()
    assert bot.trades() == []
    assert failed(caplog, "populate_entry_trend")
    assert SIGNAL_PAIR not in bot.strategy.context.tables


def test_an_analysis_that_raises_ends_a_backtest(rig: Rig) -> None:
    backtesting = rig.backtesting()
    backtesting.strategylist[0].analysis._settings = None
    data, timerange = backtesting.load_bt_data()
    with pytest.raises((StrategyError, AttributeError)):
        backtesting.backtest_one_strategy(backtesting.strategylist[0], data, timerange)
    assert backtesting.strategylist[0].failures["populate_indicators"] == 1


def test_an_order_whose_life_cannot_be_judged_is_cancelled(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    bot.loop()
    assert bot.trades()
    bot.strategy.run.waiting_orders._settings = None
    bot.loop()
    assert bot.trades() == []
    assert failed(caplog, "check_entry_timeout")


def test_a_failing_exit_engine_keeps_the_stop_that_rests(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    bot.until(lambda: any(trade.has_open_position for trade in bot.trades()))
    (trade,) = bot.trades()
    stop = trade.stop_loss
    assert stop > 0.95 * trade.open_rate
    bot.strategy.run.book._settings = with_parts(bot, exits=None)
    bot.loop()
    (trade,) = bot.trades()
    assert trade.stop_loss == stop
    for callback in (
        "_before_exits",
        "custom_stoploss",
        "custom_roi",
        "custom_exit",
        "adjust_trade_position",
    ):
        assert failed(caplog, callback), callback
    bot.strategy.run.book._settings = bot.strategy.running
    counted = bot.strategy.failures.copy()
    bot.loop()
    assert bot.strategy.failures == counted


def test_a_fill_that_could_not_be_noted_gets_its_own_levels_in_the_next_loop(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    bot.loop()
    bot.strategy.run.book._settings = None
    bot.until(lambda: any(trade.has_open_position for trade in bot.trades()))
    assert failed(caplog, "order_filled")
    bot.strategy.run.book._settings = bot.strategy.running
    bot.loop()
    (trade,) = bot.trades()
    assert 0.95 * trade.open_rate < trade.stop_loss < trade.open_rate
    assert trade.get_custom_data("hhq_signal")["pair"] == SIGNAL_PAIR


def test_failures_do_not_end_the_loop(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    bot.strategy.run.book._settings = with_parts(bot, exits=None)
    for _ in range(3):
        bot.loop(timedelta(minutes=5))
    assert bot.now > datetime(2025, 1, 8, 6, 35, tzinfo=UTC)
