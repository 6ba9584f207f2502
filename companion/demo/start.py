"""Where the demonstration begins on the tape: at a signal whose entry price is reached soon.

The tape is moved by whole candles, so a candle's higher timeframes and its hour of the day may differ from
the recorded ones: a candidate is therefore decided again on the clock that the bot will see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from companion.demo.signals import AcceptedSignal, Candles, Decide
from hhq.panel import CANDLE_MS, WINDOW

_WINDOW = WINDOW + 100
_TRIED = 60
"""Candidate candles that are decided again."""
_ENOUGH = 3
"""Entries with which a start is taken without looking for a better one."""
_TAPE_LEFT = 288
"""Candles that must lie ahead of the start."""
ALIGNMENTS = {"1d": 288, "8h": 96, "1h": 12, "5m": 1}
"""Candles that the tape is moved by a multiple of; the most whole one that offers enough is taken."""


@dataclass(frozen=True, slots=True)
class Span:
    """Served time, ms: the bot can enter from `ready` on; the first entry is wanted before `deadline`."""

    ready: int
    deadline: int


@dataclass(frozen=True, slots=True)
class Start:
    """`offset` (ms, a multiple of `alignment`) makes recorded time served time.

    `entries` are the signals that are expected to fill within the span.
    """

    offset: int
    alignment: str
    entries: tuple[AcceptedSignal, ...]


class Reached(Protocol):
    """Whether the price of a signal is reached."""

    def __call__(self, signal: AcceptedSignal, offset: int, begin: int, end: int) -> bool:
        """Tell whether an order at the entry price fills between `begin` and `end` (served ms)."""


def choose_start(
    candles: Candles,
    decide: Decide,
    reached: Reached,
    span: Span,
    alignments: Sequence[str] = tuple(ALIGNMENTS),
) -> Start | None:
    """The start with the most entries within `span`; None if the tape has none.

    `candles` are the whole tape in recorded time.
    """
    best: Start | None = None
    columns = _candidates(candles, decide)
    for alignment in alignments:
        for column, shift in _placements(candles, columns, span, ALIGNMENTS[alignment])[:_TRIED]:
            entries = _entries(candles, decide, reached, span, column, shift)
            if entries and (best is None or len(entries) > len(best.entries)):
                best = Start(shift * CANDLE_MS, alignment, entries)
        if best is not None and len(best.entries) >= _ENOUGH:
            break
    return best


def _candidates(candles: Candles, decide: Decide) -> list[int]:
    """Columns with signals whose price the next candle reaches, most of them first."""
    panel = candles.panel
    counts: dict[int, int] = defaultdict(int)
    rows = {pair: row for row, pair in enumerate(panel.symbols)}
    for signal in decide(candles, 0):
        column = signal.bar - panel.first_bar
        if not _WINDOW <= column + 1 <= panel.bars - _TAPE_LEFT:
            continue
        row, after = rows[signal.pair], column + 1
        if signal.side > 0:
            counts[column] += bool(panel.low[row, after] <= signal.entry_price)
        else:
            counts[column] += bool(panel.high[row, after] >= signal.entry_price)
    promising = [column for column, count in counts.items() if count]
    return sorted(promising, key=lambda column: (-counts[column], column))


def _placements(
    candles: Candles, columns: Sequence[int], span: Span, alignment: int
) -> list[tuple[int, int]]:
    """Columns and the shift (candles, a multiple of `alignment`) that closes their candle near `span.ready`."""
    found = []
    for column in columns:
        closed_bar = candles.panel.first_bar + column + 1
        for close in _closes(span):
            shift = close // CANDLE_MS - closed_bar
            if shift % alignment == 0:
                found.append((column, shift))
    return found


def _closes(span: Span) -> Iterator[int]:
    """Served times at which the signal's candle may close: the last before `ready`, and the one after."""
    last = span.ready // CANDLE_MS * CANDLE_MS
    yield last
    if last + CANDLE_MS < span.deadline:
        yield last + CANDLE_MS


def _entries(
    candles: Candles, decide: Decide, reached: Reached, span: Span, column: int, shift: int
) -> tuple[AcceptedSignal, ...]:
    """Signals of the candle at `column` as the bot will see it, whose price is reached within the span."""
    window = candles.window(column + 1 - _WINDOW, column + 1, shift)
    offset = shift * CANDLE_MS
    begin = max((candles.panel.first_bar + column + 1) * CANDLE_MS + offset, span.ready)
    return tuple(
        signal for signal in decide(window, _WINDOW - 1) if reached(signal, offset, begin, span.deadline)
    )
