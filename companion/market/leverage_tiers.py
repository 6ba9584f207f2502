"""The leverage tiers that Freqtrade bundles and takes in a dry run."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson

from companion.ground.errors import CompanionError

_TIERS = Path("exchange") / "binance_leverage_tiers.json"


def lowest_tier(rows: Sequence[Mapping[str, float]] | None) -> tuple[float, float]:
    """Maintenance rate (a fraction) and largest leverage of a pair's lowest tier; NaN without tiers."""
    if not rows:
        return math.nan, math.nan
    lowest = min(rows, key=lambda row: row["minNotional"])
    return float(lowest["maintenanceMarginRate"]), float(lowest["maxLeverage"])


def bundled_tiers() -> dict[str, list[dict[str, float]]]:
    """Leverage tiers by pair, as Freqtrade bundles them and takes them in a dry run."""
    # Found, not imported: Freqtrade's exchange package takes seconds to import.
    found = importlib.util.find_spec("freqtrade")
    if found is None or found.origin is None:
        raise CompanionError("freqtrade is not installed: run `make setup`")
    tiers: dict[str, list[dict[str, float]]] = orjson.loads((Path(found.origin).parent / _TIERS).read_bytes())
    return tiers
