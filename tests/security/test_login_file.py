"""Demo credentials: made once, kept private."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from companion.ground.errors import CompanionError
from companion.security.login_file import load_or_create


def test_the_first_run_makes_them_and_the_second_finds_them(tmp_path: Path) -> None:
    path = tmp_path / "run" / "credentials.json"
    made, is_new = load_or_create(path)
    found, is_new_again = load_or_create(path)
    assert is_new
    assert not is_new_again
    assert found == made
    assert len({made.password, made.jwt_secret_key, made.ws_token}) == 3


def test_only_the_owner_reads_the_file(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    load_or_create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "[]", '{"username": "demo"}'])
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "credentials.json"
    path.write_text(content)
    with pytest.raises(CompanionError, match=r"credentials\.json"):
        load_or_create(path)
