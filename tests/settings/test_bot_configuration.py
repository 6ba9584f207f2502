"""What a bot's Freqtrade configuration may say under ``hhq``: whatever it cannot mean is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from hhq.settings import SettingsError
from hhq_shared.bot_configuration import (
    evidence_rules,
    recordings_folder,
    requests_path,
    settings_files,
    tiers_path,
)
from hhq_shared.settings_files import SettingsFiles

Reader = Callable[[Mapping[str, Any]], object]
READERS: tuple[Reader, ...] = (settings_files, evidence_rules, requests_path, tiers_path, recordings_folder)
FILES = ("settings", "overlay", "requests", "recordings", "tiers", "evidence")


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("value", [None, [], ["settings"], "config/hhq.toml", 5, False])
def test_whatever_is_no_table_is_refused_by_the_name_of_the_key(read: Reader, value: object) -> None:
    with pytest.raises(SettingsError, match=r"^hhq = .*: not a table of keys$"):
        read({"hhq": value})


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("value", [None, 3, True, ["a"], {}])
@pytest.mark.parametrize("key", FILES)
def test_the_name_of_a_file_is_a_text(read: Reader, key: str, value: object) -> None:
    with pytest.raises(SettingsError, match=rf"^hhq\.{key}( = |: )"):
        read({"hhq": {key: value}})


@pytest.mark.parametrize("read", READERS)
def test_an_unknown_key_is_refused_by_its_name(read: Reader) -> None:
    with pytest.raises(SettingsError, match=r"^hhq\.settngs: unknown setting$"):
        read({"hhq": {"settngs": "hhq.toml"}})


@pytest.mark.parametrize("given", [{}, {"hhq": {}}, {"hhq": dict.fromkeys(FILES, "")}])
def test_a_configuration_that_names_nothing_means_the_usual_places(
    tmp_path: Path, given: dict[str, Any]
) -> None:
    config = {**given, "user_data_dir": tmp_path / "user_data", "datadir": tmp_path / "data"}
    assert settings_files(config) == SettingsFiles(None)
    beside = tmp_path / "config" / "hhq.toml"
    beside.parent.mkdir()
    beside.touch()
    assert settings_files(config) == SettingsFiles(beside)
    assert (requests_path(config), tiers_path(config)) == (None, None)
    assert evidence_rules(config).path == tmp_path / "user_data" / "hhq" / "evidence.json"
    assert recordings_folder(config) == tmp_path / "data" / "recorded"


def test_files_that_are_named_are_taken_as_they_are() -> None:
    config = {"hhq": {key: f"{key}.file" for key in FILES}}
    assert settings_files(config) == SettingsFiles(Path("settings.file"), Path("overlay.file"))
    assert (requests_path(config), tiers_path(config)) == (Path("requests.file"), Path("tiers.file"))
    assert evidence_rules(config).path == Path("evidence.file")
    assert recordings_folder(config) == Path("recordings.file")
