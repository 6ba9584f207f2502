"""The lowest leverage tier of every pair, told to the companion by one file.

Live, Freqtrade reads the tiers of the account from the exchange, which wants keys; in a dry run it takes those that it
bundles. Who decides the same candles elsewhere needs exactly the same ones.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from freqtrade.exchange import Exchange

from hhq_freqtrade.analysis.exchange_facts import leverage_tiers
from hhq_shared.settings_files import CONFIG_KEY


def tiers_path(config: Mapping[str, Any]) -> Path | None:
    """Return the file of the tiers, None where the configuration names none."""
    named = config.get(CONFIG_KEY, {}).get("tiers")
    return None if named is None else Path(named)


def write_tiers(path: Path, exchange: Exchange) -> int:
    """Replace the file: maintenance rate (a fraction) and largest leverage by pair; how many pairs it holds.

    Raises OSError; then the old file stands.
    """
    found: dict[str, tuple[float, float]] = {}
    for pair in sorted(exchange._leverage_tiers):
        tiers = leverage_tiers(exchange, pair)
        if tiers is not None:
            found[pair] = float(tiers.maintenance_rate[0]), float(tiers.maximum_leverage[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(found, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return len(found)
