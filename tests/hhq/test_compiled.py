"""Cached machine code belongs to one version of the sources."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from hhq import compiled as module
from hhq.compiled import compiled, source_digest


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def test_the_digest_follows_content_and_names_of_the_sources(tmp_path: Path) -> None:
    seen = [source_digest(tmp_path)]
    for name, text in [("a.py", "1"), ("a.py", "2"), ("b/a.py", "2"), ("c.py", "")]:
        write(tmp_path, name, text)
        seen.append(source_digest(tmp_path))
    (tmp_path / "c.py").rename(tmp_path / "d.py")
    seen.append(source_digest(tmp_path))
    assert len(set(seen)) == len(seen)
    assert {len(digest) for digest in seen} == {16}


def test_sources_without_the_marker_and_other_files_do_not_count(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "@compiled")
    before = source_digest(tmp_path, b"@compiled")
    write(tmp_path, "b.py", "plain")
    write(tmp_path, "notes.txt", "@compiled")
    assert source_digest(tmp_path, b"@compiled") == before
    assert source_digest(tmp_path) != before


def test_the_digest_does_not_depend_on_where_the_sources_lie(tmp_path: Path) -> None:
    for place in ("one", "two"):
        write(tmp_path / place, "a.py", "x")
    assert source_digest(tmp_path / "one") == source_digest(tmp_path / "two")


def test_a_folder_that_cannot_be_written_keeps_no_machine_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert not module._keep_machine_code()


def test_a_folder_that_can_be_written_keeps_machine_code_of_this_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept: list[str] = []
    monkeypatch.setattr(os, "access", lambda *_: True)
    monkeypatch.setattr(module, "setattr", lambda *given: kept.append(given[2]), raising=False)
    assert module._keep_machine_code()
    assert kept[0].endswith(f"compiled-{source_digest(marker=b'@compiled')}")


def test_without_a_cache_folder_the_source_folder_is_tried(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[Path] = []

    def refuse(path: Path, _: int) -> bool:
        asked.append(path)
        return False

    monkeypatch.setattr(module, "_SOURCES", tmp_path)
    monkeypatch.setattr(os, "access", refuse)
    assert not module._keep_machine_code()
    (tmp_path / "__pycache__").mkdir()
    assert not module._keep_machine_code()
    assert asked == [tmp_path, tmp_path / "__pycache__"]


@compiled
def _share(part: float, whole: float) -> float:
    return part / whole


@pytest.mark.compiled
def test_compiled_functions_divide_by_zero_as_numpy_does() -> None:
    assert np.isinf(_share(1.0, np.float64(0.0)))


@compiled
def _sum(values: np.ndarray) -> float:
    total = 0.0
    for value in values:
        total += value
    return total


def test_compiled_functions_add_in_the_order_that_is_written() -> None:
    values = np.random.default_rng(1).normal(0, 1, 10_001) * 10.0 ** np.random.default_rng(2).integers(
        -9, 9, 10_001
    )
    total = 0.0
    for value in values.tolist():
        total += value
    assert _sum(values) == total
