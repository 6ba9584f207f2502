"""Settings that change while the bot runs: taken at its loop without a reload, whichever file is their home."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from freqtrade.enums import State
from freqtrade.exceptions import OperationalException

from companion.demo.bot import DEMO_SETTINGS
from companion.domain_settings.desk import SettingsDesk
from companion.domain_settings.files import TuningFiles
from companion.ground.clock import SystemClock
from companion.ground.layout import STRATEGIES
from hhq.equity import EquityPeak
from hhq_shared.parameters import PARAMETERS
from hhq_shared.strategy_version import read_version
from tests.strategy.rig import SIGNAL_AT, SIGNAL_PAIR, Bot, Rig

CHANGES = int(os.environ.get("HHQ_SETTINGS_CHANGES", "20"))
GROWTH_PCT = 5.0
"""How far the memory may grow over all changes; one reload alone takes a quarter more."""
BETWEEN = timedelta(seconds=2)


@dataclass(frozen=True)
class Tuned:
    """A bot with a strategy file of its own, and the desk that changes its settings."""

    bot: Bot
    desk: SettingsDesk

    @property
    def parameters(self) -> Path:
        return self.desk.files.parameters

    def set(self, **values: object) -> str:
        """Change settings, run one loop, and return the digest that should be in force then."""
        changes = {name.replace("__", "."): value for name, value in values.items()}
        state = asyncio.run(self.desk.change(changes, "me"))
        self.bot.loop(BETWEEN)
        return state.digest

    @property
    def in_force(self) -> str:
        return asyncio.run(self.desk.state()).digest

    @property
    def digest(self) -> str:
        told = read_version(self.bot.strategy.version())
        assert told is not None
        return told.digest


@pytest.fixture
def tuned(rig: Rig) -> Iterator[Tuned]:
    strategies = rig.folder / "strategies"
    strategies.mkdir()
    own = Path(shutil.copy(STRATEGIES / "HHQStrategy.py", strategies))
    settings = Path(shutil.copy(DEMO_SETTINGS, rig.folder / "hhq.toml"))
    files = TuningFiles(
        settings,
        Path(rig.hhq_files["overlay"]),
        own.with_suffix(".json"),
        rig.folder / "history.jsonl",
    )
    hhq = {**rig.hhq_files, "settings": str(settings)}
    with rig.bot(SIGNAL_AT, other=own, hhq=hhq) as bot:
        yield Tuned(bot, SettingsDesk(files, SystemClock()))


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def handles() -> tuple[int, int]:
    """Open files, pipes and event loops; sockets, of which the exchange's server closes the idle ones in its own time."""
    kinds = []
    for handle in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the one that reads the folder
            kinds.append(str(handle.readlink()).startswith("socket:"))
    return kinds.count(False), kinds.count(True)


def test_many_changes_leave_waiting_orders_handles_and_memory_as_they_were(tuned: Tuned) -> None:
    bot = tuned.bot
    bot.loop()
    (waiting,) = bot.trades()
    assert (waiting.pair, waiting.has_open_position) == (SIGNAL_PAIR, False)
    order = waiting.open_orders[0].order_id
    before_all, strategy = bot.freqtrade, bot.strategy
    tuned.set(levels__sl_atr=1.9)
    memory, open_handles = resident_mb(), handles()
    for number in range(CHANGES):
        # One of the parameter file and one of the overlay, both different each time.
        digest = tuned.set(
            levels__tp_atr=round(3.0 + 0.01 * (number + 1), 2), signal__veto__funding=0.05 + 0.001 * number
        )
        assert tuned.digest == digest
    grown = (resident_mb() / memory - 1.0) * 100.0
    print(f"{CHANGES} changes: {memory:.0f} MB {grown:+.1f} %, handles {open_handles} -> {handles()}")  # noqa: T201 (the figures of a longer run)
    files, sockets = handles()
    assert files == open_handles[0]
    assert sockets <= open_handles[1]
    assert grown < GROWTH_PCT
    assert [trade.open_orders[0].order_id for trade in bot.trades()] == [order]
    assert bot.freqtrade is before_all
    assert bot.freqtrade.strategy is strategy
    assert bot.freqtrade.state is State.RUNNING
    assert not strategy.failures


