"""Changes to the domain settings: checked as a whole, written atomically and numbered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from companion.domain_settings.files import (
    TuningFiles,
    append_line,
    overlay_text,
    read_lines,
)
from companion.domain_settings.leaves import SettingLeaf, setting_leaves
from companion.ground.clock import Clock
from companion.ground.errors import CompanionError, UsageError
from hhq.digest import settings_digest
from hhq.settings import HHQSettings, SettingsError, parse
from hhq_shared.atomic_file import replace_file
from hhq_shared.parameters import PARAMETERS, parameter_text
from hhq_shared.profiles import ONE_HOME, PROFILE
from hhq_shared.settings_files import load_settings


class ChangeRefusedError(CompanionError):
    """A change that cannot be made; the message names the settings."""


class SettingsFilesError(CompanionError):
    """A file of the settings cannot be read, used or written; the message names it."""


@dataclass(frozen=True, slots=True)
class TuningState:
    """The settings in force: ``version`` counts the changes made here, ``overlaid`` names the changed settings."""

    settings: HHQSettings
    digest: str
    version: int
    overlaid: frozenset[str]


@dataclass(frozen=True, slots=True)
class Change:
    """One version: what was changed, by whom, and the digest of the settings afterwards. Time in ms UTC."""

    version: int
    time_ms: int
    who: str
    digest: str
    changes: Mapping[str, Mapping[str, Any]]


class SettingsDesk:
    """The only writer of the overlay. Bots reread the files by themselves, at their next loop."""

    def __init__(self, files: TuningFiles, clock: Clock) -> None:
        self.files = files
        self._clock = clock
        self._turn = asyncio.Lock()
        self._known: tuple[object, TuningState] | None = None

    async def state(self) -> TuningState:
        """The settings in force. Raises SettingsFilesError for files that cannot be used."""
        with _usable():
            return await asyncio.to_thread(self._state)

    async def history(self) -> list[Change]:
        """All changes, newest first. Raises SettingsFilesError for a file that cannot be read."""
        with _usable():
            rows = await asyncio.to_thread(read_lines, self.files.history)
        return [Change(**row) for row in reversed(rows)]

    async def change(self, values: Mapping[str, object], who: str, version: int | None = None) -> TuningState:
        """Set settings by full name (None: back to the value of the file) and return the settings then in force.

        ``version``: the version that the change is based on. Raises ChangeRefusedError if another one is in force or if
        the values do not fit together, KeyError for an unknown name; nothing is written then. Raises SettingsFilesError for
        files that cannot be read or written.
        """
        async with self._turn:
            with _usable():
                return await asyncio.to_thread(self._change, values, who, version)

    def _state(self) -> TuningState:
        """What the files say; they are reread only when one of them has changed."""
        stamps = self.files.stamps()
        known = self._known
        if known is None or known[0] != stamps:
            known = self._known = (stamps, self._read())
        return known[1]

    def _read(self) -> TuningState:
        settings = self.files.effective()
        rows = read_lines(self.files.history)
        overlay = self.files.overlay_values()
        parameters = self._base_parameters()
        overlaid = {
            leaf.key
            for leaf in setting_leaves().values()
            if (leaf.optimised and parameters[leaf.key] != leaf.of(settings))
            or _lookup(overlay, leaf.path) is not None
        }
        version = int(rows[-1]["version"]) if rows else 0
        return TuningState(settings, settings_digest(settings), version, frozenset(overlaid))

    def _base_parameters(self) -> dict[str, object]:
        """The values of the optimised settings without the parameter file."""
        base = load_settings(self.files.settings)
        return {leaf.key: leaf.of(base) for leaf in setting_leaves().values() if leaf.optimised}

    def _change(self, values: Mapping[str, object], who: str, version: int | None) -> TuningState:
        before = self._state()
        if version is not None and version != before.version:
            raise ChangeRefusedError(f"the settings are at version {before.version}, not {version}")
        leaves = setting_leaves()
        if PROFILE in values:
            raise ChangeRefusedError(ONE_HOME)
        base = load_settings(self.files.settings)
        overlay = self.files.overlay_values()
        parameters: dict[str, float | None] = {}
        wanted: dict[str, object] = {}
        for key, value in values.items():
            leaf = leaves[key]
            wanted[key] = leaf.of(base) if value is None else _rounded(leaf, value)
            if leaf.optimised:
                parameters[leaf.optimised] = None if value is None else float(str(wanted[key]))
            elif value is None or wanted[key] == leaf.of(base):
                _remove(overlay, leaf.path)
            else:
                _set(overlay, leaf.path, _plain(wanted[key]))
        after = _with(before.settings, wanted)
        changes = {
            key: {"before": _plain(leaves[key].of(before.settings)), "after": _plain(leaves[key].of(after))}
            for key in values
            if leaves[key].of(before.settings) != leaves[key].of(after)
        }
        if not changes:
            return before
        self._write(overlay, parameters)
        entry = {
            "version": before.version + 1,
            "time_ms": self._clock.now_ms(),
            "who": who,
            "digest": settings_digest(after),
            "changes": changes,
        }
        append_line(self.files.history, entry)
        return self._state()

    def _write(self, overlay: dict[str, Any], parameters: Mapping[str, float | None]) -> None:
        text = overlay_text(overlay)
        if parameters:
            path = self.files.parameters
            known = path.read_bytes() if path.is_file() else None
            now = datetime.fromtimestamp(self._clock.now_ms() / 1000.0, UTC).isoformat()
            replace_file(path, parameter_text(known, parameters, now).encode())
        replace_file(self.files.overlay, text.encode())


@contextmanager
def _usable() -> Iterator[None]:
    """Say of whatever a file refuses that it is a file that refuses."""
    try:
        yield
    except (OSError, UnicodeDecodeError, UsageError, SettingsError) as problem:
        raise SettingsFilesError(str(problem)) from problem


def _with(settings: HHQSettings, wanted: Mapping[str, object]) -> HHQSettings:
    """The whole tree with the new values. Raises ChangeRefusedError naming what does not fit."""
    tree = settings.model_dump()
    for key, value in wanted.items():
        _set(tree, setting_leaves()[key].path, value)
    try:
        return parse(HHQSettings, tree)
    except SettingsError as problem:
        raise ChangeRefusedError(str(problem)) from None


def _rounded(leaf: SettingLeaf, value: object) -> object:
    """The value as the strategy will read it: its parameters have a fixed number of decimals."""
    if leaf.optimised and isinstance(value, int | float):
        return round(float(value), PARAMETERS[leaf.optimised].decimals)
    return value


def _plain(value: object) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _lookup(tree: Mapping[str, Any], path: tuple[str, ...]) -> object:
    found: Any = tree
    for name in path:
        if not isinstance(found, Mapping) or name not in found:
            return None
        found = found[name]
    return found


def _set(tree: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    for name in path[:-1]:
        tree = tree.setdefault(name, {})
    tree[path[-1]] = value


def _remove(tree: dict[str, Any], path: tuple[str, ...]) -> None:
    head, *rest = path
    if not rest:
        tree.pop(head, None)
    elif head in tree:
        _remove(tree[head], tuple(rest))
        if not tree[head]:
            del tree[head]
