"""The feed to pages and programs (spec: companion §8)."""

from __future__ import annotations

from hhq.settings.base import Section, setting


class FeedSettings(Section):
    """How often and how much."""

    interval_seconds: float = setting(1.0, 0.1, 60.0, "s", "Time between two updates of a channel.")
    largest_backlog: int = setting(
        64, 1, 10_000, "", "Messages that wait for a slow client before it gets a snapshot."
    )
