"""What a bot's Freqtrade configuration says under ``hhq``: files, and where they are when it names none; its live start.

``{"hhq": {"settings": FILE, "overlay": FILE, "requests": FILE, "recordings": DIR, "tiers": FILE,``
``"evidence": FILE, "evidence_days": 90, "accept_unproven": false}}``
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hhq.settings import HHQSettings
from hhq.settings.base import Section, SettingsError, option, parse, setting
from hhq_shared.evidence_file import DEFAULT_EVIDENCE, EVIDENCE_DAYS, LARGEST_EVIDENCE_DAYS
from hhq_shared.recorded_format import FOLDER
from hhq_shared.settings_files import SettingsFiles

CONFIG_KEY = "hhq"
DEFAULT_FILE = Path("config") / "hhq.toml"


class BotSection(Section):
    """What may stand under ``hhq``."""

    settings: str = option("", "The settings file; empty: config/hhq.toml next to user_data, if it exists.")
    overlay: str = option("", "What is laid over it; empty: nothing.")
    requests: str = option("", "The user's requests to the guards; empty: none are read.")
    recordings: str = option(
        "", "The folder of the recordings; empty: recorded in the folder of the candles."
    )
    tiers: str = option("", "Where the bot writes its leverage tiers; empty: nowhere.")
    evidence: str = option("", "The document of the evidence; empty: hhq/evidence.json in user_data.")
    evidence_days: int = setting(
        EVIDENCE_DAYS, 1, LARGEST_EVIDENCE_DAYS, "days", "Largest age of its newest data."
    )
    accept_unproven: bool = option(default=False, text="Start live although no edge is shown.")


class _Configuration(Section):
    hhq: BotSection


@dataclass(frozen=True, slots=True)
class EvidenceRules:
    """What a live start needs: the document at ``path``, on data no older than ``longest_days``, unless it is waived."""

    path: Path
    longest_days: int
    accept_unproven: bool


def settings_files(config: Mapping[str, Any]) -> SettingsFiles:
    """Return the settings files: those that are named, else ``config/hhq.toml`` next to user_data, if it exists.

    Raises SettingsError that names what is wrong under ``hhq``: no table, an unknown key, a value of another type.
    """
    named = _named(config)
    beside = Path(config.get("user_data_dir", "user_data")).resolve().parent / DEFAULT_FILE
    settings = _path(named.settings) or (beside if beside.exists() else None)
    return SettingsFiles(settings, _path(named.overlay))


def settings_of_config(config: Mapping[str, Any]) -> HHQSettings:
    """Read the settings that a configuration points to, without the strategy's parameters.

    Raises SettingsError like :func:`settings_files`, and for files that are missing or cannot be used.
    """
    return settings_files(config).read()


def requests_path(config: Mapping[str, Any]) -> Path | None:
    """Return the file with the user's requests to the guards, None where the configuration names none."""
    return _path(_named(config).requests)


def tiers_path(config: Mapping[str, Any]) -> Path | None:
    """Return the file to which the bot writes its leverage tiers, None where the configuration names none."""
    return _path(_named(config).tiers)


def evidence_rules(config: Mapping[str, Any]) -> EvidenceRules:
    """Return what a live start needs; the document is the named file, else ``hhq/evidence.json`` in user_data.

    Raises SettingsError that names a key whose value is of the wrong type or out of range.
    """
    named = _named(config)
    beside = Path(config.get("user_data_dir", "user_data")) / DEFAULT_EVIDENCE
    return EvidenceRules(_path(named.evidence) or beside, named.evidence_days, named.accept_unproven)


def recordings_folder(config: Mapping[str, Any]) -> Path:
    """Return the folder of the recordings: the named one, else ``recorded`` in the folder of the candles."""
    return _path(_named(config).recordings) or Path(config.get("datadir") or ".") / FOLDER


def _named(config: Mapping[str, Any]) -> BotSection:
    named = config.get(CONFIG_KEY, {})
    if not isinstance(named, Mapping):
        raise SettingsError(f"{CONFIG_KEY} = {named!r}: not a table of keys")
    return parse(_Configuration, {CONFIG_KEY: dict(named)}).hhq


def _path(name: str) -> Path | None:
    return Path(name) if name else None
