"""The root of the generator's exceptions: it derives from nothing else in the project, the replay exchange included."""

from __future__ import annotations


class EmbeddedMarketError(Exception):
    """The market cannot be generated; the text tells the user why."""
