"""A demonstration that is started again goes on where the tape of the last one has got to."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from companion.demo.kept import Opening, keep, kept_opening
from companion.offline.data_folder import DataFolder, embedded_folder

DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return embedded_folder(3, 8, parent=tmp_path_factory.mktemp("market"))


def opening_at(folder: DataFolder, days_before_the_end: float) -> Opening:
    """An opening whose tape is that many days from its end at a fixed origin."""
    origin = folder.span()[1].timestamp() + 400 * DAY_MS / 1000
    return Opening(origin, int((400 + days_before_the_end) * DAY_MS), "1d", folder.pairs[:2])


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr("time.time", lambda: now[0])
    return now


def test_the_tape_goes_on_from_the_moment_that_it_has_reached_meanwhile(
    folder: DataFolder, tmp_path: Path, clock: list[float]
) -> None:
    first = opening_at(folder, 3)
    keep(tmp_path / "tape.json", folder, first)
    clock[0] = first.origin + 7200.0
    again = kept_opening(tmp_path / "tape.json", folder)
    assert again is not None
    assert (again.offset, again.align, again.pairs) == (first.offset, first.align, first.pairs)
    assert again.start - first.start == timedelta(hours=2)


def test_a_tape_that_is_about_to_end_is_not_resumed(
    folder: DataFolder, tmp_path: Path, clock: list[float]
) -> None:
    first = opening_at(folder, 3)
    keep(tmp_path / "tape.json", folder, first)
    clock[0] = first.origin + 2.1 * 86_400
    assert kept_opening(tmp_path / "tape.json", folder) is None


def test_the_tape_of_another_market_is_not_resumed(
    folder: DataFolder, tmp_path: Path, clock: list[float]
) -> None:
    first = opening_at(folder, 3)
    keep(tmp_path / "tape.json", folder, first)
    clock[0] = first.origin
    other = embedded_folder(3, 9, parent=tmp_path)
    assert kept_opening(tmp_path / "tape.json", other) is None


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"market": 1, "offset": "x", "align": "1d", "pairs": []}']
)
def test_a_file_that_records_no_tape_is_not_resumed(folder: DataFolder, tmp_path: Path, content: str) -> None:
    (tmp_path / "tape.json").write_text(content)
    assert kept_opening(tmp_path / "tape.json", folder) is None
    assert kept_opening(tmp_path / "none.json", folder) is None
