"""Streams of the whole market (spec: companion §1)."""

from __future__ import annotations

from hhq.settings.base import Section, setting


class StreamSettings(Section):
    """Batches, staleness, reconnects."""

    symbols_per_connection: int = setting(200, 1, 200, "", "Streams that one connection carries.")
    ticker_stale_seconds: float = setting(
        30.0, 1.0, 600.0, "s", "A coin without a ticker for so long is stale."
    )
    candle_stale_seconds: float = setting(
        120.0, 1.0, 3600.0, "s", "A candle so long overdue makes its coin stale."
    )
