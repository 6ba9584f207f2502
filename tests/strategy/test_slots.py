"""The largest number of open trades: what a signal without a slot says, and what no limit looks like."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.strategy.rig import SIGNAL_AT, SIGNAL_PAIR, Rig


def test_an_accepted_signal_that_finds_all_slots_taken_says_so(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    line = re.compile(r"BLOCKED: (\S+) (LONG|SHORT) SLOTS slots 1/1 are taken")

    def found() -> list[tuple[str, ...]]:
        return [told.groups() for text in caplog.messages if (told := line.fullmatch(text))]

    with rig.bot(SIGNAL_AT, max_open_trades=1) as bot:
        bot.loop()
        assert [trade.pair for trade in bot.trades()] == [SIGNAL_PAIR]
        assert found() == []
        bot.until(lambda: found() != [], timedelta(minutes=5))
        (trade,) = bot.trades()
        told = found()
        pair, side = told[0]
        assert pair != trade.pair
        assert any(text.startswith(f"SCORE_PASS: {pair} {side}") for text in caplog.messages)
        bot.loop()
        assert found() == told


def test_a_bot_without_a_limit_enters_and_records_no_number(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    with rig.bot(SIGNAL_AT, max_open_trades=-1, stake_amount=100) as bot:
        bot.loop()
        assert [trade.pair for trade in bot.trades()] == [SIGNAL_PAIR]
        record = bot.strategy.run.file.get("waiting")[SIGNAL_PAIR]["record"]
        assert record["settings_snapshot"]["max_positions"] is None
    assert "SLOTS" not in caplog.text
