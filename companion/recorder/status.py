"""What the recorder reports of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """State of the recorder at one moment.

    ``sealed_bar``: the newest sealed candle (None before the first), ``sealed_after_ms``: how long after its close its row
    was visible; ``sealed`` and ``void`` count candles since the start, the void ones by reason. ``not_available_since_ms``
    has one entry per input (fields of RecordedRows): since when (ms UTC) it has been n/a for all coins, None while any
    coin has it; ``alarms`` names those n/a for longer than ``recorder.alarm_hours``. ``archive_bytes`` and
    ``archive_days`` measure the recordings; ``write_errors`` counts failed writes, ``last_error`` is the newest.
    """

    recording: bool
    sealed_bar: int | None
    sealed_after_ms: int | None
    sealed: int
    void: Mapping[str, int]
    not_available_since_ms: Mapping[str, int | None]
    alarms: tuple[str, ...]
    archive_bytes: int
    archive_days: int
    write_errors: int
    last_error: str | None
