"""The feed to pages and programs (docs/feed.md)."""

from __future__ import annotations

from hhq.settings.base import Section, setting


class FeedSettings(Section):
    """How often the feed is updated, and how much slack a slow client gets."""

    interval_seconds: float = setting(1.0, 0.1, 60.0, "s", "Time between two updates of a channel.")
    largest_backlog: int = setting(
        64, 2, 10_000, "", "Updates kept per channel; a client further behind gets a snapshot."
    )
    events_kept: int = setting(200, 1, 10_000, "", "Entries in the snapshot of signals, trades and logs.")
    stall_seconds: float = setting(
        20.0, 1.0, 600.0, "s", "A client that reads nothing for this long is disconnected."
    )
    most_clients: int = setting(
        500, 1, 100_000, "", "Connections at the same time; further ones are refused."
    )
