"""The lines of the companion's log that a person wants to see."""

from __future__ import annotations

import re

_LINE = re.compile(
    r"^\d{4}-\d\d-\d\d (?P<time>\d\d:\d\d:\d\d),\d+ - (?P<logger>\S+) - (?P<level>[A-Z]+) - (?P<text>.*)$"
)
_PASS = re.compile(r"SCANNER_PASS bar=\d+ pass=1 (?P<counts>.*)$")
_BACKFILL = re.compile(r"candles of (?P<progress>\d+ of \d+ coins are backfilled.*)")


def shown_of_service(line: str) -> str | None:
    """What is shown of a line: parts, backfill, first passes, the pair list, and whatever is an error; None for the rest."""
    match = _LINE.match(line)
    if match is None:
        return None
    told = _told(match["logger"], match["level"], match["text"])
    return None if told is None else f"{match['time']} {told}"


def _told(logger: str, level: str, text: str) -> str | None:
    if text.startswith("MODULE "):
        return f"module  {text.removeprefix('MODULE ')}"
    if level in ("ERROR", "CRITICAL"):
        return f"error   {logger}: {text}"
    if (scanned := _PASS.match(text)) is not None:
        return f"scan    {scanned['counts']}"
    if (backfilled := _BACKFILL.match(text)) is not None:
        return f"candles {backfilled['progress']}"
    return None
