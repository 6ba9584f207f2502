"""The leverage tiers of Binance that Freqtrade bundles and uses in a dry run."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import orjson

from companion.ground.errors import CompanionError

_TIERS = Path("exchange") / "binance_leverage_tiers.json"


def bundled_tiers() -> dict[str, list[dict[str, float]]]:
    """Leverage tiers by pair, as Freqtrade's rows. Raises CompanionError if Freqtrade is not installed."""
    # Found, not imported: Freqtrade's exchange package takes seconds to import.
    found = importlib.util.find_spec("freqtrade")
    if found is None or found.origin is None:
        raise CompanionError("freqtrade is not installed: run `make setup`")
    tiers: dict[str, list[dict[str, float]]] = orjson.loads((Path(found.origin).parent / _TIERS).read_bytes())
    return tiers
