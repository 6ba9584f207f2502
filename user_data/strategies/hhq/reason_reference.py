"""The reference page of the close reasons, written from the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from hhq.reason_sources import ASKS_LEVEL, ASKS_PENDING, FREQTRADE_REASONS, LEGACY_CODES, LEGACY_STOPS
from hhq.reasons import CloseReason, ReasonEntry, reason_table

_INTRODUCTION = """\
# Close reasons

Written from the table in `hhq/reasons.py` by `make config`; do not edit. A trade stores the code; texts are made when
they are shown. `hhq.reasons.reason_table()` yields this table as plain data, `describe()` fills in a text. {price} is
in quote currency; {roi} is leveraged; {first} and {full} are the kill switch's thresholds in % of margin.
[exits.md](exits.md) says when each rule fires.
"""
_SOURCES = """\
## How Freqtrade's reasons are read

A custom exit carries the code itself. An unknown reason is kept unchanged.

| reason of Freqtrade | code |
|---|---|
"""
_LEGACY = """\
## How codes of older records are read{mark}

A text that begins like one of the table's (emoji and word) and an unknown code are shown unchanged, never dropped.

| code | read as |
|---|---|
"""


_NO_MARKS: Mapping[CloseReason, str] = MappingProxyType({})


def page(marks: Mapping[CloseReason, str] = _NO_MARKS, legacy_mark: str = "") -> str:
    """Return the reference of all close reasons as Markdown; ``marks`` are printed after their codes.

    ``legacy_mark`` is printed after the title of the codes of older records.
    """
    table = [_table_line(row, marks.get(CloseReason[row.code], "")) for row in reason_table()]
    head = ["| code | category | | Turkish | English |", "|---|---|---|---|---|"]
    parts = (
        [_INTRODUCTION, *head, *table],
        [_SOURCES + "\n".join(_freqtrade())],
        [_LEGACY.format(mark=f" ({legacy_mark})" if legacy_mark else "") + "\n".join(_legacy())],
    )
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _table_line(row: ReasonEntry, mark: str) -> str:
    code = f"`{row.code}` ({mark})" if mark else f"`{row.code}`"
    return f"| {code} | {row.category} | {row.emoji} | {row.text_tr} | {row.text_en} |"


def _freqtrade() -> Iterator[str]:
    for name, code in FREQTRADE_REASONS.items():
        if name in ASKS_LEVEL:
            yield f"| `{name}` | the level at which the stop was resting, else `{code.name}` |"
        elif name in ASKS_PENDING:
            yield f"| `{name}` | what was decided before the order, else `{code.name}` |"
        else:
            yield f"| `{name}` | `{code.name}` |"


def _legacy() -> Iterator[str]:
    won, lost = CloseReason.TRAILING_STOP.name, CloseReason.SL_HIT.name
    for stop in sorted(LEGACY_STOPS):
        yield f"| `{stop}` | `{lost}` if the net result is a loss, else `{won}` |"
    for code, reason in LEGACY_CODES.items():
        yield f"| `{code}` | `{reason.name}` |"
