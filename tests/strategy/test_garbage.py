"""A running bot collects garbage once a candle, whatever Freqtrade makes of Python's collector."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from hhq_freqtrade.account.garbage import Garbage

NOON = datetime(2025, 3, 1, 12, 0, 1, tzinfo=UTC)


class Knot:
    """An object in a cycle: nothing but the collector ends it."""

    def __init__(self) -> None:
        self.itself = self


def knot() -> weakref.ref[Knot]:
    return weakref.ref(Knot())


@pytest.fixture
def rare_collector() -> Iterator[None]:
    """The collector as Freqtrade sets it."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 500, 1000)
    yield
    gc.set_threshold(*before)


@pytest.mark.usefixtures("rare_collector")
def test_what_became_garbage_in_a_candle_is_gone_at_the_next() -> None:
    garbage = Garbage()
    garbage.sweep(NOON)
    left = knot()
    garbage.sweep(NOON + timedelta(minutes=4))
    assert left() is not None, "once a candle is enough"
    garbage.sweep(NOON + timedelta(minutes=5))
    assert left() is None
