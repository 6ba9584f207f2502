"""Decisions as the scanner made them when their candles closed, in place of those that are made from the candles now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace

from companion.scanner.columns import SIDES
from companion.scanner.course import DecidedCandles
from companion.store.signals import Signal
from hhq.gates import Gate
from hhq.panel import CANDLE_MS

_KEPT = ("minimum", "entry_price", "stop_price", "target_price", "points")


def with_records(decided: DecidedCandles, records: Iterable[Signal]) -> DecidedCandles:
    """The candles, with what is recorded of those that had a side: the order book of their time counted, too."""
    columns = {field.name: list(getattr(decided, field.name)) for field in fields(decided)}
    place = {time: number for number, time in enumerate(decided.time)}
    for record in records:
        number = place.get(record.candle_ms - CANDLE_MS)
        if number is None:
            continue
        known = {
            "recorded": True,
            "gate": record.reason or Gate.SCORE_PASS.name,
            "side": SIDES[record.side],
            "score": record.score,
        } | {name: record.details.get(name) for name in _KEPT}
        for name, value in known.items():
            columns[name][number] = value
    return replace(decided, **{name: tuple(values) for name, values in columns.items()})
