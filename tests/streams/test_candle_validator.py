"""Only closed candles get into the memory, whatever the messages and answers say."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.market.memory import MarketMemory
from companion.market.universe import Coin
from companion.settings.exchange import ExchangeSettings
from companion.settings.streams import StreamSettings
from companion.streams.context import StreamContext
from companion.streams.status import Staleness
from companion.streams.weight import WeightLedger
from companion.tasks.turns import Turns
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
    return StreamContext.around(market, StreamSettings(), clock, Random(1), ledger, Turns())


def answered(context: StreamContext, asked_bar: int, bars: list[int], values: FloatArray) -> None:
    """An answer of the first coin that is read as soon as it was asked for."""
    context.validator.from_rest(0, asked_bar, bars, values, context.exchange_clock.now_ms())


def kline(bar: int = BAR - 1, *, closed: bool = True, **changes: Any) -> dict[str, Any]:
    opened, high, low, close, volume = VALUES
    candle = {
        "t": bar * CANDLE_MS, "T": (bar + 1) * CANDLE_MS - 1, "s": "AUSDT", "i": "5m", "x": closed,
        "o": str(opened), "h": str(high), "l": str(low), "c": str(close), "v": str(volume),
    }  # fmt: skip
    return {"e": "kline", "E": NOW, "s": "AUSDT", "k": candle | changes}


def columns(count: int) -> FloatArray:
    return np.repeat(np.array(VALUES)[:, np.newaxis], count, axis=1)


def test_a_candle_is_taken_when_the_exchange_calls_it_closed_and_not_before() -> None:
    context = make()
    candles = context.market.candles
    assert context.intake.take(kline(closed=False))
    assert candles.newest_bar == -1
    assert context.market.live.candle_ms[0] == NOW
    assert context.intake.take(kline())
    assert candles.values_at(0, BAR - 1) == VALUES
    assert context.intake.take(kline(i="15m", t=BAR * CANDLE_MS))
    assert candles.newest_bar == BAR - 1


@pytest.mark.parametrize(
    "changes",
    [
        {"o": "nan"},
        {"h": "0.5"},
        {"l": "-1"},
        {"v": "inf"},
        {"v": "-1"},
        {"c": "4.0"},
        {"x": "true"},
        {"x": 1},
    ],
)
def test_a_candle_that_can_not_be_is_refused(changes: dict[str, Any]) -> None:
    context = make()
    context.intake.take(kline(**changes))
    assert context.market.candles.newest_bar == -1


def test_a_candle_from_the_future_is_refused_and_the_others_are_kept() -> None:
    context = make()
    context.intake.take(kline())
    for ahead in (1, 2, 10, 10_000):
        context.intake.take(kline(BAR + ahead))
    assert context.counters["candles_future"] == 4
    assert context.market.candles.newest_bar == BAR - 1
    assert context.market.candles.values_at(0, BAR - 1) == VALUES


def test_a_hole_makes_the_coin_stale_before_anybody_hears_of_the_newer_candle() -> None:
    context = make()
    heard: list[bool] = []

    class Listener:
        def candle_closed(self, row: int, bar: int) -> None:
            heard.append(row in context.market.stale)

        def book_changed(self, row: int, time_ms: int) -> None: ...

        def liquidation_order(self, row: int, time_ms: int, side: int, notional: float) -> None: ...

        def aggregate_trade(self, row: int, time_ms: int, side: int, notional: float) -> None: ...

    context.market.listeners.append(Listener())
    for bar in (BAR - 4, BAR - 3, BAR - 1):
        context.intake.take(kline(bar))
    assert heard == [False, False, True]
    assert context.staleness.reasons() == {"A/USDT:USDT": (Staleness.GAP,)}


def test_what_a_stream_says_anew_is_not_believed_but_the_exchange_is_asked_and_corrects() -> None:
    context = make()
    doubts: list[tuple[int, int]] = []
    context.validator.doubted = lambda row, bar: doubts.append((row, bar))
    context.intake.take(kline())
    context.intake.take(kline())
    context.intake.take(kline(v="8.0"))
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
    # With a later candle in the answer it has, whatever the clocks say.
    answered(context, BAR, [BAR, BAR + 1], columns(2))
    assert context.market.candles.last_bar(0) == BAR


def test_an_answer_that_lay_unread_until_its_forming_candle_had_closed_does_not_close_it() -> None:
    context = make((BAR + 2) * CANDLE_MS)
    context.validator.from_rest(0, BAR - 1, [BAR - 1, BAR], columns(2), BAR * CANDLE_MS + 100_000)
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
    # A hole at the begin of an answer, after a candle that is known.
    answered(context, BAR - 1, [BAR, BAR + 1], columns(2))
    assert candles.values_at(0, BAR - 1) == (2.5, 2.5, 2.5, 2.5, 0.0)
    assert candles.values_at(0, BAR) == VALUES


def test_a_candle_that_a_stream_brought_is_not_replaced_by_a_hole() -> None:
    context = make()
    context.intake.take(kline(BAR - 2))
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


SAMPLES: tuple[dict[str, Any], ...] = (
    kline(BAR - 2),
    {"e": "24hrTicker", "E": NOW, "s": "AUSDT", "c": "2.5", "q": "1000"},
    {"e": "bookTicker", "E": NOW, "u": 5, "s": "AUSDT", "b": "2.4", "B": "3", "a": "2.6", "A": "4"},
    {"e": "markPriceUpdate", "E": NOW, "s": "AUSDT", "p": "2.5", "i": "2.5", "r": "0.0001", "T": NOW + 1},
    {"e": "forceOrder", "E": NOW, "o": {"s": "AUSDT", "S": "SELL", "ap": "2.5", "z": "4", "T": NOW}},
    {"e": "aggTrade", "E": NOW, "a": 9, "s": "AUSDT", "p": "2.5", "q": "4", "T": NOW, "m": True},
)
junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 2**63),
    st.floats(),
    st.text(max_size=5),
    st.just([]),
    st.just({}),
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_message_however_damaged_raises_or_touches_what_is_closed(data: st.DataObject) -> None:
    context = make()
    context.intake.take(kline())
    before = context.market.candles.values_at(0, BAR - 1)
    message = orjson.loads(orjson.dumps(data.draw(st.sampled_from(SAMPLES))))
    for _ in range(data.draw(st.integers(1, 3))):
        part = data.draw(st.sampled_from([message, *(v for v in message.values() if isinstance(v, dict))]))
        if part:
            key = data.draw(st.sampled_from(sorted(part)))
            if data.draw(st.booleans()):
                del part[key]
            else:
                part[key] = data.draw(junk)
    context.intake.take([message] if data.draw(st.booleans()) else message)
    context.intake.take(data.draw(junk))
    assert context.market.candles.values_at(0, BAR - 1) == before
    assert context.market.candles.newest_bar == BAR - 1
    live = context.market.live
    prices = (live.last_price, live.bid, live.ask, live.mark_price, live.index_price)
    assert all(np.isnan(price[0]) or 0.0 < price[0] < np.inf for price in prices)


@given(st.permutations(range(6)))
def test_of_messages_in_any_order_the_newest_counts(order: list[int]) -> None:
    context = make()
    live = context.market.live
    for place in order:
        price = str(10.0 + place)
        context.intake.take({"e": "24hrTicker", "E": NOW + place, "s": "AUSDT", "c": price, "q": "1"})
        context.intake.take(
            {"e": "bookTicker", "E": NOW, "u": place, "s": "AUSDT", "b": price, "B": "1", "a": "99", "A": "1"}
        )
        context.intake.take(
            {"e": "markPriceUpdate", "E": NOW + place, "s": "AUSDT", "p": price, "i": price, "r": "", "T": 1}
        )
    assert live.last_price[0] == live.bid[0] == live.mark_price[0] == 15.0
    assert np.isnan(live.funding_rate[0])
    assert context.counters["messages_late"] % 3 == 0
