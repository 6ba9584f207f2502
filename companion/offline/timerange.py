"""Freqtrade's time range syntax, checked before anything is started."""

from __future__ import annotations

from datetime import UTC, datetime

from companion.ground.errors import UsageError

_FORMATS = {8: "%Y%m%d", 13: "%Y%m%dT%H%M", 15: "%Y%m%dT%H%M%S"}
_EPOCH_DIGITS = {10: 1.0, 13: 1000.0}


def check_timerange(text: str, begin: datetime, end: datetime) -> None:
    """Raise UsageError if `text` is not a time range or covers nothing of the data from `begin` to `end`."""
    first_text, dash, last_text = text.partition("-")
    if not dash or not (first_text or last_text):
        raise UsageError(f"TIMERANGE {text!r} is not a time range: {_example(begin, end)}")
    first = _moment(text, first_text, begin, end) if first_text else begin
    last = _moment(text, last_text, begin, end) if last_text else end
    if first >= last:
        raise UsageError(f"TIMERANGE {text!r} ends before it begins")
    if last <= begin or first >= end:
        raise UsageError(f"TIMERANGE {text!r} lies outside the data: {_example(begin, end)}")


def _moment(text: str, part: str, begin: datetime, end: datetime) -> datetime:
    try:
        if part.isdigit() and len(part) in _EPOCH_DIGITS:
            return datetime.fromtimestamp(int(part) / _EPOCH_DIGITS[len(part)], UTC)
        return datetime.strptime(part, _FORMATS[len(part)]).replace(tzinfo=UTC)
    except (KeyError, ValueError):
        raise UsageError(f"TIMERANGE {text!r}: {part!r} is not a date: {_example(begin, end)}") from None


def _example(begin: datetime, end: datetime) -> str:
    return f"the candles go from {begin:%Y%m%d} to {end:%Y%m%d}, so write {begin:%Y%m%d}-{end:%Y%m%d} or less"
