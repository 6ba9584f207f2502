"""The sample market of the replay exchange."""

from __future__ import annotations

from tests.replay.conftest import market, market_folder

__all__ = ["market", "market_folder"]
