"""The root of the generator's exceptions: it stands alone, inside the replay exchange too."""

from __future__ import annotations


class EmbeddedMarketError(Exception):
    """The market cannot be made; the text names the cause for the user."""
