"""The log lines that users search for, written by the real bot."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest

from tests.strategy.rig import SIGNAL_AT, SIGNAL_PAIR, Rig


def test_a_signal_is_traced_from_z_to_its_score(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "hhq.trace")
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop()
        bot.loop()
    of_pair = [text for text in caplog.messages if SIGNAL_PAIR in text]
    wanted = (
        rf"Z_PASS: {SIGNAL_PAIR} z=-?\d+\.\d\d thr=\d\.\d\d H=0\.\d{{3}} [A-Z_]+",
        rf"LAYER_1: {SIGNAL_PAIR} \S+",
        rf"PRE_SCORE: {SIGNAL_PAIR} score=\d+ min=\d+ \| reasons: .+",
        rf"SCORE_PASS: {SIGNAL_PAIR} LONG score=\d+ lev=\d+",
    )
    for pattern in wanted:
        assert sum(bool(re.fullmatch(pattern, text)) for text in of_pair) == 1, pattern


def test_what_stops_a_coin_after_z_is_written(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "hhq.trace")
    with rig.bot(SIGNAL_AT) as bot:
        for _ in range(12):
            bot.loop(timedelta(minutes=5))
    passed = {text.split()[1] for text in caplog.messages if text.startswith("Z_PASS")}
    stopped = [text for text in caplog.messages if re.match(r"BLOCKED: \S+ (LONG|SHORT|-) [A-Z_]+ \S", text)]
    low = [text for text in caplog.messages if re.fullmatch(r"SCORE_LOW: \S+ score=\d+ < \d+", text)]
    assert stopped
    assert {text.split()[1] for text in stopped + low} <= passed
    assert not any("LAYER_" in text for text in caplog.messages)


def test_the_start_names_the_module(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with rig.bot(SIGNAL_AT):
        pass
    assert "MODULE hhq loaded" in caplog.messages


def test_memory_of_a_bot_does_not_grow_with_its_candles(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.loop()
        sizes = []
        for _ in range(6):
            bot.loop(timedelta(minutes=5))
            tables = bot.strategy.context.tables.values()
            sizes.append((len(bot.strategy.context.tables), max(table.numbers.size for table in tables)))
    assert set(sizes) == {(8, 12)}
