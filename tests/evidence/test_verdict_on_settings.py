"""What a document says about the settings in force: an edge only where it was shown, for them, and lately."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hhq.digest import settings_digest
from hhq.evidence.verdict import Verdict
from hhq.settings import HHQSettings
from hhq_shared.evidence_file import EvidenceFileError, read_evidence
from hhq_shared.evidence_verdict import EDGE_SHOWN, EvidenceVerdict, WatchedEvidence
from tests.evidence.documents import changed, measured, write

SETTINGS = HHQSettings()
DIGEST = settings_digest(SETTINGS)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
END = NOW - timedelta(days=2)
DAYS = 90


def verdict(path: Path, digest: str = DIGEST, now: datetime = NOW) -> EvidenceVerdict:
    return WatchedEvidence(path).verdict(digest, now, DAYS)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "evidence.json", measured(SETTINGS, END))


def test_an_edge_is_shown_with_its_interval_and_the_time_of_its_data(file: Path) -> None:
    found = verdict(file)
    assert (found.verdict, found.matches, found.shows_edge) == ("edge shown", True, True)
    assert found.net_pct is not None
    assert found.low_pct is not None
    assert found.high_pct is not None
    assert 0.0 < found.low_pct < found.net_pct < found.high_pct < 2.0
    assert (found.trades, found.days) == (200, 40)
    assert (found.data_until, found.settings_digest) == (END.isoformat(), DIGEST)
    assert f"net {found.net_pct:+.3f} [" in found.reason


def test_there_is_one_verdict_that_shows_an_edge_and_the_core_says_it() -> None:
    assert Verdict.EDGE_SHOWN.value == EDGE_SHOWN
    assert [each for each in Verdict if each.value == EDGE_SHOWN] == [Verdict.EDGE_SHOWN]


@pytest.mark.parametrize(
    ("gross", "says"), [(0.05, "no edge shown"), (-0.1, "loses its costs"), (-1.0, "loses before costs")]
)
def test_every_other_verdict_is_no_edge_and_keeps_its_numbers(
    tmp_path: Path, gross: float, says: str
) -> None:
    found = verdict(write(tmp_path / "evidence.json", measured(SETTINGS, END, gross)))
    assert (found.verdict, found.matches, found.shows_edge) == (says, True, False)
    assert found.net_pct is not None


def test_too_little_data_has_no_number_however_good_it_looks(tmp_path: Path) -> None:
    found = verdict(write(tmp_path / "evidence.json", measured(SETTINGS, END, 5.0, days=19)))
    assert (found.verdict, found.shows_edge) == ("too little data", False)
    assert found.net_pct is found.low_pct is found.high_pct is None
    assert (found.trades, found.days) == (95, 19)
    assert "too few" in found.reason


def test_one_other_setting_invalidates_the_verdict_and_its_numbers(file: Path) -> None:
    other = SETTINGS.model_copy(update={"sizing": SETTINGS.sizing.model_copy(update={"total_margin": 59.0})})
    found = verdict(file, settings_digest(other))
    assert (found.verdict, found.matches, found.shows_edge) == ("of other settings", False, False)
    assert found.net_pct is found.low_pct is found.high_pct is found.trades is None
    assert found.settings_digest == DIGEST
    assert DIGEST in found.reason
    assert settings_digest(other) in found.reason
    assert verdict(file).shows_edge


@pytest.mark.parametrize(("days", "says"), [(90, "edge shown"), (91, "too old")])
def test_data_that_has_become_too_old_no_longer_counts(file: Path, days: int, says: str) -> None:
    found = verdict(file, now=END + timedelta(days=days))
    assert (found.verdict, found.shows_edge) == (says, says == EDGE_SHOWN)
    assert (found.net_pct is None) == (says != EDGE_SHOWN)


def test_the_newest_data_count_beside_older_ones(file: Path) -> None:
    old = (END - timedelta(days=200)).isoformat()
    changed(file, lambda content: content["sets"].append({**content["sets"][0], "end": old}), by_hand=False)
    found = verdict(file)
    assert (found.verdict, found.data_until) == ("edge shown", END.isoformat())


def test_data_from_the_future_do_not_count(file: Path) -> None:
    found = verdict(file, now=END - timedelta(days=2))
    assert (found.verdict, found.shows_edge) == ("not measured", False)
    assert "future" in found.reason


def test_a_generated_market_shows_nothing(tmp_path: Path) -> None:
    found = verdict(write(tmp_path / "evidence.json", measured(SETTINGS, END, generated=True)))
    assert (found.verdict, found.shows_edge, found.net_pct) == ("of a generated market", False, None)


def test_one_generated_set_among_real_ones_is_enough_to_show_nothing(file: Path) -> None:
    changed(
        file,
        lambda content: content["sets"].append({**content["sets"][0], "generated": True}),
        by_hand=False,
    )
    assert verdict(file).verdict == "of a generated market"


HAND = "was changed after it was written"
EDITS: list[tuple[Callable[[Any], object], str]] = [
    (lambda content: content["report"]["judgement"].update(verdict="edge shown"), HAND),
    (lambda content: content.update(settings_digest="0123456789ab"), HAND),
    (lambda content: content["sets"][0].update(end="2031-01-01T00:00:00+00:00"), HAND),
    (lambda content: content["sets"][0].update(generated=False), HAND),
    (lambda content: content.update(digest="0" * 32), HAND),
    (lambda content: content.pop("digest"), HAND),
    (lambda content: content.update(layout=99), "not an evidence document of layout"),
]


@pytest.mark.parametrize(("edit", "says"), EDITS)
def test_a_file_that_was_edited_by_hand_is_refused(
    tmp_path: Path, edit: Callable[[Any], object], says: str
) -> None:
    path = write(tmp_path / "evidence.json", measured(SETTINGS, END, -1.0, generated=True))
    changed(path, edit)
    with pytest.raises(EvidenceFileError, match=says):
        read_evidence(path)
    found = verdict(path)
    assert (found.verdict, found.matches, found.shows_edge) == ("not measured", False, False)
    assert says in found.reason


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (lambda content: content.pop("settings_digest"), "settings_digest"),
        (lambda content: content.update(sets=[]), "sets"),
        (lambda content: content["sets"][0].update(end="2026-02-28"), "sets.0.end"),
        (lambda content: content["sets"][0].update(generated="no"), "sets.0.generated"),
        (lambda content: content["report"].pop("judgement"), "report.judgement"),
        (lambda content: content["report"]["pooled"].pop("account"), "report.pooled.account"),
    ],
)
def test_what_lacks_a_part_is_refused_by_its_name_although_its_digest_is_right(
    file: Path, change: Callable[[Any], object], names: str
) -> None:
    changed(file, change, by_hand=False)
    found = verdict(file)
    assert (found.verdict, found.shows_edge) == ("not measured", False)
    assert f"not an evidence document: {names}" in found.reason


def test_a_file_that_comes_changes_and_goes_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    watched = WatchedEvidence(path)

    def now() -> str:
        return watched.verdict(DIGEST, NOW, DAYS).verdict

    assert now() == "not measured"
    write(path, measured(SETTINGS, END))
    assert now() == "edge shown"
    write(path, measured(SETTINGS, END, -1.0))
    assert now() == "loses before costs"
    path.write_bytes(b"{")
    assert now() == "not measured"
    path.unlink()
    assert now() == "not measured"
    write(path, measured(SETTINGS, END))
    assert now() == "edge shown"
