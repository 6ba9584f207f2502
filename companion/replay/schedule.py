"""Where on the tape the exchange begins: the offset between recorded and served time."""

from __future__ import annotations

from datetime import UTC, datetime

from companion.replay.candles import BASE_INTERVAL, DAY, INTERVALS
from companion.replay.errors import ReplayError
from companion.replay.market import Market

# 5m candles that a client may request in its very first call.
HISTORY = 1_500
ALIGNMENTS = {"5m": BASE_INTERVAL, **{name: INTERVALS[name] for name in ("1h", "4h", "8h", "1d")}}


def parse_instant(text: str) -> tuple[int, bool]:
    """Milliseconds of an ISO date or time (UTC unless it says otherwise), and whether it has a time.

    Raises ReplayError for other text.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as problem:
        raise ReplayError(f"--start {text!r} is not a date or time like 2025-08-01T12:00") from problem
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return int(instant.timestamp() * 1000), "T" in text or " " in text


def offset_for_start(market: Market, served: int, start: int, alignment: int) -> int:
    """Offset (ms, a multiple of `alignment`) that shows `start`, or up to `alignment` later, at `served`.

    `market` is in recorded time. Raises ReplayError when `start` lies outside the tape.
    """
    offset = (served - start) // alignment * alignment
    shown = served - offset
    if not market.begin <= shown < market.end:
        raise ReplayError(
            f"start {_text(shown)} lies outside of the tape, {_text(market.begin)} to {_text(market.end)}"
        )
    return offset


def offset_for_history(market: Market, served: int) -> int:
    """Offset in whole days: the earliest start with HISTORY candles before it, so that most of the tape lies ahead.

    Raises ReplayError when the tape is too short for any such start.
    """
    wanted = market.begin + HISTORY * BASE_INTERVAL
    offset = (served - wanted) // DAY * DAY
    if served - offset >= market.end:
        raise ReplayError(
            f"the tape, {_text(market.begin)} to {_text(market.end)}, has no instant with "
            f"{HISTORY} candles before it at this time of day; choose one with --start"
        )
    return offset


def _text(time: int) -> str:
    return datetime.fromtimestamp(time / 1000.0, UTC).strftime("%Y-%m-%dT%H:%M")
