"""The long run can edit the settings file that the project ships."""

from __future__ import annotations

from pathlib import Path

from companion.ground.layout import CONFIG
from hhq.settings import HHQSettings
from hhq_shared.settings_files import load_settings
from tests.day.settings_text import guide_settings, with_penalty


def test_the_shipped_file_becomes_the_guide_and_each_edit_changes_one_setting(tmp_path: Path) -> None:
    path = tmp_path / "hhq.toml"
    text = guide_settings((CONFIG / "hhq.toml").read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")
    assert load_settings(path) == HHQSettings()
    for number in (1, 2):
        text = with_penalty(text, number)
        path.write_text(text, encoding="utf-8")
        wanted = HHQSettings().model_dump()
        wanted["guards"]["kill_switch_memory"]["largest_penalty"] = 30.0 - 0.01 * number
        assert load_settings(path).model_dump() == wanted
