"""A disk without room refuses entries with a reason, watches open positions on, and recovers by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from freqtrade.exceptions import TemporaryError
from freqtrade.persistence import Trade

from hhq_freqtrade.account import disk_room
from hhq_freqtrade.account.state_file import StateFile
from hhq_shared.trade_keys import SIGNAL_KEY
from tests.full_disk import full_disk
from tests.strategy.rig import SIGNAL_AT, SIGNAL_PAIR, Bot, Rig


@pytest.fixture
def bot(rig: Rig) -> Iterator[Bot]:
    with rig.bot(SIGNAL_AT) as running:
        yield running


def with_position(bot: Bot) -> Trade:
    """The bot's trade, once its entry has filled."""
    bot.until(lambda: any(trade.has_open_position for trade in bot.trades()), timedelta(seconds=30))
    return bot.trades()[0]


def loops(bot: Bot, count: int) -> int:
    """Run loops as Freqtrade's worker does; return how many it would have waited out."""
    waited = 0
    for _ in range(count):
        try:
            bot.loop()
        except TemporaryError:
            waited += 1
    return waited


def closes_now(bot: Bot) -> None:
    """From now on a rule closes every position."""
    bot.strategy.custom_exit = lambda **_: "TIME_EXIT"


def stored_trades() -> list[bool]:
    """Whether each trade is open, as the database itself says."""
    engine = Trade.session.get_bind()
    with engine.connect() as connection:
        return [bool(row[0]) for row in connection.exec_driver_sql("SELECT is_open FROM trades")]


def test_too_little_room_refuses_entries_with_its_reason_until_there_is_more(
    bot: Bot, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as little:
        little.setattr(disk_room, "FEWEST_MB", 10**12)
        bot.loop()
        bot.loop()
        assert bot.trades() == []
        assert f"BLOCKED: {SIGNAL_PAIR} LONG DISK" in caplog.text
        assert "MB free, less than" in caplog.text
        told = [record for record in caplog.records if record.getMessage().startswith("DISK: ")]
        assert len(told) == 1
    bot.loop()
    assert [trade.pair for trade in bot.trades()] == [SIGNAL_PAIR]
    assert "DISK: everything can be stored again" in caplog.text


def test_a_state_file_that_cannot_be_written_refuses_entries_and_is_written_later(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    folder = rig.user_data / "hhq"
    folder.touch()
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop()
        assert bot.trades() == []
        assert f"BLOCKED: {SIGNAL_PAIR} LONG DISK the state file cannot be written" in caplog.text
        assert not bot.strategy.failures
        folder.unlink()
        bot.loop()
        assert [trade.pair for trade in bot.trades()] == [SIGNAL_PAIR]
        assert list(folder.glob("*.json"))


def test_a_position_is_closed_and_stored_without_taking_more_of_the_disk(bot: Bot, rig: Rig) -> None:
    with_position(bot)
    files = [rig.folder / "bot.sqlite", rig.folder / "bot.sqlite-wal"]
    before = [path.stat().st_size for path in files]
    closes_now(bot)
    bot.until(lambda: not bot.trades(), timedelta(seconds=5))
    assert stored_trades() == [False]
    assert [path.stat().st_size for path in files] == before


def test_a_database_that_refuses_every_write_does_not_end_the_bot(bot: Bot) -> None:
    with_position(bot)
    with full_disk():
        assert loops(bot, 4) <= 1
        assert "the database cannot be written" in bot.strategy.run.room.problem
    assert loops(bot, 2) == 0
    assert bot.strategy.run.room.problem == ""
    assert len(bot.trades()) == 1


def test_a_position_is_closed_while_the_database_refuses_writes_and_stored_afterwards(bot: Bot) -> None:
    trade = with_position(bot)
    with full_disk():
        loops(bot, 2)
        closes_now(bot)
        loops(bot, 3)
        assert not trade.is_open
        assert stored_trades() == [True]
    loops(bot, 1)
    assert stored_trades() == [False]


def test_what_the_exit_engine_knows_is_stored_once_the_database_takes_it_again(bot: Bot) -> None:
    trade = with_position(bot)
    bot.loop()
    book = bot.strategy.run.book
    state = book.take_up(trade).copy()
    state[0] += 1.0
    with full_disk():
        book._keep(trade, state)
    assert trade.get_custom_data("hhq_state") is not None
    stored = trade.get_custom_data("hhq_state")
    book._keep(trade, state)
    assert trade.get_custom_data("hhq_state") != stored


def test_the_draft_that_a_kill_has_left_is_gone_after_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    left, other = tmp_path / ".state.json.abc123.draft", tmp_path / ".other.json.abc123.draft"
    left.touch()
    other.touch()
    StateFile(path)
    assert not left.exists()
    assert other.exists()


def test_the_record_of_a_signal_that_filled_without_room_is_stored_once_there_is_some(bot: Bot) -> None:
    bot.loop()
    (trade,) = bot.trades()
    assert not trade.has_open_position
    with full_disk():
        for _ in range(60):
            with suppress(TemporaryError):
                bot.loop(timedelta(seconds=20))
            if bot.trades()[0].has_open_position:
                break
        loops(bot, 2)
        assert bot.trades()[0].has_open_position
    loops(bot, 3)
    assert bot.trades()[0].get_custom_data(SIGNAL_KEY)["pair"] == SIGNAL_PAIR
    assert not bot.strategy.run.file.get("waiting")
