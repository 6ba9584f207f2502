"""Real orders need evidence: which live starts are refused and how, and that a dry run always starts."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from freqtrade.enums import RunMode
from freqtrade.exceptions import OperationalException

from hhq.digest import settings_digest
from hhq_freqtrade.evidence_gate import EvidenceGate
from tests.evidence.documents import changed
from tests.strategy.live_start import OTHER, Started, evidence_lines
from tests.strategy.rig import SIGNAL_AT, Rig


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
