"""Since when each input has been n/a for every coin: an input that dies silently must not go unnoticed."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import numpy as np

from hhq_shared.recorded_format import INPUTS, Float32Array

logger = logging.getLogger("companion.recorder")

_MS_PER_HOUR = 3_600_000


class Availability:
    """How long each input has been n/a; an alarm is logged once when it begins and once when it ends."""

    def __init__(self, now_ms: int, last_available_ms: Mapping[str, int], alarm_hours: float) -> None:
        self._alarm_ms = alarm_hours * _MS_PER_HOUR
        self._since: dict[str, int | None] = {name: last_available_ms.get(name, now_ms) for name in INPUTS}
        self._alarms: set[str] = set()

    def since_ms(self) -> dict[str, int | None]:
        """Per input since when (ms UTC) it has been n/a for all coins; None while any coin has it."""
        return dict(self._since)

    def alarms(self) -> tuple[str, ...]:
        """Inputs that have been n/a for all coins for too long."""
        return tuple(name for name in INPUTS if name in self._alarms)

    def observe(self, values: Float32Array, close_ms: int) -> None:
        """Take in the inputs of a candle, float32 (len(INPUTS), coins)."""
        for name, known in zip(INPUTS, np.isfinite(values), strict=True):
            since = self._since[name]
            if known.any():
                self._since[name] = None
            elif since is None:
                self._since[name] = close_ms
            self._judge(name, close_ms)

    def _judge(self, name: str, now_ms: int) -> None:
        since = self._since[name]
        if since is None:
            if name in self._alarms:
                self._alarms.discard(name)
                logger.info("RECORDER: %s is there again", name)
        elif now_ms - since >= self._alarm_ms and name not in self._alarms:
            self._alarms.add(name)
            hours = (now_ms - since) / _MS_PER_HOUR
            logger.error(
                "RECORDER: %s has been n/a for all coins for %.1f h: its layers are dead", name, hours
            )
