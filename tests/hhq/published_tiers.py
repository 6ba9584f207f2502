"""The leverage tiers that come with Freqtrade, as brackets."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

from hhq.liquidation import Bracket


def published_tiers() -> dict[str, tuple[Bracket, ...]]:
    """The brackets of every symbol, from the smallest notional on."""
    found = importlib.util.find_spec("freqtrade")
    assert found is not None
    assert found.origin is not None
    text = (Path(found.origin).parent / "exchange" / "binance_leverage_tiers.json").read_text()
    return {symbol: tuple(map(_bracket, rows)) for symbol, rows in json.loads(text).items()}


def _bracket(row: dict[str, Any]) -> Bracket:
    return Bracket(
        row["minNotional"],
        row["maxNotional"],
        row["maxLeverage"],
        row["maintenanceMarginRate"],
        row["info"]["cum"],
    )
