"""What the user changes while the bot runs: settings files that are read again, and what the guards are to forget."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from freqtrade.persistence import Trade

from hhq.digest import settings_digest
from hhq.settings import SettingsError
from hhq_shared.parameters import OptimisedSettings
from hhq_shared.request_file import RequestReader, Wish, add_request, read_requests
from tests.strategy.closed_trades import closed_trade, locks
from tests.strategy.rig import SIGNAL_AT, SIGNAL_PAIR, Bot, Rig


def ask(rig: Rig, bot: Bot, wish: Wish, pair: str) -> None:
    add_request(Path(rig.hhq_files["requests"]), wish, pair, int(bot.now.timestamp() * 1000))


def test_a_changed_overlay_acts_in_the_next_loop_and_the_version_names_it(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    overlay = Path(rig.hhq_files["overlay"])
    with rig.bot(SIGNAL_AT) as bot:
        before = bot.strategy.version()
        assert before.endswith(settings_digest(bot.strategy.settings))
        overlay.write_text("[guards.stoploss_frequency]\nmax_stoplosses = 1\n")
        closed_trade(bot.now - timedelta(minutes=1), -20.0, "SL_HIT", "XRP/USDT:USDT")
        bot.loop()
        assert bot.strategy.settings.guards.stoploss_frequency.max_stoplosses == 1
        assert ("*", "SL_GUARD") in locks(bot)
        assert bot.strategy.version() != before
        running = bot.strategy.version()
        overlay.write_text("[guards.stoploss_frequency]\nmax_stoplosses = 0\n")
        for _ in range(3):
            bot.loop()
        assert bot.strategy.version() == running
        assert caplog.text.count("SETTINGS: not taken") == 1
        assert "max_stoplosses = 0" in caplog.text
        assert not bot.strategy.failures


def test_files_that_only_clash_with_the_optimised_parameters_are_rejected_too(
    rig: Rig, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clash(*_: object) -> None:
        raise SettingsError("levels.sl_atr = 2: does not go with the others")

    with rig.bot(SIGNAL_AT) as bot:
        before = bot.strategy.version()
        Path(rig.hhq_files["overlay"]).write_text("[guards.stoploss_frequency]\nmax_stoplosses = 1\n")
        monkeypatch.setattr(OptimisedSettings, "with_values", clash)
        bot.loop(timedelta(seconds=1))
        monkeypatch.undo()
        bot.loop()
        assert bot.strategy.version() == before
        assert caplog.text.count("SETTINGS: not taken") == 1


def test_a_forgotten_kill_switch_no_longer_blocks_and_stays_forgotten_after_a_restart(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        closed_trade(bot.now - timedelta(minutes=3), -60.0, "KILL_SWITCH_FULL", SIGNAL_PAIR)
        trade = Trade.get_trades_proxy(is_open=False)[0]
        trade.orders[-1].ft_order_tag = "KILL_SWITCH_FULL"
        Trade.commit()
        bot.strategy.order_filled(pair=trade.pair, trade=trade, order=trade.orders[-1], current_time=bot.now)
        bot.loop()
        assert (SIGNAL_PAIR, "KILL_SWITCH") in locks(bot)
        ask(rig, bot, Wish.FORGET_KILL_SWITCH, SIGNAL_PAIR)
        bot.loop()
        assert (SIGNAL_PAIR, "KILL_SWITCH") not in locks(bot)
        assert bot.strategy.run.guards.penalty(SIGNAL_PAIR, bot.now) == 0.0
    Path(rig.hhq_files["requests"]).unlink()
    with rig.bot(SIGNAL_AT + timedelta(minutes=2)) as bot:
        bot.loop()
        assert (SIGNAL_PAIR, "KILL_SWITCH") not in locks(bot)
        assert bot.strategy.run.guards.penalty(SIGNAL_PAIR, bot.now) == 0.0


def test_a_cleared_frequency_guard_takes_entries_and_is_not_set_again_by_the_same_stops(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        for minutes in (50, 30, 10):
            closed_trade(bot.now - timedelta(minutes=minutes), -20.0, "SL_HIT", f"C{minutes}/USDT:USDT")
        bot.loop()
        assert ("*", "SL_GUARD") in locks(bot)
        ask(rig, bot, Wish.CLEAR_STOPLOSS_GUARD, "*")
        bot.loop()
        assert locks(bot) == []
    with rig.bot(SIGNAL_AT + timedelta(minutes=1)) as bot:
        bot.loop()
        assert locks(bot) == []


def test_times_of_requests_ascend_and_a_file_that_cannot_be_read_is_reported_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "hhq" / "requests.json"
    reader = RequestReader(path)
    assert reader.changed() == ()
    first = add_request(path, Wish.FORGET_KILL_SWITCH, "A", 1_000)
    second = add_request(path, Wish.CLEAR_STOPLOSS_GUARD, "*", 500)
    assert second.time_ms > first.time_ms
    assert reader.changed() == read_requests(path) == (first, second)
    assert reader.changed() == ()
    path.write_text('{"wish": 1')
    assert reader.changed() == reader.changed() == ()
    assert caplog.text.count("REQUEST_FILE") == 1
