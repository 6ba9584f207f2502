"""How far the demonstration's tape has run: the next run goes on from there, with the positions of the last one."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from companion.offline.data_folder import DataFolder, utc
from companion.replay.schedule import ALIGNMENTS
from hhq_shared.atomic_file import replace_file

_TAPE_LEFT = timedelta(days=1)
"""What must be left of the tape; with less, another moment is looked for."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Served time is recorded time + ``offset`` (ms, a multiple of ``align``); ``origin``: now, in Unix seconds.

    ``pairs``: what the bot follows until the scanner says otherwise.
    """

    origin: float
    offset: int
    align: str
    pairs: tuple[str, ...]

    @property
    def start(self) -> datetime:
        """The recorded instant that is shown at the origin."""
        return utc(int(self.origin * 1000) - self.offset)


def keep(path: Path, folder: DataFolder, opening: Opening) -> None:
    """Record for the next run how far the tape has run."""
    content = {"market": str(folder.path), "offset": opening.offset, "align": opening.align}
    replace_file(path, json.dumps({**content, "pairs": opening.pairs}, indent=2).encode())


def kept_opening(path: Path, folder: DataFolder) -> Opening | None:
    """Where the last run's tape has got to by now; None if there is none, it is another market's, or it is about to end."""
    try:
        content = json.loads(path.read_bytes())
        market, pairs = content["market"], tuple(content["pairs"])
        kept = Opening(time.time(), int(content["offset"]), content["align"], pairs)
        start = kept.start
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None
    first, last = folder.span()
    fits = market == str(folder.path) and kept.align in ALIGNMENTS and set(pairs) <= set(folder.pairs)
    return kept if fits and pairs and first <= start <= last - _TAPE_LEFT else None
