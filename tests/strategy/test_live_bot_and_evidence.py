"""Freqtrade's own live bot and command: refused, waived, reloaded; what is said while a bot runs.

The replay exchange has no accounts, so Freqtrade's own private questions at a live start (position mode, the account's
tiers, the wallet) are answered by the test. Everything else is Freqtrade's.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from freqtrade.configuration import Configuration
from freqtrade.enums import RunMode
from freqtrade.exceptions import OperationalException
from freqtrade.exchange import Binance
from freqtrade.freqtradebot import FreqtradeBot
from freqtrade.persistence import Trade

from tests.strategy.live_start import Started, evidence_lines
from tests.strategy.rig import ROOT, SIGNAL_AT, Rig


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
