"""Real orders need evidence: which live starts are refused and how, that a dry run always starts, and what is said.

The replay exchange has no accounts, so Freqtrade's own private questions at a live start (position mode, the account's
tiers, the wallet) are answered by the test. Everything else is Freqtrade's.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from freqtrade.configuration import Configuration
from freqtrade.enums import RunMode
from freqtrade.exceptions import OperationalException
from freqtrade.exchange import Binance
from freqtrade.freqtradebot import FreqtradeBot
from freqtrade.persistence import Trade
from freqtrade.resolvers import StrategyResolver

from companion.ground.layout import CONFIG
from hhq.digest import settings_digest
from hhq.settings import HHQSettings
from hhq_freqtrade.evidence_gate import EvidenceGate
from hhq_shared.settings_files import load_settings
from tests.evidence.documents import changed, measured, write
from tests.strategy.closed_trades import lines
from tests.strategy.rig import NO_API, ROOT, SIGNAL_AT, STRATEGIES, Rig

END = SIGNAL_AT - timedelta(days=3)
LIVE = {"dry_run": False}
OTHER = "[exits.force]\nhours = 5.0\n"


@pytest.fixture(autouse=True)
def nothing_has_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EvidenceGate, "has_started_live", False)


@pytest.fixture
def now() -> Iterator[None]:
    with time_machine.travel(SIGNAL_AT, tick=False):
        yield


class Started:
    """What a bot is started with: its evidence, its overlay, its configuration."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.path = Path(rig.hhq_files["evidence"])
        self.overlay = Path(rig.hhq_files["overlay"])
        self.hhq: dict[str, Any] = {**rig.hhq_files, "settings": str(CONFIG / "hhq.toml")}
        # The folder's strategy has no parameter file of a developer's.
        own = rig.folder / "strategies"
        own.mkdir()
        self.strategy = Path(shutil.copy(STRATEGIES / "HHQStrategy.py", own))

    def show(self, gross: float = 1.0, **how: Any) -> None:
        """Write the evidence of the project's own settings."""
        write(self.path, measured(own_settings(), how.pop("end", END), gross, **how))

    def arguments(self, mode: str, **rules: Any) -> dict[str, Any]:
        database = f"sqlite:///{self.rig.folder / 'bot.sqlite'}"
        given = self.rig.arguments(mode, {"hhq": self.hhq | rules, "api_server": NO_API, "db_url": database})
        return {**given, "strategy_path": str(self.strategy.parent)}

    def load(self, mode: RunMode = RunMode.LIVE, **rules: Any) -> Any:
        """Load the strategy as Freqtrade does when a bot starts."""
        layer = "live" if mode is RunMode.LIVE else "dry-run"
        config = Configuration(self.arguments(layer, **rules), mode).get_config()
        return StrategyResolver.load_strategy(config)

    def refused(self, **rules: Any) -> str:
        """The text of a live start that has to be refused; it is one line."""
        with pytest.raises(OperationalException) as refused:
            self.load(**rules)
        text = str(refused.value)
        assert "\n" not in text
        return text


@pytest.fixture
def start(rig: Rig) -> Started:
    return Started(rig)


def own_settings() -> HHQSettings:
    return load_settings(CONFIG / "hhq.toml")


def evidence_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return lines(caplog.messages, "EVIDENCE")


@pytest.mark.usefixtures("now")
def test_a_live_bot_starts_on_evidence_that_shows_an_edge(
    start: Started, caplog: pytest.LogCaptureFixture
) -> None:
    start.show()
    strategy = start.load()
    digest = settings_digest(strategy.settings)
    (line,) = evidence_lines(caplog)
    assert re.fullmatch(
        rf"EVIDENCE: edge shown \(net \+\S+ \[\S+ \S+\] % a trade, .*\), settings {digest}", line
    )


def no_file(start: Started) -> None:
    start.path.unlink()


def damaged(start: Started) -> None:
    start.path.write_bytes(start.path.read_bytes()[:-20])


def edited(start: Started) -> None:
    start.show(-1.0)
    changed(start.path, lambda content: content["report"]["judgement"].update(verdict="edge shown"))


def of_another_layout(start: Started) -> None:
    changed(start.path, lambda content: content.update(layout=99), by_hand=False)


def without_a_part(start: Started) -> None:
    changed(start.path, lambda content: content["report"].pop("judgement"), by_hand=False)


def of_other_settings(start: Started) -> None:
    start.overlay.write_text(OTHER)


def too_old(start: Started) -> None:
    start.show(end=SIGNAL_AT - timedelta(days=91))


def generated(start: Started) -> None:
    start.show(generated=True)


