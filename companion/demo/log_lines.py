"""Lines of a log file in Freqtrade's format, as shown to a person: the time of day and the part of the text that matters."""

from __future__ import annotations

import re
from collections.abc import Callable

_LINE = re.compile(
    r"^\d{4}-\d\d-\d\d (?P<time>\d\d:\d\d:\d\d),\d+ - (?P<logger>\S+) - (?P<level>[A-Z]+) - (?P<text>.*)$"
)


def shown(line: str, told: Callable[[str, str, str], str | None]) -> str | None:
    """What is shown of a line: its time and what ``told(logger, level, text)`` makes of it; None for nothing."""
    match = _LINE.match(line)
    if match is None:
        return None
    text = told(match["logger"], match["level"], match["text"])
    return None if text is None else f"{match['time']} {text}"
