"""Where the demonstration begins on the tape: at a signal whose entry price is reached soon.

The tape is moved by whole candles, so a candle's higher timeframes and its hour of the day may differ from
the recorded ones: a candidate is therefore decided again on the clock that the bot will see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from companion.offline.signals import AcceptedSignal, Candles, Decide
from hhq.panel import CANDLE_MS, WINDOW

_WINDOW = WINDOW + 100
_TRIED = 60
"""Candidate starts of an alignment that are decided again."""
_ENOUGH = 3
"""A start with this many entries is taken without looking for a better one."""
_TAPE_LEFT = 288
"""Candles that must lie ahead of the start."""
ALIGNMENTS = {"1d": 288, "8h": 96, "1h": 12, "5m": 1}
"""The tape is moved by a multiple of so many candles; the roundest number that offers enough entries is taken."""


@dataclass(frozen=True, slots=True)
class Span:
    """Served time, ms: the bot can enter from `ready` on; the first entry should come before `deadline`."""

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
    columns: Sequence[int],
    decide: Decide,
    reached: Reached,
    span: Span,
    alignments: Sequence[str] = tuple(ALIGNMENTS),
) -> Start | None:
    """The start with the most entries within `span`; None if the tape has none.

    `candles` are the whole tape in recorded time, `columns` the candidates on it, the best first.
    """
    best: Start | None = None
    for alignment in alignments:
        for shift in _shifts(candles, columns, span, ALIGNMENTS[alignment])[:_TRIED]:
            entries = _entries(candles, decide, reached, span, shift)
            if entries and (best is None or len(entries) > len(best.entries)):
                best = Start(shift * CANDLE_MS, alignment, entries)
        if best is not None and len(best.entries) >= _ENOUGH:
            break
    return best


def candidate_columns(candles: Candles, decide: Decide) -> list[int]:
    """Columns of the tape with signals whose price the next candle reaches, most of them first."""
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


def _shifts(candles: Candles, columns: Sequence[int], span: Span, alignment: int) -> list[int]:
    """Shifts (candles, multiples of `alignment`) that close one of `columns` early in the span."""
    last = span.ready // CANDLE_MS
    found: dict[int, None] = {}
    for column in columns:
        # The last candle closed when the bot first looks, or the first to close before its eyes.
        for close in (last, last + 1):
            shift = close - (candles.panel.first_bar + column + 1)
            if shift % alignment == 0:
                found[shift] = None
    return list(found)


def _entries(
    candles: Candles, decide: Decide, reached: Reached, span: Span, shift: int
) -> tuple[AcceptedSignal, ...]:
    """Signals that the bot will see within the span, and whose price is reached there."""
    origin = candles.panel.first_bar + shift
    first = span.ready // CANDLE_MS - 1 - origin
    last = (span.deadline - 1) // CANDLE_MS - 1 - origin
    if first < WINDOW or last >= candles.panel.bars:
        return ()
    begin = max(first + 1 - _WINDOW, 0)
    signals = decide(candles.window(begin, last + 1, shift), first - begin)
    return tuple(
        signal
        for signal in signals
        if reached(signal, shift * CANDLE_MS, max((signal.bar + 1) * CANDLE_MS, span.ready), span.deadline)
    )
