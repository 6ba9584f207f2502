"""While another program holds the bot's database no order is placed: it could not be stored, and would be nobody's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from freqtrade.enums import SignalDirection
from freqtrade.exceptions import TemporaryError
from freqtrade.rpc import RPCException

from tests.strategy.rig import SIGNAL_AT, SIGNAL_PAIR, Bot, Rig


@pytest.fixture
def bot(rig: Rig) -> Iterator[Bot]:
    with rig.bot(SIGNAL_AT, force_entry_enable=True) as running:
        yield running


@contextmanager
def held(rig: Rig) -> Iterator[None]:
    """Another program in the middle of a change of its own."""
    other = sqlite3.connect(rig.folder / "bot.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("COMMIT")
        other.close()


def orders_at_the_exchange(bot: Bot) -> list[str]:
    return [str(order["symbol"]) for order in bot.freqtrade.exchange._dry_run_open_orders.values()]


def test_a_signal_is_not_entered_while_another_program_holds_the_database(
    rig: Rig, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    with held(rig):
        for _ in range(2):
            try:
                bot.loop()
            except TemporaryError:
                continue
        assert orders_at_the_exchange(bot) == []
    assert any(f"BLOCKED: {SIGNAL_PAIR}" in text and "DISK" in text for text in caplog.messages)
    bot.until(lambda: bool(bot.trades()))
    assert [trade.pair for trade in bot.trades()] == [SIGNAL_PAIR]
    assert len(set(bot.freqtrade.exchange._dry_run_open_orders)) == 1


def test_a_user_is_told_that_the_database_is_held(rig: Rig, bot: Bot) -> None:
    bot.loop()
    before = orders_at_the_exchange(bot)
    rpc = bot.freqtrade.rpc._rpc
    with held(rig), pytest.raises(RPCException, match="DISK the database cannot be written"):
        rpc._rpc_force_entry("SOL/USDT:USDT", None, order_side=SignalDirection.LONG)
    assert orders_at_the_exchange(bot) == before