def test_every_parameter_is_taken_and_taken_back_without_a_reload(tuned: Tuned) -> None:
    bot = tuned.bot
    bot.loop()
    begun = tuned.digest
    for name, parameter in PARAMETERS.items():
        full = f"{parameter.section}.{parameter.key}"
        declared = getattr(bot.strategy, name).value
        tuned.set(**{full: declared + 1})
        assert getattr(bot.strategy, name).value == declared + 1
        assert bot.strategy.running.parameters[name] == declared + 1
        tuned.set(**{full: None})
        assert getattr(bot.strategy, name).value == declared
    assert tuned.digest == begun


def test_a_change_of_the_settings_file_itself_is_taken_too(tuned: Tuned) -> None:
    tuned.desk.files.settings.write_text("[sizing]\npeak_days = 2\n")
    bot = tuned.bot
    bot.loop()
    assert tuned.digest == tuned.in_force
    account, today = bot.strategy.run.account, int(bot.now.timestamp()) // 86_400
    account.restore(EquityPeak(((today - 3, 99_999.0),)))
    bot.loop()
    assert account.peak.value < 99_999.0, "a day before the last two no longer counts"


def test_a_file_that_cannot_be_used_changes_nothing_and_is_taken_once_it_can(
    tuned: Tuned, caplog: pytest.LogCaptureFixture
) -> None:
    bot = tuned.bot
    bot.loop()
    begun = tuned.digest
    for broken in (
        '{"params": ',
        "[]",
        parameters(buy={"z_score_threshold": 99.0}),
        parameters(buy={"z_score_threshold": "high"}),
        parameters("Another", buy={"z_score_threshold": 2.0}),
    ):
        tuned.parameters.write_text(broken)
        caplog.clear()
        bot.loop(timedelta(seconds=1))
        bot.loop(timedelta(seconds=1))
        assert tuned.digest == begun
        assert caplog.text.count("SETTINGS: not taken") == 1, broken
    # What does not fit the other files yet is tried again with every file that changes.
    tuned.parameters.write_text(parameters(buy={"z_score_threshold": 2.0}))
    tuned.desk.files.overlay.write_text("[signal.minimum_score]\nlow = 80\nhigh = 70\n")
    bot.loop(timedelta(seconds=1))
    assert tuned.digest == begun
    tuned.desk.files.overlay.unlink()
    bot.loop(timedelta(seconds=1))
    assert bot.strategy.settings.signal.z_score_threshold == 2.0
    assert not bot.strategy.failures


def test_a_parameter_out_of_range_stops_the_start_and_is_named(rig: Rig) -> None:
    strategies = rig.folder / "strategies"
    strategies.mkdir()
    own = Path(shutil.copy(STRATEGIES / "HHQStrategy.py", strategies))
    own.with_suffix(".json").write_text(parameters(buy={"z_score_threshold": 99.0}))
    with pytest.raises(OperationalException, match="z_score_threshold = 99"), rig.bot(SIGNAL_AT, other=own):
        pass


def test_what_only_freqtrade_takes_is_named_and_waits_for_a_reload(
    tuned: Tuned, caplog: pytest.LogCaptureFixture
) -> None:
    bot = tuned.bot
    bot.loop()
    tuned.parameters.write_text(
        parameters(buy={"z_score_threshold": 2.0, "rsi": 30}, stoploss={"stoploss": -0.2})
    )
    bot.loop()
    told = read_version(bot.strategy.version())
    assert told is not None
    assert told.waiting == ("buy.rsi", "stoploss.stoploss")
    assert told.digest == tuned.in_force
    assert bot.strategy.stoploss == -0.99
    assert "only a reload of the bot takes buy.rsi, stoploss.stoploss" in caplog.text
    tuned.parameters.write_text(parameters(buy={"z_score_threshold": 2.0}))
    bot.loop()
    told = read_version(bot.strategy.version())
    assert told is not None
    assert told.waiting == ()


def test_no_part_of_the_bot_keeps_the_settings_of_its_start() -> None:
    """A value that a constructor reads is the one that would need a reload."""
    kept = [
        f"{path.name}: {class_.name}"
        for path in sorted((STRATEGIES / "hhq_freqtrade").rglob("*.py"))
        if path.name != "running_settings.py"
        for class_ in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(class_, ast.ClassDef)
        for function in class_.body
        if isinstance(function, ast.FunctionDef) and function.name == "__init__"
        for read in ast.walk(function)
        if isinstance(read, ast.Attribute) and read.attr == "current"
    ]
    assert kept == []


def parameters(strategy: str = "HHQStrategy", **spaces: dict[str, Any]) -> str:
    return json.dumps({"strategy_name": strategy, "params": spaces})