REASONS: list[tuple[Callable[[Started], None], str]] = [
    (no_file, "not measured (.*evidence.file: cannot be read: there is no such file)"),
    (damaged, "not measured (.*evidence.file: cannot be read: .*)"),
    (edited, "not measured (.*: was changed after it was written: its digest does not match)"),
    (of_another_layout, "not measured (.*: not an evidence document of layout [0-9]+)"),
    (without_a_part, "not measured (.*: not an evidence document: report.judgement: .*)"),
    (
        of_other_settings,
        "of other settings (it was measured with settings [0-9a-f]{12}, these are [0-9a-f]{12})",
    ),
    (too_old, "too old (its newest data are of 2024-10-09, more than 90 days ago)"),
    (generated, "of a generated market (.*)"),
    (lambda start: start.show(0.05), "no edge shown (net .*)"),
    (lambda start: start.show(-0.1), "loses its costs (net -.*)"),
    (lambda start: start.show(-1.0), "loses before costs (net -.*)"),
    (lambda start: start.show(days=10), "too little data (.*too few for an interval)"),
]
NAMES = [
    "no file", "damaged", "edited", "layout", "part", "settings", "old", "generated", "none", "costs", "loses", "few",
]  # fmt: skip


@pytest.mark.usefixtures("now")
@pytest.mark.parametrize(("spoil", "says"), REASONS, ids=NAMES)
def test_a_live_start_is_refused_in_one_line_that_says_why_and_what_to_do(
    start: Started, caplog: pytest.LogCaptureFixture, spoil: Callable[[Started], None], says: str
) -> None:
    start.show()
    spoil(start)
    said = says.replace("(", r"\(").replace(")", r"\)")
    text = start.refused()
    assert re.match(rf"EVIDENCE: no live start, {said}: measure with ", text), text
    assert "python -m companion evidence --data DIR --save" in text
    assert "hhq.accept_unproven" in text
    # Waived, it starts, and the same reason is a warning.
    caplog.clear()
    start.load(accept_unproven=True)
    (record,) = [record for record in caplog.records if record.message.startswith("EVIDENCE")]
    assert record.levelname == "WARNING"
    assert re.fullmatch(rf"EVIDENCE: real orders without a shown edge, {said}", record.message)
    # A dry run starts, and says what a live start would get.
    EvidenceGate.has_started_live = False
    caplog.clear()
    start.load(RunMode.DRY_RUN)
    (line,) = evidence_lines(caplog)
    assert re.fullmatch(rf"EVIDENCE: no edge is shown, {said}; a live start would be refused", line)


@pytest.mark.usefixtures("now")
def test_changing_one_setting_invalidates_the_verdict_and_changing_it_back_restores_it(
    start: Started,
) -> None:
    start.show()
    parameters = start.strategy.with_suffix(".json")
    parameter = {"strategy_name": "HHQStrategy", "params": {"buy": {"z_score_threshold": 1.61}}}
    for file, content in (
        (start.overlay, OTHER),
        (start.overlay, "[sizing]\ntotal_margin = 59.0\n"),
        (parameters, json.dumps(parameter)),
    ):
        file.write_text(content)
        assert "of other settings" in start.refused()
        file.unlink()
        EvidenceGate.has_started_live = False
        assert start.load().evidence
        EvidenceGate.has_started_live = False


@pytest.mark.usefixtures("now")
def test_the_largest_age_is_the_configurations(start: Started) -> None:
    start.show(end=SIGNAL_AT - timedelta(days=5))
    assert "more than 4 days ago" in start.refused(evidence_days=4)
    assert start.load(evidence_days=5)


@pytest.mark.usefixtures("now")
def test_without_a_named_file_it_is_looked_for_in_user_data(start: Started) -> None:
    start.show()
    assert "no such file" in start.refused(evidence="")
    beside = start.rig.user_data / "hhq" / "evidence.json"
    beside.parent.mkdir()
    shutil.copy(start.path, beside)
    assert start.load(evidence="")


@pytest.mark.usefixtures("now")
@pytest.mark.parametrize(
    "wrong",
    [
        {"accept_unproven": "true"},
        {"accept_unproven": 1},
        {"evidence_days": "90"},
        {"evidence_days": 0},
        {"evidence_days": True},
        {"evidence": 5},
        {"accept_unprovn": True},
    ],
)
@pytest.mark.parametrize("mode", [RunMode.LIVE, RunMode.DRY_RUN])
def test_a_rule_of_the_wrong_type_or_name_is_refused_and_named(
    start: Started, mode: RunMode, wrong: dict[str, Any]
) -> None:
    start.show()
    (name,) = wrong
    with pytest.raises(OperationalException, match=rf"HHQ settings: hhq\.{name}\b"):
        start.load(mode, **wrong)


