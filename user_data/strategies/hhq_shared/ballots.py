"""Who decides whether a candle has a recorded row: whoever comes first, once and for all.

The recorder claims a candle before it shows its row; a strategy that can wait no longer claims it before it goes on
without. The file system lets exactly one of them make the file, so both always know the same, however slow either is.
"""

from __future__ import annotations

import os
from pathlib import Path

from hhq_shared.recorded_format import BALLOTS


def claim(folder: Path, bar: int) -> bool:
    """Claim the decision on a candle; False if it has been claimed before. Raises OSError where it cannot be written."""
    path = folder / BALLOTS / str(bar)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
    except FileExistsError:
        return False
    return True


def forget(folder: Path, before_bar: int) -> None:
    """Remove the claims of candles that are of no interest any more."""
    for path in (folder / BALLOTS).iterdir():
        if path.name.isdigit() and int(path.name) < before_bar:
            path.unlink(missing_ok=True)
