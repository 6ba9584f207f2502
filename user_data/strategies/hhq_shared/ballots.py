"""Who decides whether a candle has a recorded row: whoever comes first, once and for all.

The recorder claims a candle before it publishes the row; a strategy that can wait no longer claims it before it decides
without the row. The file system lets exactly one of them create the file, so both always agree, however slow either is.
"""

from __future__ import annotations

import os
from pathlib import Path

from hhq_shared.recorded_format import BALLOTS


def claim(folder: Path, bar: int) -> bool:
    """Claim a candle (clock number); False if it was claimed before. Raises OSError where the claim cannot be written."""
    path = folder / BALLOTS / str(bar)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
    except FileExistsError:
        return False
    return True


def forget(folder: Path, before_bar: int) -> None:
    """Remove the claims on candles before ``before_bar``, which no longer matter."""
    for path in (folder / BALLOTS).iterdir():
        if path.name.isdigit() and int(path.name) < before_bar:
            path.unlink(missing_ok=True)
