"""The sample market of the replay exchange, and an exchange of its own for each test."""

from __future__ import annotations

from tests.replay.conftest import market, market_folder, running

__all__ = ["market", "market_folder", "running"]
