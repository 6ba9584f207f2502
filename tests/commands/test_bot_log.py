"""What the demo shows of the bot's log."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion.demo.bot_log import LogFollower, says_running, shown

HEAD = "2026-11-22 17:06:18,704"
NOTICE = f"{HEAD} - freqtrade.rpc.rpc_manager - INFO - Sending rpc message: "


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            f"{HEAD} - hhq.trace - INFO - SCORE_PASS: BTC/USDT:USDT SHORT score=90 lev=20",
            "17:06:18 signal  BTC/USDT:USDT SHORT score=90 lev=20",
        ),
        (
            NOTICE + "{'trade_id': 1, 'type': entry_fill, 'pair': 'BTC/USDT:USDT', 'leverage': 20.0, "
            "'direction': 'Short', 'limit': 106221.5, 'open_rate': 106221.5}",
            "17:06:18 entry   BTC/USDT:USDT SHORT at 106221.5, leverage 20.0",
        ),
        (
            NOTICE + "{'type': exit_fill, 'trade_id': 1, 'pair': 'BTC/USDT:USDT', 'direction': 'Short', "
            "'close_rate': 106000.0, 'profit_ratio': 0.0416, 'exit_reason': 'TP_HIT'}",
            "17:06:18 exit    BTC/USDT:USDT SHORT TP_HIT at 106000.0: +4.16% of the stake",
        ),
        (
            f"{HEAD} - hhq.guard - INFO - SL_GUARD: global lock expired",
            "17:06:18 guard   SL_GUARD: global lock expired",
        ),
        (f"{HEAD} - freqtrade.x - ERROR - broken", "17:06:18 error   freqtrade.x: broken"),
        (f"{HEAD} - hhq.trace - INFO - Z_PASS: BTC/USDT:USDT z=2.1 thr=1.6 H=0.5 RANDOM", None),
        (NOTICE + "{'type': status, 'status': 'running'}", None),
        ("Traceback (most recent call last):", None),
    ],
)
def test_signals_entries_exits_guards_and_errors_are_shown(line: str, expected: str | None) -> None:
    assert shown(line) == expected


def test_the_bot_says_when_it_runs() -> None:
    assert says_running(f"{HEAD} - freqtrade.worker - INFO - Changing state to: RUNNING")
    assert not says_running(f"{HEAD} - freqtrade.worker - INFO - Changing state from: RUNNING to: STOPPED")


def test_lines_are_read_once_and_only_when_complete(tmp_path: Path) -> None:
    log = tmp_path / "bot.log"
    follower = LogFollower(log)
    assert follower.read() == []
    log.write_text("one\ntw")
    assert follower.read() == ["one"]
    with log.open("a") as file:
        file.write("o\nthree\n")
    assert follower.read() == ["two", "three"]
    assert follower.read() == []


def test_a_rotated_log_is_read_from_its_beginning(tmp_path: Path) -> None:
    log = tmp_path / "bot.log"
    log.write_text("old\n")
    follower = LogFollower(log)
    follower.read()
    log.rename(tmp_path / "bot.log.1")
    log.write_text("new and longer\n")
    assert follower.read() == ["new and longer"]
