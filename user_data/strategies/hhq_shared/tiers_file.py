"""The lowest leverage tier of every pair, told to the companion by the bot in one file.

Live, Freqtrade reads the tiers of the account from the exchange, which wants keys; in a dry run it takes those that it
bundles. Who decides the same candles elsewhere needs exactly the same ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from hhq_shared.atomic_file import replace_file

LowestTiers: TypeAlias = "Mapping[str, tuple[float, float]]"
"""Maintenance rate (a fraction) and largest leverage of the lowest tier, by pair."""


def write_tiers(path: Path, tiers: LowestTiers) -> None:
    """Replace the file. Raises OSError; then the old file stands."""
    replace_file(path, json.dumps(tiers).encode())


def read_tiers(path: Path) -> dict[str, tuple[float, float]]:
    """Read the file. Raises OSError, and ValueError for a file of another shape."""
    content = json.loads(path.read_bytes())
    if not isinstance(content, dict):
        raise ValueError(f"{path.name}: no table of pairs")
    try:
        return {pair: (float(rate), float(largest)) for pair, (rate, largest) in content.items()}
    except TypeError as problem:
        raise ValueError(f"{path.name}: {problem}") from problem
