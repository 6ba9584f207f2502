"""Only closed candles get into the memory, whatever the events and answers say."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from companion.market.memory import MarketMemory
from companion.market.universe import Coin
from companion.settings.exchange import ExchangeSettings
from companion.settings.streams import StreamSettings
from companion.streams.context import StreamContext
from companion.streams.status import Staleness
from companion.streams.weight import WeightLedger
from companion.tasks.turns import Turns
from companion.venues.binance.venue import BinanceVenue
from companion.venues.events import CandleValues, ClosedCandle, FormingCandle, MarketEvent, Message
from companion.venues.values import CandleHistory
from hhq.arrays import FloatArray
from hhq.panel import CANDLE_MS
from tests.streams.hand_clock import HandClock

BAR = 5_000_000
NOW = BAR * CANDLE_MS + 100_000
"""Candle BAR is forming, BAR − 1 has closed 100 s ago."""
VALUES = (2.0, 3.0, 1.0, 2.5, 7.0)


def make(now_ms: int = NOW) -> StreamContext:
    clock = HandClock(now_ms)
    market = MarketMemory([Coin("A/USDT:USDT", "AUSDT"), Coin("B/USDT:USDT", "BUSDT")], window=10)
    ledger = WeightLedger(ExchangeSettings(), clock)
    return StreamContext.around(BinanceVenue(), market, StreamSettings(), clock, Random(1), ledger, Turns())


def answered(context: StreamContext, asked_bar: int, bars: list[int], values: FloatArray) -> None:
    """An answer about the first coin that is read as soon as it was requested."""
    history = CandleHistory(tuple(bars), values)
    context.validator.from_rest(0, asked_bar, history, context.exchange_clock.now_ms())


def heard(context: StreamContext, *events: MarketEvent) -> None:
    """Events that arrive in one message."""
    assert context.intake.take(Message(events, 0))


def candle(bar: int = BAR - 1, values: CandleValues = VALUES) -> ClosedCandle:
    return ClosedCandle("AUSDT", bar, values)


def columns(count: int) -> FloatArray:
    return np.repeat(np.array(VALUES)[:, np.newaxis], count, axis=1)


def test_a_candle_is_taken_when_the_exchange_calls_it_closed_and_not_before() -> None:
    context = make()
    candles = context.market.candles
    heard(context, FormingCandle("AUSDT"))
    assert candles.newest_bar == -1
    assert context.market.live.candle_ms[0] == NOW
    heard(context, candle())
    assert candles.values_at(0, BAR - 1) == VALUES


@pytest.mark.parametrize(
    "values",
    [
        (np.nan, 3.0, 1.0, 2.5, 7.0),
        (2.0, 0.5, 1.0, 2.5, 7.0),
        (2.0, 3.0, -1.0, 2.5, 7.0),
        (2.0, 3.0, 1.0, 4.0, 7.0),
        (2.0, 3.0, 1.0, 2.5, np.inf),
        (2.0, 3.0, 1.0, 2.5, -1.0),
    ],
)
def test_an_impossible_candle_is_refused(values: CandleValues) -> None:
    context = make()
    heard(context, candle(values=values))
    assert context.counters["candles_impossible"] == 1
    assert context.market.candles.newest_bar == -1


def test_a_candle_from_the_future_is_refused_and_the_others_are_kept() -> None:
    context = make()
    heard(context, candle())
    for ahead in (1, 2, 10, 10_000):
        heard(context, candle(BAR + ahead))
    assert context.counters["candles_future"] == 4
    assert context.market.candles.newest_bar == BAR - 1
    assert context.market.candles.values_at(0, BAR - 1) == VALUES


def test_a_hole_makes_the_coin_stale_before_anybody_hears_of_the_newer_candle() -> None:
    context = make()
    stale: list[bool] = []

    class Listener:
        def candle_closed(self, row: int, bar: int) -> None:
            stale.append(row in context.market.stale)

        def book_changed(self, row: int, time_ms: int) -> None: ...

        def liquidation_order(self, row: int, time_ms: int, side: int, notional: float) -> None: ...

        def aggregate_trade(self, row: int, time_ms: int, side: int, notional: float) -> None: ...

    context.market.listeners.append(Listener())
    for bar in (BAR - 4, BAR - 3, BAR - 1):
        heard(context, candle(bar))
    assert stale == [False, False, True]
    assert context.staleness.reasons() == {"A/USDT:USDT": (Staleness.GAP,)}


def test_a_different_repetition_of_a_candle_is_not_believed_but_settled_by_asking_the_exchange() -> None:
    context = make()
    doubts: list[tuple[int, int]] = []
    context.validator.doubted = lambda row, bar: doubts.append((row, bar))
    heard(context, candle())
    heard(context, candle())
    heard(context, candle(values=(*VALUES[:4], 8.0)))
    assert context.market.candles.values_at(0, BAR - 1) == VALUES
    assert doubts == [(0, BAR - 1)]
    corrected = columns(1)
    corrected[4] = 8.0
    answered(context, BAR - 1, [BAR - 1], corrected)
    assert context.market.candles.values_at(0, BAR - 1) == (*VALUES[:4], 8.0)
    counts = {name: context.counters[f"candles_{name}"] for name in ("repeated", "conflicting", "corrected")}
    assert counts == {"repeated": 1, "conflicting": 1, "corrected": 1}


@pytest.mark.parametrize("seconds", [-4.0, 1.0, 9.0])
def test_the_last_candle_of_an_answer_counts_only_when_it_has_surely_closed(seconds: float) -> None:
    context = make(round((BAR + 1) * CANDLE_MS + seconds * 1000.0))
    answered(context, BAR - 1, [BAR - 1, BAR], columns(2))
    assert context.market.candles.last_bar(0) == BAR - 1
    # With a later candle in the answer, it has closed whatever the clocks say.
    answered(context, BAR, [BAR, BAR + 1], columns(2))
    assert context.market.candles.last_bar(0) == BAR


def test_an_answer_that_lay_unread_until_its_forming_candle_had_closed_does_not_close_it() -> None:
    context = make((BAR + 2) * CANDLE_MS)
    history = CandleHistory((BAR - 1, BAR), columns(2))
    context.validator.from_rest(0, BAR - 1, history, BAR * CANDLE_MS + 100_000)
    assert context.market.candles.last_bar(0) == BAR - 1


def test_the_last_candle_of_an_answer_is_taken_once_no_clock_can_be_so_wrong() -> None:
    context = make((BAR + 1) * CANDLE_MS + 10_500)
    answered(context, BAR, [BAR], columns(1))
    assert context.market.candles.last_bar(0) == BAR


def test_a_time_without_candles_at_the_exchange_is_padded_as_freqtrade_pads_it() -> None:
    context = make()
    values = columns(3)
    values[:, 1] = (4.0, 6.0, 3.0, 5.0, 9.0)
    answered(context, BAR - 6, [BAR - 6, BAR - 5, BAR - 2], values)
    candles = context.market.candles
    assert candles.values_at(0, BAR - 4) == candles.values_at(0, BAR - 3) == (5.0, 5.0, 5.0, 5.0, 0.0)
    assert context.counters["candles_without_trade"] == 2
    # A hole at the start of an answer, after a candle that is known.
    answered(context, BAR - 1, [BAR, BAR + 1], columns(2))
    assert candles.values_at(0, BAR - 1) == (2.5, 2.5, 2.5, 2.5, 0.0)
    assert candles.values_at(0, BAR) == VALUES


def test_a_candle_that_a_stream_brought_is_not_replaced_by_a_hole() -> None:
    context = make()
    heard(context, candle(BAR - 2))
    answered(context, BAR - 3, [BAR - 3, BAR - 1, BAR], columns(3))
    assert context.market.candles.values_at(0, BAR - 2) == VALUES
    assert context.counters["candles_without_trade"] == 0


def test_a_coin_begins_where_the_exchange_has_its_first_candle() -> None:
    context = make()
    answered(context, BAR - 9, [BAR - 3, BAR - 2, BAR - 1, BAR], columns(4))
    assert context.market.candles.begin_of(0) == BAR - 3
    assert context.market.candles.whole(BAR - 1).tolist() == [True, False]


def test_an_empty_answer_changes_nothing() -> None:
    context = make()
    answered(context, BAR - 9, [], np.empty((5, 0)))
    assert context.market.candles.newest_bar == -1
    assert context.market.candles.begin_of(0) == -1
