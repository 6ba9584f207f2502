"""The settings file of the long run, edited as a user edits it by hand."""

from __future__ import annotations

import re

_PENALTY = re.compile(r"^#?largest_penalty = .*$", re.MULTILINE)
_PROFILE = re.compile(r'^profile = ".*"$', re.MULTILINE)


def guide_settings(text: str) -> str:
    """Return the settings with the guide's profile, which enters positions every hour."""
    return _once(_PROFILE, 'profile = "guide"', text)


def with_penalty(text: str, number: int) -> str:
    """Return the settings with another largest penalty for each number."""
    return _once(_PENALTY, f"largest_penalty = {30.0 - 0.01 * number:.2f}", text)


def _once(line: re.Pattern[str], replacement: str, text: str) -> str:
    changed, count = line.subn(replacement, text)
    if count != 1:
        raise ValueError(f"the settings file has {count} lines like {line.pattern}")
    return changed
