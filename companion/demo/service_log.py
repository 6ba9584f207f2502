"""The lines of the companion's log that a person wants to see."""

from __future__ import annotations

import re

from companion.demo import log_lines

_PASS = re.compile(r"SCANNER_PASS bar=\d+ pass=1 (?P<counts>.*)$")
_BACKFILL = re.compile(r"candles of (?P<progress>\d+ of \d+ coins are backfilled.*)")


def shown_of_service(line: str) -> str | None:
    """What is shown of a line: parts, silence, backfill, first passes, and whatever is an error; None for the rest."""
    return log_lines.shown(line, _told)


def _told(logger: str, level: str, text: str) -> str | None:
    if text.startswith("MODULE "):
        return f"module  {text.removeprefix('MODULE ')}"
    if text.startswith("MARKET "):
        return f"market  {text.removeprefix('MARKET ')}"
    if level in ("ERROR", "CRITICAL"):
        return f"error   {logger}: {text}"
    if (scanned := _PASS.match(text)) is not None:
        return f"scan    {scanned['counts']}"
    if (backfilled := _BACKFILL.match(text)) is not None:
        return f"candles {backfilled['progress']}"
    return None