def test_a_backtest_reads_no_evidence_and_says_nothing_of_it(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    Path(rig.hhq_files["evidence"]).write_text("{")
    rig.backtesting()
    assert evidence_lines(caplog) == []


@contextmanager
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Answer what Freqtrade asks a real account at its start."""
    monkeypatch.setattr(Binance, "additional_exchange_init", lambda _: None)
    monkeypatch.setattr(Binance, "get_leverage_tiers", lambda _: {})
    monkeypatch.setattr(
        Binance, "get_balances", lambda _: {"USDT": {"free": 1000.0, "used": 0.0, "total": 1000.0}}
    )
    monkeypatch.setattr(Binance, "fetch_positions", lambda _: [])
    yield


def live_bot(start: Started, **rules: Any) -> FreqtradeBot:
    return FreqtradeBot(Configuration(start.arguments("live", **rules), RunMode.LIVE).get_config())


@pytest.mark.usefixtures("now")
def test_freqtrades_own_live_bot_is_refused_waived_and_reloaded(
    start: Started, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with account(monkeypatch):
        with pytest.raises(OperationalException, match="EVIDENCE: no live start, not measured"):
            live_bot(start)
        bot = live_bot(start, accept_unproven=True)
        try:
            assert bot.config["runmode"] == RunMode.LIVE
            bot.startup()
        finally:
            bot.exchange.close()
        # As after /reload_config: it may hold positions, which nobody would watch if it ended now.
        caplog.clear()
        again = live_bot(start)
        again.exchange.close()
        Trade.session.remove()
    (line,) = evidence_lines(caplog)
    assert line.startswith("EVIDENCE: real orders without a shown edge, not measured (")
    assert line.endswith("); the next start would be refused")


def test_a_dry_run_that_is_reloaded_as_a_live_bot_has_to_show_an_edge(start: Started) -> None:
    start.load(RunMode.DRY_RUN)
    assert "not measured" in start.refused()


def test_settings_that_change_while_it_runs_stop_nothing_and_are_told_once(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    start = Started(rig)
    start.show()
    with rig.bot(SIGNAL_AT, other=start.strategy, hhq=start.hhq) as bot:
        (line,) = evidence_lines(caplog)
        assert line.startswith("EVIDENCE: edge shown")
        bot.loop()
        for hours in (5.0, 6.0, 7.0):
            start.overlay.write_text(f"[exits.force]\nhours = {hours}\n")
            bot.loop()
            bot.loop()
        assert [text.split(" (")[0] for text in evidence_lines(caplog)[1:]] == [
            "EVIDENCE: no edge is shown, of other settings"
        ]
        start.overlay.unlink()
        bot.loop()
        start.show(-1.0)
        bot.loop()
        bot.loop(timedelta(days=91))
        assert [text.split(" (")[0] for text in evidence_lines(caplog)[2:]] == [
            "EVIDENCE: edge shown",
            "EVIDENCE: no edge is shown, loses before costs",
            "EVIDENCE: no edge is shown, too old",
        ]
        assert bot.freqtrade.state.name == "RUNNING"
        assert not bot.strategy.failures


STARTED = """
import sys
from freqtrade.exchange import Binance
Binance.additional_exchange_init = lambda self: None
Binance.get_leverage_tiers = lambda self: {}
from freqtrade.main import main
main(sys.argv[1:])
"""


@pytest.mark.processes
def test_the_command_ends_at_once_with_one_line_and_no_trace(start: Started) -> None:
    files = start.arguments("live")
    layers = [word for file in files["config"] for word in ("--config", file)]
    line = [sys.executable, "-c", STARTED, "trade", *layers, "--strategy", "HHQStrategy"]
    line += ["--strategy-path", files["strategy_path"], "--userdir", files["user_data_dir"]]
    # Freqtrade breaks lines at the width of the terminal.
    wide = {**os.environ, "COLUMNS": "500"}
    ended = subprocess.run(line, capture_output=True, text=True, timeout=200, check=False, cwd=ROOT, env=wide)
    said = ended.stdout + ended.stderr
    assert ended.returncode == 2, said[-3000:]
    assert "Traceback" not in said
    (told,) = [text for text in said.splitlines() if "EVIDENCE" in text]
    assert " - ERROR - EVIDENCE: no live start, not measured (" in told
    assert told.endswith("to trade without a shown edge.")
    assert not (start.rig.folder / "bot.sqlite").exists()
