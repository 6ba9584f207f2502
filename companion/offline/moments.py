"""Moments on the command line: UTC, on the grid of 5m candles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from companion.ground.errors import UsageError

CANDLE = timedelta(minutes=5)


def candle_boundary(text: str, option: str) -> datetime:
    """The time that `text` names (UTC unless it gives another zone), a multiple of 5 minutes.

    Raises UsageError naming the option.
    """
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} {text!r} is not a time: write it like 2025-08-01T12:05 (UTC)") from None
    moment = given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
    off = timedelta(minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond)
    if off:
        before = moment - off
        raise UsageError(
            f"{option} {text!r} is no close of a 5m candle: the nearest are {before:%Y-%m-%dT%H:%M} and "
            f"{before + CANDLE:%Y-%m-%dT%H:%M}"
        )
    return moment
