"""The settings files in config/ and their pages in docs/, written from the definitions of the settings."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

import annotated_types
from pydantic.fields import FieldInfo

from companion.ground.absent_parts import ABSENT_PARTS, MARK, part_of_section
from companion.settings import CompanionSettings
from hhq.settings import HHQSettings
from hhq.settings.base import Section
from hhq_shared.parameters import PARAMETER_FILE, PARAMETERS
from hhq_shared.settings_files import settings_of_profile

_WIDTH = 110
_TOML_HEAD = """\
# The domain settings of HHQ-1: each value, and above it its meaning, default, range and unit.
# An unknown key or a value out of range stops the start with an error that names it.
# A value that is commented out is that of the profile. Take away the # to change it; `make config` rewrites the file
# when settings come or go, and keeps what you have changed.
# Not here: the eight optimised settings. Their home is Freqtrade's parameter file HHQStrategy.json.
"""
_PAGE_HEAD = """\
# Configuration

Written from the definitions by `make config`; do not edit.

The domain settings are in `config/hhq.toml`, one key per line; only the eight optimised ones have their
home in Freqtrade's own parameter file `HHQStrategy.json`. An unknown key or a value out of range is an
error that names the key. The full name of a setting is its section and its key, e.g.
`signal.schedule.quiet_hours`. The layers of Freqtrade's configuration are described [at the
end](#freqtrades-layers). The companion has [settings of its own](companion-configuration.md).
"""
_PAGE_END = """\
## Freqtrade's layers

Freqtrade's own settings are in JSON files, given in this order; later files win.

| file | what |
|---|---|
| `config/base.json` | what every way of running shares: futures, isolated margin, USDT, order types, pricing |
| `config/dry-run.json` | paper trading, with Freqtrade's API on 127.0.0.1:8080 |
| `config/live.json` | real orders, [once an edge is shown](evidence.md#a-live-start-needs-it); stops on the exchange |
| `config/backtest.json` | backtests and analyses |
| `config/replay.json` | points the bot to the replay exchange on 127.0.0.1:8095 |

In a running bot, `hhq.overlay` names a file that is laid over `hhq.toml`: only the companion writes it
(`PATCH /api/v1/settings`), and the strategy rereads it at the start of a loop when it has changed. Invalid settings are
not taken; the log says why, and the ones in force stay. The levels of open positions never move. The strategy's
version, as Freqtrade shows it, ends with the digest of the settings that it runs with. `hhq.requests` names the file of
what the guards are to forget (`DELETE /api/v1/killswitch/{symbol}`). `hhq.evidence`, `hhq.evidence_days` and
`hhq.accept_unproven` say what a live start needs; they are no domain settings, and do not change the digest. An `hhq`
that is no table (`null`, a list), an unknown key in it, or a value of another type is an error at the start that names it.

Keys and passwords come from the environment alone: `config/.env.example` lists the variables.
`max_open_trades` in `base.json` is the largest number of open positions.
"""
_COMPANION_TOML_HEAD = """\
# The settings of the companion service: each value, and above it its meaning, default, range and unit.
# An unknown key or a value out of range stops the start with an error that names it.
# Change values here; `make config` rewrites the file when settings come or go, and keeps your values.
# A variable HHQ_COMPANION__SECTION__KEY in the environment overrides the file. Secrets are in neither: see .env.example.
"""
_COMPANION_PAGE_HEAD = """\
# Configuration of the companion

Written from the definitions by `make config`; do not edit.

The settings of `python -m companion serve` are in `config/companion.toml`. `--config` names other files (if several,
later ones win), and a variable in the environment overrides them all: `HHQ_COMPANION__SERVER__PORT=8091` sets
`server.port`. An unknown key or a value out of range is named, and the start ends with exit status 2. Passwords and
tokens come from the environment alone (`config/.env.example`).
"""


@dataclass(frozen=True)
class Leaf:
    """One setting: its name in its section, its declaration and a value."""

    name: str
    field: FieldInfo
    value: object


def settings_file(settings: HHQSettings) -> str:
    """Text of config/hhq.toml with the values of `settings`, without the optimised ones.

    A value that its profile gives anyway is commented out, so that another profile can give another one.
    """
    plain = settings_of_profile(settings.profile)
    return _file(_TOML_HEAD, settings, given_anyway=plain)


def companion_settings_file(settings: CompanionSettings) -> str:
    """Text of config/companion.toml with the values of `settings`."""
    return _file(_COMPANION_TOML_HEAD, settings, given_anyway=None)


def page() -> str:
    """Text of docs/configuration.md, with the defaults."""
    return _page(_PAGE_HEAD, HHQSettings()) + f"\n{_left_out()}\n{_PAGE_END}"


def _left_out() -> str:
    names = ", ".join(f"`{name}`" for part in ABSENT_PARTS for name in part.settings)
    return f"## What is left out\n\n{names}: {MARK}, see [absent-parts.md](absent-parts.md). Nothing that acts reads it.\n"


def companion_page() -> str:
    """Text of docs/companion-configuration.md, with the defaults."""
    return _page(_COMPANION_PAGE_HEAD, CompanionSettings())


def _file(head: str, settings: Section, given_anyway: Section | None) -> str:
    """Text of a settings file; values that are those of `given_anyway` are comments, but for the first level's."""
    parts = [head]
    others = iter(()) if given_anyway is None else offered_sections(given_anyway)
    for path, section, leaves in offered_sections(settings):
        _, plain, _ = next(others, ((), None, []))
        if path:
            parts.append(f"\n# {_headline(section)}\n[{'.'.join(path)}]\n")
        elif leaves:
            parts.append("\n")
        parts += [
            _toml_lines(
                leaf, comment=bool(path) and plain is not None and leaf.value == getattr(plain, leaf.name)
            )
            for leaf in leaves
            if not _is_optimised(path, leaf)
        ]
    return "".join(parts)


def _page(head: str, defaults: Section) -> str:
    parts = [head]
    for path, section, leaves in offered_sections(defaults):
        if not leaves:
            continue
        title = f"`{'.'.join(path)}`" if path else "First of all"
        parts.append(f"\n## {title}\n\n{_headline(section)}\n\n")
        parts.append("| key | default | range | unit | meaning |\n|---|---|---|---|---|\n")
        parts += [_table_row(leaf, optimised=_is_optimised(path, leaf)) for leaf in leaves]
    return "".join(parts)


def offered_sections(settings: Section) -> Iterator[tuple[tuple[str, ...], Section, list[Leaf]]]:
    """The sections that have an effect: those of an absent part are left out (companion/ground/absent_parts.py)."""
    return (found for found in sections(settings) if part_of_section(".".join(found[0])) is None)


def sections(
    section: Section, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Section, list[Leaf]]]:
    """Each section before those inside it: TOML needs a table's own keys before its sub-tables."""
    leaves, inner = [], []
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, Section):
            inner.append((name, value))
        else:
            leaves.append(Leaf(name, field, value))
    yield path, section, leaves
    for name, value in inner:
        yield from sections(value, (*path, name))


