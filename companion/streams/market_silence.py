"""Says when nothing is heard of the market any more, and when it is back: two lines that a person looks for."""

from __future__ import annotations

import logging
import math

_LOG = logging.getLogger("companion.streams")
_BACK_SHARE = 0.9
"""Share of the traded coins that must be heard again, as readiness asks."""


class MarketSilence:
    """The state of the whole market: heard, or silent since a moment."""

    def __init__(self) -> None:
        self._since = math.nan
        self._was_heard = False

    @property
    def is_silent(self) -> bool:
        """Whether nothing is heard of any coin since something was."""
        return not math.isnan(self._since)

    def look(self, heard: int, trading: int, now: float) -> None:
        """Take in how many of the traded coins are heard at ``now`` (monotonic seconds), and log what has changed."""
        if not self.is_silent:
            if heard == 0 and self._was_heard:
                self._since = now
                _LOG.warning("MARKET silent: nothing is heard of any of %d coins; no coin is fresh", trading)
            self._was_heard = heard > 0
        elif trading and heard >= trading * _BACK_SHARE:
            _LOG.warning(
                "MARKET back after %.0f s: %d of %d coins are fresh", now - self._since, heard, trading
            )
            self._since, self._was_heard = math.nan, True
