"""The files in config/, and those generated from the definitions."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest
import rapidjson

from companion.bot import configuration
from companion.domain_settings.reference import companion_page, companion_settings_file, page, settings_file
from companion.ground.layout import CONFIG, ROOT, USER_DATA
from companion.settings import CompanionSettings
from companion.settings.files import load_companion_settings
from hhq.settings import HHQSettings
from hhq_shared.bot_configuration import evidence_rules
from hhq_shared.evidence_file import DEFAULT_EVIDENCE
from hhq_shared.parameters import PARAMETERS
from hhq_shared.settings_files import load_settings

LAYERS = sorted(CONFIG.glob("*.json"))


def read(path: Path) -> dict[str, object]:
    mode = rapidjson.PM_COMMENTS | rapidjson.PM_TRAILING_COMMAS
    content: dict[str, object] = rapidjson.loads(path.read_text(encoding="utf-8"), parse_mode=mode)
    return content


def test_the_settings_file_is_what_the_definitions_say() -> None:
    path = CONFIG / "hhq.toml"
    assert settings_file(load_settings(path)) == path.read_text(encoding="utf-8"), "run: make config"


def test_the_companions_settings_file_is_what_the_definitions_say() -> None:
    path = CONFIG / "companion.toml"
    settings = load_companion_settings([path], {})
    assert companion_settings_file(settings) == path.read_text(encoding="utf-8"), "run: make config"


def test_the_companions_settings_page_is_what_the_definitions_say() -> None:
    text = (ROOT / "docs" / "companion-configuration.md").read_text(encoding="utf-8")
    assert text == companion_page(), "run: make config"


def test_the_settings_page_is_what_the_definitions_say() -> None:
    assert (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8") == page(), "run: make config"


def test_the_settings_file_holds_every_setting_but_the_optimised_ones() -> None:
    text = settings_file(HHQSettings())
    for section, name, *_ in PARAMETERS.values():
        assert f"\n{name} = " not in text.split(f"[{section}]")[1].split("\n[")[0]
    assert "\n#quiet_hours = true" in text


@pytest.mark.parametrize("path", LAYERS, ids=lambda path: path.name)
def test_no_layer_holds_a_secret(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name in ('"key"', '"secret"', '"password"', '"jwt_secret_key"', '"ws_token"'):
        assert name not in text


@pytest.mark.parametrize("path", LAYERS, ids=lambda path: path.name)
def test_every_layer_is_json_that_freqtrade_reads(path: Path) -> None:
    assert read(path)


def test_the_layer_for_the_replay_exchange_says_what_the_commands_say() -> None:
    fixed, made = (
        read(CONFIG / "replay.json")["exchange"],
        configuration.replay_exchange(8095, [])["exchange"],
    )
    assert isinstance(fixed, dict)
    assert isinstance(made, dict)
    assert fixed["ccxt_config"]["urls"] == made["ccxt_config"]["urls"]


def test_a_live_start_needs_evidence_that_bot_companion_and_command_look_for_in_one_place() -> None:
    live = read(CONFIG / "live.json")
    rules = evidence_rules(live)
    assert not rules.accept_unproven
    shown = CompanionSettings().evidence
    assert (ROOT / rules.path, rules.longest_days) == (ROOT / shown.file, shown.days)
    assert ROOT / rules.path == USER_DATA / DEFAULT_EVIDENCE
    assert evidence_rules(read(CONFIG / "dry-run.json")) == rules
    # A configuration of the user's own that says nothing of it means the same.
    assert evidence_rules({"user_data_dir": USER_DATA}) == replace(rules, path=ROOT / rules.path)


def test_a_layer_with_secrets_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text("{}")
    configuration.write_layer(path, {"password": "x"}, secret=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
