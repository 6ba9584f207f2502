"""Reading the companion's settings: files in layers, then the environment."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from companion.ground.errors import UsageError
from companion.ground.layout import CONFIG
from companion.settings import CompanionSettings
from hhq.settings.base import Section, SettingsError, parse
from hhq_shared.toml_tables import merged, read_toml

SETTINGS_FILE = CONFIG / "companion.toml"
PREFIX = "HHQ_COMPANION__"
"""Variables that begin so override a setting: HHQ_COMPANION__SERVER__PORT=8091; values as in TOML, or plain text."""


def load_companion_settings(
    paths: Sequence[Path], environment: Mapping[str, str], overrides: Mapping[str, object] | None = None
) -> CompanionSettings:
    """The settings of the files (what comes later wins), the environment over them, then `overrides`.

    Without files the project's own is read. Raises UsageError naming the file and the key.
    """
    values: dict[str, object] = {}
    files = list(paths) or [SETTINGS_FILE]
    for path in files:
        values = merged(values, _checked(path))
    values = merged(values, _of_environment(environment))
    try:
        return parse(CompanionSettings, merged(values, overrides or {}))
    except SettingsError as problem:
        raise UsageError(f"settings of the companion: {problem}") from None


def _checked(path: Path) -> dict[str, object]:
    """The tables of a file, whose keys and single values must be right by themselves: errors name the file."""
    try:
        values = read_toml(path)
        parse(CompanionSettings, values)
    except SettingsError as problem:
        text = str(problem)
        raise UsageError(text if text.startswith(str(path)) else f"{path}: {text}") from None
    return values


def _of_environment(environment: Mapping[str, str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name in sorted(environment):
        if name.startswith(PREFIX):
            path = name.removeprefix(PREFIX).lower().split("__")
            leaf: object = _value(environment[name], path)
            for key in reversed(path):
                leaf = {key: leaf}
            values = merged(values, leaf if isinstance(leaf, dict) else {})
    return values


def _value(text: str, path: Sequence[str]) -> object:
    """A value as TOML has it; a setting that is a text needs no quotes."""
    if _is_text(path):
        return text.strip('"')
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _is_text(path: Sequence[str]) -> bool:
    section: object = CompanionSettings()
    for key in path:
        section = getattr(section, key, None) if isinstance(section, Section) else None
    return isinstance(section, str)
