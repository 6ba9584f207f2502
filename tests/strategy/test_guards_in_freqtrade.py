"""Guards as Freqtrade's pair locks in the real bot: what counts, and what survives restarts."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from freqtrade.persistence import PairLocks, Trade

from hhq.guards.lock_causes import LosingStreak
from hhq_freqtrade.account.active_locks import active_locks, is_locked
from hhq_shared.request_file import Wish, add_request
from tests.strategy.closed_trades import closed_trade, locks
from tests.strategy.rig import SIGNAL_AT, SIGNAL_PAIR, Rig


@pytest.mark.parametrize("reason", ["SL_HIT", "EMERGENCY_SL", "KILL_SWITCH_FULL", "stop_loss"])
def test_three_losing_stops_lock_all_entries_however_they_left(
    rig: Rig, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        for minutes in (50, 30, 10):
            closed_trade(bot.now - timedelta(minutes=minutes), -20.0, reason, f"C{minutes}/USDT:USDT")
        bot.loop()
        assert ("*", "SL_GUARD") in locks(bot)
        assert bot.trades() == []
        assert "SL_GUARD: global lock activated" in caplog.text
        assert re.search(rf"SL_GUARD: {SIGNAL_PAIR} (LONG|SHORT) rejected, 3 losing stops", caplog.text)
        for _ in range(8):
            bot.loop(timedelta(minutes=5))
        assert ("*", "SL_GUARD") not in locks(bot)
        assert "SL_GUARD: global lock expired" in caplog.text


def test_winning_stops_do_not_count(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        for minutes in (50, 30, 10):
            closed_trade(bot.now - timedelta(minutes=minutes), 20.0, "TRAILING_STOP", f"C{minutes}/USDT:USDT")
        bot.loop()
        assert locks(bot) == []
        assert [trade.pair for trade in bot.trades()] == [SIGNAL_PAIR]


def test_an_active_lock_is_not_set_again_after_a_restart(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        for minutes in (50, 30, 10):
            closed_trade(bot.now - timedelta(minutes=minutes), -20.0, "SL_HIT", f"C{minutes}/USDT:USDT")
        bot.loop()
        before = locks(bot)
    with rig.bot(SIGNAL_AT + timedelta(minutes=1)) as bot:
        bot.loop()
        assert locks(bot) == before


@pytest.mark.parametrize(("loss", "is_locked_then"), [(-10.0, False), (-90.0, True)])
def test_the_drawdown_that_locks_is_that_of_the_account(rig: Rig, loss: float, is_locked_then: bool) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        # Twenty small losses add up to twice a margin, and to 2 % of the account; large ones to 18 %.
        for number in range(20):
            closed_trade(
                bot.now - timedelta(minutes=70 + 20 * number), loss, "SL_HIT", f"C{number}/USDT:USDT"
            )
        bot.freqtrade.handle_protections("C0/USDT:USDT", "long")
        drawdowns = [reason for pair, reason in locks(bot) if pair == "*" and " passed 0.15 " in reason]
        assert bool(drawdowns) is is_locked_then


FOREIGN = "SL_GUARD: my own note"


def test_a_foreign_lock_blocks_entries_and_is_left_alone_whatever_its_reason_begins_with(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        PairLocks.lock_pair("*", bot.now + timedelta(minutes=30), FOREIGN, now=bot.now)
        bot.loop()
        assert bot.trades() == []
        assert bot.strategy.run.guards.frequency.locks == ()
        assert re.search(rf"BLOCKED: {SIGNAL_PAIR} (LONG|SHORT) GUARD {FOREIGN}$", caplog.text, re.MULTILINE)
        requests = Path(rig.hhq_files["requests"])
        add_request(requests, Wish.CLEAR_STOPLOSS_GUARD, "*", int(bot.now.timestamp() * 1000))
        bot.loop()
        assert [lock.reason for lock in PairLocks.get_pair_locks(None, bot.now)] == [FOREIGN]
        assert "cleared by the user" not in caplog.text


def test_active_locks_are_read_with_their_cause(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        closed_trade(bot.now - timedelta(minutes=30), -20.0, "SL_HIT")
        closed_trade(bot.now - timedelta(minutes=10), -20.0, "SL_HIT")
        PairLocks.lock_pair(SIGNAL_PAIR, bot.now + timedelta(minutes=30), None, now=bot.now)
        bot.loop()
        foreign, own = sorted(active_locks(bot.now), key=lambda lock: lock.pair)
        assert (foreign.pair, foreign.reason, foreign.cause) == (SIGNAL_PAIR, None, None)
        assert (own.pair, own.cause) == ("XRP/USDT:USDT", LosingStreak(2))
        assert own.since == bot.now.timestamp()
        assert own.until >= bot.now.timestamp() + 110 * 60
        assert is_locked(SIGNAL_PAIR, "short", bot.now)
        assert not is_locked("SOL/USDT:USDT", "short", bot.now)


def test_two_losses_in_a_row_block_the_coin_even_if_days_apart(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        closed_trade(bot.now - timedelta(days=4), -20.0, "ADVERSE_TIME_EXIT", SIGNAL_PAIR)
        closed_trade(bot.now - timedelta(minutes=10), -20.0, "TIME_FORCE", SIGNAL_PAIR)
        bot.loop()
        assert (SIGNAL_PAIR, "BLACKLIST") in locks(bot)
        assert bot.trades() == []


def test_a_close_that_becomes_known_late_is_not_missed(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        closed_trade(bot.now - timedelta(seconds=5), -20.0, "SL_HIT", "A/USDT:USDT")
        bot.loop()
        closed_trade(bot.now - timedelta(seconds=30), -20.0, "SL_HIT", "B/USDT:USDT")
        bot.loop()
        bot.loop()
        assert [trade.pair for trade in bot.strategy.run.closed.records] == ["B/USDT:USDT", "A/USDT:USDT"]


def test_an_event_of_the_kill_switch_is_one_event_however_often_it_is_reported(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        closed_trade(bot.now - timedelta(minutes=3), -60.0, "KILL_SWITCH_FULL", SIGNAL_PAIR)
        bot.loop()
        trade = Trade.get_trades_proxy(is_open=False)[0]
        for _ in range(2):
            bot.strategy.order_filled(
                pair=trade.pair, trade=trade, order=trade.orders[-1], current_time=bot.now
            )
            bot.loop()
        assert len(bot.strategy.run.guards.kill_events) == 1
        assert (SIGNAL_PAIR, "KILL_SWITCH") in locks(bot)
        assert bot.strategy.run.guards.penalty(SIGNAL_PAIR, bot.now) == 5.0
    with rig.bot(SIGNAL_AT + timedelta(minutes=2)) as bot:
        bot.loop()
        assert bot.strategy.run.guards.penalty(SIGNAL_PAIR, bot.now) == 5.0
        assert locks(bot).count((SIGNAL_PAIR, "KILL_SWITCH")) == 1


def test_a_kill_switch_whose_note_was_lost_with_the_bot_is_known_after_the_restart(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop()
        closed_trade(bot.now - timedelta(minutes=3), -60.0, "KILL_SWITCH_FULL", SIGNAL_PAIR)
        Trade.get_trades_proxy(is_open=False)[0].orders[-1].ft_order_tag = "KILL_SWITCH_FULL"
        Trade.commit()
    for minutes in (2, 4):
        with rig.bot(SIGNAL_AT + timedelta(minutes=minutes)) as bot:
            bot.loop()
            assert len(bot.strategy.run.guards.kill_events) == 1
            assert locks(bot).count((SIGNAL_PAIR, "KILL_SWITCH")) == 1
            assert bot.strategy.run.guards.penalty(SIGNAL_PAIR, bot.now) == 5.0


def test_a_daily_loss_locks_the_rest_of_the_day(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT - timedelta(minutes=2)) as bot:
        bot.loop()
        closed_trade(bot.now, -600.0, "MANUAL", "A/USDT:USDT")
        bot.freqtrade.wallets.update()
        bot.loop(timedelta(minutes=2))
        assert ("*", "DAILY_LOSS") in locks(bot)
        assert bot.trades() == []


def test_the_peak_of_equity_survives_a_restart_and_not_a_new_database(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop()
        closed_trade(bot.now, -800.0, "MANUAL", "A/USDT:USDT")
        peak = bot.strategy.run.account.peak
        assert peak.value >= 10_000.0
    with rig.bot(SIGNAL_AT + timedelta(minutes=1)) as bot:
        bot.loop()
        assert bot.strategy.run.account.peak == peak
    (rig.folder / "bot.sqlite").unlink()
    with rig.bot(SIGNAL_AT + timedelta(minutes=2), dry_run_wallet=500) as bot:
        bot.loop()
        assert bot.strategy.run.account.peak.value == pytest.approx(500.0)
