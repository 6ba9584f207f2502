"""The lowest leverage tier of every pair, passed from the bot to the companion in one file.

Live, Freqtrade reads the account's tiers from the exchange, which requires API keys; in a dry run it uses the tiers
bundled with it. Whoever decides the same candles elsewhere needs exactly the same tiers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from hhq_shared.atomic_file import replace_file

LowestTiers: TypeAlias = "Mapping[str, tuple[float, float]]"
"""Maintenance margin rate (a fraction) and highest leverage of the lowest tier, by pair."""


def write_tiers(path: Path, tiers: LowestTiers) -> None:
    """Replace the file. Raises OSError, in which case the old file stays."""
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
