"""The file in which the account's state survives restarts."""

from __future__ import annotations

from pathlib import Path

import pytest

from hhq_freqtrade.account.state_file import StateFile, state_path


def test_databases_have_a_state_file_each_and_one_in_memory_has_none(tmp_path: Path) -> None:
    files = {
        state_path(tmp_path, url)
        for url in ("sqlite:///a.sqlite", "sqlite:///b.sqlite", "sqlite:////x/a.sqlite", "postgresql://h/a")
    }
    assert len(files) == 4
    assert state_path(tmp_path, "sqlite://") is None
    assert state_path(tmp_path, "sqlite:///:memory:") is None


def test_an_unreadable_state_file_is_put_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "state.json"
    path.write_text('{"peak_equ')
    assert StateFile(path).get("peak_equity") is None
    assert (tmp_path / "state.unreadable").exists()
    assert "STATE_FILE" in caplog.text


def test_equal_values_are_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    file = StateFile(path)
    file.put({"a": 1.0, "b": [1, 2]})
    path.unlink()
    file.put({"a": 1.0, "b": [1, 2]})
    assert not path.exists()
    file.put({"a": 2.0})
    assert StateFile(path).get("b") == [1, 2]
