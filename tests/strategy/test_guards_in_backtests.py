"""Guards as Freqtrade's pair locks in backtests."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from freqtrade.persistence import LocalTrade, PairLocks
from freqtrade.persistence.usedb_context import FtNoDBContext

from hhq_freqtrade.account import ended_locks
from hhq_freqtrade.account.ended_locks import EndedLocks
from hhq_freqtrade.account.lock_refusals import LockRefusals
from hhq_shared.guard_counts import GuardCount
from tests.strategy.rig import SIGNAL_PAIR, Rig


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


def test_a_backtest_counts_what_its_locks_refuse_and_tells_it_at_its_end(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Freqtrade asks about the lock of each signal; those of coins that begin the candle in a trade are not counted."""
    refused: list[str] = []
    asked_on: list[datetime] = []
    taken: set[str] = set()
    is_locked, look = PairLocks.is_pair_locked, LockRefusals.look

    def noted(self: LockRefusals, now: datetime) -> None:
        if not asked_on:
            PairLocks.lock_pair("*", now + timedelta(days=2), "shorts, by hand", now=now, side="short")
        asked_on.append(now)
        taken.clear()
        taken.update(trade.pair for trade in LocalTrade.bt_trades_open)
        look(self, now)

    def heard(pair: str, *arguments: Any) -> bool:
        answer = bool(is_locked(pair, *arguments))
        if answer and pair not in taken:
            refused.append(pair)
        return answer

    monkeypatch.setattr(LockRefusals, "look", noted)
    monkeypatch.setattr(PairLocks, "is_pair_locked", staticmethod(heard))
    caplog.set_level(logging.INFO, "hhq.guard")
    run = rig.backtest("20250106-20250111", **guard_settings(tmp_path))
    told = caplog.messages
    counts = {count.guard: count for text in told for count in GuardCount.all_in(text)}
    assert len(counts) == sum(text.startswith("GUARDS: ") for text in told)
    assert counts["SL_GUARD"].locks == sum(lock.reason.startswith("SL_GUARD") for lock in run.locks)
    assert sum(count.locks for count in counts.values()) == len(run.locks)
    assert sum(count.refused for count in counts.values()) == len(refused) > 0
    assert counts["SL_GUARD"].refused > 0
    assert not any("lock activated" in text or "lock expired" in text for text in told)


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
