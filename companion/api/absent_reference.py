"""The parts that this release does not have as documentation, written from their table."""

from __future__ import annotations

from collections.abc import Iterator

from companion.api.legacy_routes import ALIASES
from companion.ground.absent_parts import ABSENT_PARTS, MARK, AbsentPart, AbsentRoute

_INTRODUCTION = f"""\
# What is {MARK}

Written from `companion/ground/absent_parts.py` by `make config`; do not edit.

These parts do not exist yet. What belongs to them already has its name, so that clients need not change later: a read says
`"enabled": false` and why, a change is refused (404, `module-not-available`), a feed channel is empty and its snapshot says
why, no position is closed for such a reason, a layer gives no points, and sections of settings are neither in
`config/hhq.toml` nor offered by `GET /settings`.
"""


def page() -> str:
    """Text of docs/absent-parts.md."""
    rows = [
        "| part | what it is for | what belongs to it |",
        "|---|---|---|",
        *(_row(part) for part in ABSENT_PARTS),
    ]
    return f"{_INTRODUCTION}\n" + "\n".join(rows) + "\n"


def paths_of(route: AbsentRoute) -> Iterator[str]:
    """The paths that lead to an operation, with its method: its own, and those that existing clients know."""
    if route.path:
        yield f"{route.method} {route.path}"
    for path, operation in ALIASES.items():
        if operation.name == route.operation:
            yield f"{operation.method} {path}"


def _row(part: AbsentPart) -> str:
    things = [
        *(f"`{path}`" for route in part.routes for path in paths_of(route)),
        *(f"channel `{name}`" for name in part.channels),
        *(f"settings `{name}`" for name in part.settings),
        *(f"layer {number}" for number in part.layers),
        *(f"close reason `{reason.name}`" for reason in part.close_reasons),
        *(f"variable `{name}`" for name in part.environment),
    ]
    name = f"{part.name}; {part.note.english}" if part.note.english else part.name
    return f"| {name} | {part.purpose} | {', '.join(things) or '–'} |"
