"""The settings that the scanner decides with are those of the bot's files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from companion.domain_settings.in_force import SettingsInForce
from companion.domain_settings.leaves import changed_settings
from companion.ground.errors import UsageError
from hhq.settings import HHQSettings
from hhq_shared.settings_files import SettingsFiles


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    settings = tmp_path / "hhq.toml"
    settings.write_text("[signal]\nlayer_scale = 0.9\n")
    return {
        "settings": settings,
        "parameters": tmp_path / "HHQStrategy.json",
        "overlay": tmp_path / "overlay.toml",
    }


def parameters(path: Path, **values: float) -> None:
    path.write_text(json.dumps({"strategy_name": "HHQStrategy", "params": {"buy": values}}))


def test_settings_are_read_again_when_any_of_the_files_changes(files: dict[str, Path]) -> None:
    source = SettingsInForce(SettingsFiles(**files))
    first = source.current()
    assert first.signal.layer_scale == 0.9
    assert source.current() is first
    parameters(files["parameters"], z_score_threshold=2.1)
    assert source.current().signal.z_score_threshold == 2.1
    files["overlay"].write_text("[signal]\nlayer_scale = 0.8\n")
    assert source.current().signal.layer_scale == 0.8
    files["overlay"].unlink()
    assert source.current().signal.layer_scale == 0.9
    assert source.problem == ""


def test_files_that_cannot_be_used_leave_the_last_good_settings_and_say_why(files: dict[str, Path]) -> None:
    source = SettingsInForce(SettingsFiles(**files))
    good = source.current()
    files["settings"].write_text("[signal]\nlayer_scael = 0.9\n")
    assert source.current() is good
    assert "layer_scael" in source.problem
    files["settings"].write_text("[signal]\nlayer_scale = 0.7\n")
    assert source.current().signal.layer_scale == 0.7
    assert source.problem == ""
    parameters(files["parameters"], z_score_threshold=99.0)
    assert source.current().signal.layer_scale == 0.7
    assert "z_score_threshold" in source.problem


def test_files_that_are_wrong_at_the_start_are_an_error_that_names_the_key(files: dict[str, Path]) -> None:
    files["settings"].write_text("[signal]\nlayer_scael = 0.9\n")
    with pytest.raises(UsageError, match="layer_scael"):
        SettingsInForce(SettingsFiles(**files))


def test_only_settings_that_are_not_the_default_are_reported_as_changed(files: dict[str, Path]) -> None:
    parameters(files["parameters"], z_score_threshold=2.1, min_confidence=68)
    changed = changed_settings(SettingsInForce(SettingsFiles(**files)).current())
    assert [(each.leaf.key, each.value) for each in changed] == [
        ("signal.z_score_threshold", 2.1),
        ("signal.layer_scale", 0.9),
    ]
    assert changed_settings(HHQSettings()) == []
