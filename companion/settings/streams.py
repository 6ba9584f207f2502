"""Streams of the whole market (docs/streams.md)."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from hhq.settings.base import OrderedSection, setting


class StreamSettings(OrderedSection):
    """Connections, staleness, reconnects, REST requests."""

    symbols_per_connection: int = setting(200, 1, 200, "", "Most streams on one connection, one per coin.")
    trade_coins: int = setting(
        20, 0, 200, "", "Most traded coins whose single trades are followed, for the whales' layer."
    )
    ticker_stale_seconds: float = setting(
        30.0, 1.0, 600.0, "s", "A coin without a ticker for this long is stale."
    )
    candle_stale_seconds: float = setting(
        120.0, 1.0, 3600.0, "s", "A candle overdue by this much makes its coin stale."
    )
    candle_late_seconds: float = setting(
        3.0, 0.5, 60.0, "s", "A candle overdue by this much is requested over REST."
    )
    quiet_seconds: float = setting(
        1.0, 0.1, 60.0, "s", "A connection silent for this long is checked for being alive."
    )
    silence_seconds: float = setting(
        3.0, 0.5, 120.0, "s", "A connection silent for this long, checked or not, is reopened."
    )
    eventless_seconds: float = setting(
        60.0, 5.0, 3600.0, "s", "A connection that answers but brings no event for this long is reopened."
    )
    connection_hours: float = setting(
        23.0, 0.01, 23.9, "h", "Age at which a connection is replaced; the exchange cuts it at 24 h."
    )
    backoff_seconds: float = setting(1.0, 0.05, 60.0, "s", "Wait before the first attempt to reconnect.")
    longest_backoff_seconds: float = setting(
        60.0, 1.0, 600.0, "s", "Longest wait between attempts to reconnect."
    )
    dials_a_minute: int = setting(
        60, 1, 100_000, "/min", "Most connections opened per minute; the exchange allows 300 in 5 minutes."
    )
    requests_at_once: int = setting(8, 3, 50, "", "REST requests in flight at the same time.")
    listings_minutes: float = setting(
        30.0, 0.1, 1440.0, "min", "Time between two checks for listings and delistings."
    )
    clock_minutes: float = setting(
        5.0, 0.1, 120.0, "min", "Time between two measurements of the exchange's clock."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self._rising("quiet_seconds", "silence_seconds")
        self._rising("candle_late_seconds", "candle_stale_seconds")
        self._rising("backoff_seconds", "longest_backoff_seconds")
        return self
