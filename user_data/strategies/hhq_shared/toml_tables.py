"""TOML files as tables, one of which can override values of another."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from hhq.settings.base import SettingsError


def read_toml(path: Path) -> dict[str, object]:
    """Return the tables of a TOML file; raise :class:`SettingsError` that names a file that cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None


def read_toml_if_there(path: Path) -> dict[str, object]:
    """Return the tables of a TOML file, none without the file; raise SettingsError for one that cannot be read."""
    try:
        path.stat()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(f"{path}: {error}") from None
    return read_toml(path)


def merged(base: Mapping[str, object], overlay: Mapping[str, object]) -> dict[str, object]:
    """Return ``base`` with its values overridden by those of ``overlay``, table by table."""
    result = dict(base)
    for key, value in overlay.items():
        below = result.get(key)
        result[key] = merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return result
