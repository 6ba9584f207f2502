"""Profiles: named sets of values that stand in for the defaults (docs/profiles.md).

``guide`` is the defaults themselves. ``measured`` was chosen by ``companion choose``; its file carries a digest, so that one
that was changed by hand is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, TypeAdapter, ValidationError

from hhq.settings import HHQSettings
from hhq.settings.base import SettingsError
from hhq_shared.file_stamp import FileStamp, stamp_of
from hhq_shared.toml_tables import merged, read_toml

GUIDE, MEASURED = "guide", "measured"
MEASURED_FILE = Path(__file__).parent / "measured.toml"
PROFILE = "profile"
"""The setting that names one."""
ONE_HOME = f"{PROFILE}: is set in the settings file alone, since it gives every value that is not set there"
"""Why it can be set nowhere else."""


class _Time(BaseModel):
    begin: AwareDatetime
    end: AwareDatetime


_TIMES = TypeAdapter(list[_Time])


def with_profile(values: Mapping[str, object]) -> dict[str, object]:
    """Return the values of a settings file laid over those of the profile that it names (none: ``guide``).

    The result names every setting: where a table of the file gives some of its keys, the others keep their values, though
    the default of a table may differ from those of its keys. Raises SettingsError for a profile's file that cannot be read
    or was changed by hand.
    """
    profile = _table(MEASURED_FILE, "values") if values.get(PROFILE) == MEASURED else {}
    return merged(merged(HHQSettings().model_dump(), profile), values)


def profile_stamp() -> FileStamp | None:
    """Return the stamp of the measured profile's file, which an update of the project replaces while bots run."""
    return stamp_of(MEASURED_FILE)


def refuse_profile(values: Mapping[str, object], overlay: Path) -> None:
    """Raise SettingsError if the values of an overlay name a profile: it would exchange what the overlay is laid over."""
    if PROFILE in values:
        raise SettingsError(f"{overlay.name}: {ONE_HOME}")


def read_profile(path: Path) -> dict[str, object]:
    """Return the content of a profile's file: tables ``values`` and ``chosen``.

    Raises SettingsError for a file that cannot be read, or whose digest is not that of its content.
    """
    content = read_toml(path)
    if content.pop("digest", None) != profile_digest(content):
        raise SettingsError(f"{path}: was changed after it was written: its digest does not match")
    return content


def profile_digest(content: Mapping[str, object]) -> str:
    """Return the digest of a profile's content."""
    return hashlib.blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=16).hexdigest()


def tried_for(profile: str) -> int:
    """Return how many combinations a profile was chosen from, by which its verdict has to be corrected: 1 for the guide.

    Raises SettingsError for a profile's file that cannot be read or was changed by hand.
    """
    if profile != MEASURED:
        return 1
    tried = _table(MEASURED_FILE, "chosen").get("combinations_tried")
    if not isinstance(tried, int) or tried < 1:
        raise SettingsError(f"{MEASURED_FILE}: chosen.combinations_tried is not a number from 1 on")
    return tried


def took_part(profile: str, begin: datetime, end: datetime) -> bool:
    """Return whether candles of the time from ``begin`` to ``end``, both aware, took part in the choice of a profile.

    Raises SettingsError for a profile's file that cannot be read or was changed by hand.
    """
    if profile != MEASURED:
        return False
    sets = _table(MEASURED_FILE, "chosen").get("sets")
    try:
        times = _TIMES.validate_python(sets)
    except ValidationError as problem:
        raise SettingsError(
            f"{MEASURED_FILE}: chosen.sets does not say begin and end of each set"
        ) from problem
    return any(begin < each.end and each.begin < end for each in times)


def _table(path: Path, name: str) -> dict[str, object]:
    table = read_profile(path).get(name, {})
    if not isinstance(table, dict):
        raise SettingsError(f"{path}: {name} is not a table")
    return table
