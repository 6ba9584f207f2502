"""The file that Freqtrade's RemotePairList reads: made from the versioned seed, then replaced by the scanner."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import orjson

from companion.ground.errors import CompanionError
from hhq_shared.atomic_file import replace_file


def pair_list_body(pairs: Iterable[str], refresh_seconds: int) -> dict[str, object]:
    """What RemotePairList reads, from a file or over HTTP; it does not ask more often than every ``refresh_seconds``."""
    return {"pairs": list(pairs), "refresh_period": refresh_seconds}


class PairListFile:
    """The list in its file. ``seed`` is only read, and only if the file does not exist yet."""

    def __init__(self, path: Path, seed: Path) -> None:
        self.path = path
        self._seed = seed

    def ensure(self) -> tuple[str, ...]:
        """Make the file from the seed if it does not exist; return its pairs.

        Raises CompanionError for a file that is not a pair list, OSError for one that cannot be read or written.
        """
        if not self.path.exists():
            replace_file(self.path, self._seed.read_bytes())
        return _pairs(self.path)

    def write(self, body: dict[str, object]) -> None:
        """Replace the file atomically. Raises OSError; the old file then stays."""
        replace_file(self.path, orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def _pairs(path: Path) -> tuple[str, ...]:
    try:
        content = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as problem:
        raise CompanionError(f"{path}: not valid JSON ({problem})") from problem
    pairs = content.get("pairs") if isinstance(content, dict) else None
    if not isinstance(pairs, list) or not all(isinstance(pair, str) for pair in pairs):
        raise CompanionError(f"{path}: not a pair list (no list 'pairs' of names)")
    return tuple(pairs)
