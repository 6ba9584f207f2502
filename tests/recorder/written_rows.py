"""Rows that can be told apart, and a recorder's archive that is written until it is killed."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from companion.recorder.archive import ArchiveWriter
from hhq_shared.recorded_format import COLUMNS, Float32Array, first_bar_of

FIRST = first_bar_of("2025-09-01")
WRITTEN = ("BTC/USDT:USDT", "ETH/USDT:USDT", "DOGE/USDT:USDT")


def values_of(bar: int) -> Float32Array:
    """Different numbers for each candle, coin and column, none of them exact in decimal."""
    numbers = np.arange(len(COLUMNS) * len(WRITTEN)).reshape(len(COLUMNS), -1)
    return ((bar % 1000) / 3.0 + numbers / 7.0).astype(np.float32)


def write_for_ever(folder: Path, first: int) -> None:
    """Write candle after candle and say so each time."""
    writer = ArchiveWriter(folder, 100)
    bar = first
    while True:
        writer.append(bar, WRITTEN, values_of(bar))
        sys.stdout.write(f"{bar}\n")
        sys.stdout.flush()
        bar += 1


if __name__ == "__main__":
    write_for_ever(Path(sys.argv[1]), int(sys.argv[2]))
