"""The companion's settings: files in layers, the environment on top of them, errors that name file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion.ground.errors import UsageError
from companion.settings import CompanionSettings
from companion.settings.files import load_companion_settings


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_without_files_the_projects_own_is_read() -> None:
    assert load_companion_settings([], {}) == CompanionSettings()


def test_later_files_win_and_the_environment_wins_over_them(tmp_path: Path) -> None:
    first = written(tmp_path / "a.toml", '[server]\nport = 9001\nhost = "127.0.0.2"\n')
    second = written(tmp_path / "b.toml", "[server]\nport = 9002\n[scanner]\npairlist_size = 40\n")
    settings = load_companion_settings([first, second], {})
    assert (settings.server.host, settings.server.port, settings.scanner.pairlist_size) == (
        "127.0.0.2",
        9002,
        40,
    )
    variables = {
        "HHQ_COMPANION__SERVER__PORT": "9003",
        "HHQ_COMPANION__BOTS__URLS": '["http://freqtrade:8080"]',
    }
    settings = load_companion_settings([first, second], variables)
    assert settings.server.port == 9003
    assert settings.bots.urls == ("http://freqtrade:8080",)
    assert load_companion_settings([first], variables, {"server": {"port": 9004}}).server.port == 9004


def test_a_text_in_the_environment_needs_no_quotes() -> None:
    for text in ("0.0.0.0", '"0.0.0.0"'):
        assert load_companion_settings([], {"HHQ_COMPANION__SERVER__HOST": text}).server.host == "0.0.0.0"
    assert load_companion_settings([], {"HHQ_COMPANION__BOTS__COMPARE": "false"}).bots.compare is False


@pytest.mark.parametrize(
    "text, key",
    [
        ("[server]\nprot = 1\n", "server.prot: unknown setting"),
        ("[server]\nport = 70000\n", "server.port = 70000"),
        ("[server]\nport = '8090'\n", "server.port = '8090'"),
        ("[bots]\nurls = ['ftp://x']\n", "bots: urls: 'ftp://x' does not begin with http"),
        ("[bots]\nnames = ['one', 'two']\n", "bots: names = ['one', 'two'] must be as many as urls"),
        ("[bots]\nnames = ['Bot 1']\n", "bots: names: 'Bot 1'"),
        ("[server\n", "a.toml"),
    ],
)
def test_a_wrong_file_is_named_with_its_key(tmp_path: Path, text: str, key: str) -> None:
    path = written(tmp_path / "a.toml", text)
    with pytest.raises(UsageError) as problem:
        load_companion_settings([path], {})
    assert key in str(problem.value)
    assert "a.toml" in str(problem.value)
    assert problem.value.exit_status == 2


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"absent\.toml"):
        load_companion_settings([tmp_path / "absent.toml"], {})


@pytest.mark.parametrize(
    "name, value, told", [("SERVER__PROT", "1", "server.prot"), ("SERVER__PORT", "x", "server.port = 'x'")]
)
def test_a_wrong_variable_is_named(name: str, value: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        load_companion_settings([], {f"HHQ_COMPANION__{name}": value})
