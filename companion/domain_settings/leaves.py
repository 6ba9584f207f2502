"""Every domain setting by its full name: where it lives, what it may be, what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, TypeAdapter
from pydantic.fields import FieldInfo

from companion.domain_settings.reference import offered_sections
from hhq.settings import HHQSettings
from hhq_shared.parameters import PARAMETER_FILE, PARAMETERS
from hhq_shared.settings_files import settings_of_profile

SETTINGS_FILE = "hhq.toml"


@dataclass(frozen=True, slots=True)
class SettingLeaf:
    """One setting; ``optimised``: its name as a parameter of the strategy, None for all but eight."""

    path: tuple[str, ...]
    field: FieldInfo
    default: object
    optimised: str | None

    @property
    def key(self) -> str:
        """The full name: sections and key, joined by dots."""
        return ".".join(self.path)

    @property
    def home(self) -> str:
        """The file that holds the value where nothing is laid over it."""
        return PARAMETER_FILE if self.optimised else SETTINGS_FILE

    @property
    def text(self) -> str:
        """Help for users."""
        return self.field.description or ""

    @property
    def unit(self) -> str:
        """Unit, empty without one."""
        extra = self.field.json_schema_extra
        return str(extra.get("unit", "")) if isinstance(extra, dict) else ""

    @property
    def annotation(self) -> Any:
        """Type and range, without the rules that a schema cannot express (the order of rows or limits)."""
        told = [item for item in self.field.metadata if not isinstance(item, AfterValidator)]
        annotation: Any = self.field.annotation
        for item in told:
            annotation = Annotated[annotation, item]
        return annotation

    @property
    def schema(self) -> dict[str, Any]:
        """JSON schema of the value."""
        return _schema(self.key)

    def of(self, settings: HHQSettings) -> object:
        """The value in a tree of settings."""
        value: object = settings
        for name in self.path:
            value = getattr(value, name)
        return value


@dataclass(frozen=True, slots=True)
class ChangedSetting:
    """A setting whose value differs from ``default``, the one of its profile."""

    leaf: SettingLeaf
    value: object
    default: object


@lru_cache(maxsize=1)
def setting_leaves() -> Mapping[str, SettingLeaf]:
    """All settings that have an effect, by full name, in the order of the definitions."""
    optimised = {(one.section, one.key): name for name, one in PARAMETERS.items()}
    found = {}
    for path, _, leaves in offered_sections(HHQSettings()):
        for leaf in leaves:
            place = (".".join(path), leaf.name)
            setting = SettingLeaf((*path, leaf.name), leaf.field, leaf.value, optimised.get(place))
            found[setting.key] = setting
    return MappingProxyType(found)


def changed_settings(settings: HHQSettings) -> list[ChangedSetting]:
    """The settings that differ from those of their profile, in the order of the definitions."""
    plain = settings_of_profile(settings.profile)
    every = (ChangedSetting(leaf, leaf.of(settings), leaf.of(plain)) for leaf in setting_leaves().values())
    return [each for each in every if each.value != each.default]


def profile_and_changes(settings: HHQSettings) -> str:
    """The profile, and the settings that differ from it: without them a result is worth nothing."""
    profile = f"profile {settings.profile}"
    changed = changed_settings(settings)
    if not changed:
        return profile
    told = (f"{each.leaf.key} = {each.value} (default {each.default}, {each.leaf.home})" for each in changed)
    return f"{profile}, {len(changed)} are not its own: {'; '.join(told)}"


def make_schemas() -> None:
    """Build the schemas of all settings ahead of time: all at once they would stall the event loop."""
    for key in setting_leaves():
        _schema(key)


@lru_cache(maxsize=1024)
def _schema(key: str) -> dict[str, Any]:
    return TypeAdapter(setting_leaves()[key].annotation).json_schema()
