"""Guards as Freqtrade's pair locks: what counts, in a real database and in backtests; what survives restarts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from freqtrade.persistence import Order, PairLocks, Trade
from freqtrade.persistence.usedb_context import FtNoDBContext

from hhq.guards.lock_causes import LosingStreak
from hhq_freqtrade.account import ended_locks
from hhq_freqtrade.account.active_locks import active_locks, is_locked
from hhq_freqtrade.account.ended_locks import EndedLocks
from hhq_freqtrade.account.state_file import StateFile, state_path
from hhq_shared.request_file import Wish, add_request
from tests.strategy.rig import SIGNAL_AT, SIGNAL_PAIR, Bot, Rig


def closed_trade(closed_at: datetime, profit: float, reason: str, pair: str = "XRP/USDT:USDT") -> None:
    """Store a closed LONG of 1,000 USDT at 10 USDT a coin."""
    trade = Trade(
        pair=pair, stake_amount=100.0, max_stake_amount=100.0, amount=100.0, leverage=10.0, open_rate=10.0,
        fee_open=0.0005, fee_close=0.0005, is_short=False, exchange="binance", strategy="HHQStrategy",
        open_date=(closed_at - timedelta(hours=1)).replace(tzinfo=None),
        close_date=closed_at.replace(tzinfo=None), is_open=False, exit_reason=reason,
        close_profit_abs=profit, close_profit=profit / 100.0, close_rate=10.0 + profit / 100.0,
        fee_open_currency="USDT", fee_close_currency="USDT", contract_size=1.0, precision_mode=4,
        precision_mode_price=4, amount_precision=0.1, price_precision=0.0001,
    )  # fmt: skip
    for side, at in (("buy", trade.open_date), ("sell", trade.close_date)):
        trade.orders.append(
            Order(
                ft_order_side=side, ft_pair=pair, ft_is_open=False, order_id=f"{side}{closed_at}{pair}",
                status="closed", symbol=pair, order_type="market", side=side, price=10.0, average=10.0,
                amount=100.0, filled=100.0, remaining=0.0, cost=1000.0, order_date=at, order_filled_date=at,
                ft_amount=100.0, ft_price=10.0,
            )
        )  # fmt: skip
    Trade.session.add(trade)
    Trade.commit()


def locks(bot: Bot) -> list[tuple[str, str]]:
    return sorted((lock.pair, lock.reason.split(":")[0]) for lock in PairLocks.get_pair_locks(None, bot.now))


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


def test_databases_have_a_state_file_each_and_one_in_memory_has_none(tmp_path: Path) -> None:
    files = {
        state_path(tmp_path, url)
        for url in ("sqlite:///a.sqlite", "sqlite:///b.sqlite", "sqlite:////x/a.sqlite", "postgresql://h/a")
    }
    assert len(files) == 4
    assert state_path(tmp_path, "sqlite://") is None
    assert state_path(tmp_path, "sqlite:///:memory:") is None


def test_an_unreadable_state_file_is_put_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "state.json"
    path.write_text('{"peak_equ')
    assert StateFile(path).get("peak_equity") is None
    assert (tmp_path / "state.unreadable").exists()
    assert "STATE_FILE" in caplog.text


def test_equal_values_are_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    file = StateFile(path)
    file.put({"a": 1.0, "b": [1, 2]})
    path.unlink()
    file.put({"a": 1.0, "b": [1, 2]})
    assert not path.exists()
    file.put({"a": 2.0})
    assert StateFile(path).get("b") == [1, 2]


def guard_settings(folder: Path) -> dict[str, Any]:
    path = folder / "guards.toml"
    path.write_text("[guards.stoploss_frequency]\nmax_stoplosses = 1\ncooldown_minutes = 60.0\n")
    return {"hhq": {"settings": str(path)}}


def test_the_lock_of_a_backtest_blocks_entries_and_ends(rig: Rig, tmp_path: Path) -> None:
    run = rig.backtest(**guard_settings(tmp_path))
    ours = [lock for lock in run.locks if lock.reason.startswith("SL_GUARD")]
    opened = [moment.to_pydatetime() for moment in run.results["open_date"]]
    assert ours
    for lock in ours:
        begin, end = lock.lock_time.replace(tzinfo=UTC), lock.lock_end_time_utc
        assert not any(begin <= moment < end for moment in opened)
        assert end - begin <= timedelta(minutes=60)
    first_end = min(lock.lock_end_time_utc for lock in ours)
    assert any(moment >= first_end for moment in opened)
    stops = run.results[
        run.results["exit_reason"].isin(["SL_HIT", "TRAILING_STOP", "BREAKEVEN"])
        & (run.results["profit_ratio"] < 0)
    ]
    # A stop happens inside the candle that a backtest dates it by: live, too, the hour ends inside a candle.
    stopped = {moment.to_pydatetime() + timedelta(minutes=65) for moment in stops["close_date"]}
    assert {lock.lock_end_time_utc for lock in ours} <= stopped


def test_winners_lock_nothing_in_a_backtest(rig: Rig, tmp_path: Path) -> None:
    run = rig.backtest(**guard_settings(tmp_path))
    losses = set(run.results.loc[run.results["profit_abs"] < 0, "close_date"])
    for lock in run.locks:
        if lock.reason.startswith("SL_GUARD"):
            assert lock.lock_end_time_utc - timedelta(minutes=65) in losses
    assert datetime(2025, 1, 7, tzinfo=UTC) < min(losses)


def test_locks_that_have_ended_are_out_of_the_way_in_a_backtest_and_appear_in_its_report(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[int] = []
    takes_out = EndedLocks.take_out

    def counted(self: EndedLocks, now: datetime) -> None:
        takes_out(self, now)
        left.append(len(PairLocks.locks))

    monkeypatch.setattr(EndedLocks, "take_out", counted)
    runs = []
    for wait in (1, 10**9):
        monkeypatch.setattr(ended_locks, "_WORTH_A_LOOK", wait)
        runs.append(rig.backtest("20250106-20250111", **guard_settings(tmp_path)))
    few, all_ = runs
    assert [_facts(lock) for lock in few.locks] == [_facts(lock) for lock in all_.locks]
    pd.testing.assert_frame_equal(few.summary(), all_.summary())
    loops = len(left) // 2
    assert max(left[:loops]) < max(left[loops:]) // 2


def test_a_lock_that_had_ended_when_it_was_set_is_reported_only_where_freqtrade_would_have_set_it() -> None:
    """Its protections start from old losses, and set nothing where a lock was in force at the end that they compute."""
    begin = datetime(2025, 1, 6, tzinfo=UTC)
    hour = timedelta(hours=1)
    with FtNoDBContext("5m"):
        PairLocks.reset_locks()
        for number in range(20):
            PairLocks.lock_pair(SIGNAL_PAIR, begin + 2 * hour, f"cooldown {number}", now=begin)
        ended = EndedLocks()
        ended.take_out(begin + 3 * hour)
        assert PairLocks.locks == []
        now = begin + 4 * hour
        PairLocks.lock_pair(SIGNAL_PAIR, begin + 2 * hour, "losses before the locks' end", now=now)
        PairLocks.lock_pair(SIGNAL_PAIR, begin + 3 * hour, "losses after it", now=now)
        PairLocks.lock_pair("XRP/USDT:USDT", begin + hour, "another pair", now=now)
        ended.put_back()
        assert [lock.reason for lock in PairLocks.locks] == [
            *(f"cooldown {number}" for number in range(20)), "losses after it", "another pair",
        ]  # fmt: skip
        PairLocks.reset_locks()


def _facts(lock: Any) -> tuple[Any, ...]:
    return lock.pair, lock.side, lock.lock_time, lock.lock_end_time, lock.reason, lock.active