def _headline(section: Section) -> str:
    return " ".join((type(section).__doc__ or "").split("\n\n")[0].split())


def _toml_lines(leaf: Leaf, *, comment: bool) -> str:
    facts = [f"default {_literal(leaf.field.default)}", _range(leaf.field), _unit(leaf.field)]
    meaning = f"{leaf.field.description} ({', '.join(fact for fact in facts if fact)})"
    lines = "".join(f"# {line}\n" for line in textwrap.wrap(meaning, _WIDTH - 2))
    return f"{lines}{'#' if comment else ''}{leaf.name} = {_literal(leaf.value)}\n"


def _is_optimised(path: tuple[str, ...], leaf: Leaf) -> bool:
    return any((".".join(path), leaf.name) == (one.section, one.key) for one in PARAMETERS.values())


def _table_row(leaf: Leaf, *, optimised: bool) -> str:
    field = leaf.field
    cells = (f"`{leaf.name}`", f"`{_literal(field.default)}`", _range(field) or "–", _unit(field) or "–")
    home = f" In `{PARAMETER_FILE}`." if optimised else ""
    return f"| {' | '.join(cells)} | {field.description}{home} |\n"


def _literal(value: object) -> str:
    """A TOML value; JSON's spelling of strings, numbers, booleans and lists is TOML's too."""
    return json.dumps(value, ensure_ascii=False)


def _range(field: FieldInfo) -> str:
    low: object = None
    high: object = None
    for bound in field.metadata:
        if isinstance(bound, annotated_types.Ge):
            low = bound.ge
        elif isinstance(bound, annotated_types.Le):
            high = bound.le
    if low is None and high is None:
        return ""
    return f"{_bound(low)} to {_bound(high)}"


def _bound(value: object) -> str:
    if value is None:
        return "any"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _unit(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""
