"""Events in any order and number change the live values as if only the newest had come."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.market.memory import MarketMemory
from companion.market.universe import Coin
from companion.settings.exchange import ExchangeSettings
from companion.settings.streams import StreamSettings
from companion.streams.context import StreamContext
from companion.streams.weight import WeightLedger
from companion.tasks.turns import Turns
from companion.venues.binance.messages import read_message
from companion.venues.binance.venue import BinanceVenue
from companion.venues.events import BookTicker, DayTicker, LiquidationOrder, MarkPrice, Message
from companion.venues.values import CurrentTicker, Tickers
from tests.streams.hand_clock import HandClock
from tests.venues.binance.samples import BAR, NOW, SAMPLES, kline


def make() -> StreamContext:
    clock = HandClock(NOW)
    market = MarketMemory([Coin("A/USDT:USDT", "AUSDT"), Coin("B/USDT:USDT", "BUSDT")], window=10)
    ledger = WeightLedger(ExchangeSettings(), clock)
    return StreamContext.around(BinanceVenue(), market, StreamSettings(), clock, Random(1), ledger, Turns())


def heard(context: StreamContext, message: object) -> bool:
    """What the exchange sends, read and taken."""
    return context.intake.take(read_message(message, context.market.universe))


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
    heard(context, kline())
    before = context.market.candles.values_at(0, BAR - 1)
    assert before is not None
    message: dict[str, Any] = orjson.loads(orjson.dumps(data.draw(st.sampled_from(SAMPLES))[0]))
    for _ in range(data.draw(st.integers(1, 3))):
        part = data.draw(st.sampled_from([message, *(v for v in message.values() if isinstance(v, dict))]))
        if part:
            key = data.draw(st.sampled_from(sorted(part)))
            if data.draw(st.booleans()):
                del part[key]
            else:
                part[key] = data.draw(junk)
    heard(context, [message] if data.draw(st.booleans()) else message)
    heard(context, data.draw(junk))
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
        price = 10.0 + place
        context.intake.take(Message((DayTicker("AUSDT", NOW + place, price, 1.0),), 0))
        context.intake.take(Message((BookTicker("AUSDT", NOW, place, price, 99.0, 1.0, 1.0),), 0))
        context.intake.take(Message((MarkPrice("AUSDT", NOW + place, price, price, np.nan, 1),), 0))
    assert live.last_price[0] == live.bid[0] == live.mark_price[0] == 15.0
    assert np.isnan(live.funding_rate[0])
    assert context.counters["messages_late"] % 3 == 0


def test_a_message_with_unreadable_parts_is_counted_and_not_called_whole() -> None:
    context = make()
    ticker = DayTicker("AUSDT", NOW, 2.0, 1.0)
    assert not context.intake.take(Message((ticker,), 2))
    assert context.market.live.last_price[0] == 2.0
    assert context.counters["messages"] == 1
    assert context.counters["messages_broken"] == 2


def test_a_liquidation_that_is_reported_twice_counts_once() -> None:
    context = make()
    order = LiquidationOrder("AUSDT", NOW, -1, 2.0, 3.0)
    other = order._replace(symbol="BUSDT")
    for event in (order, other, order):
        context.intake.take(Message((event,), 0))
    assert context.counters["liquidation_orders"] == 2
    assert context.counters["messages_repeated"] == 1


def test_an_event_of_a_coin_without_a_row_changes_nothing() -> None:
    context = make()
    assert context.intake.take(Message((DayTicker("CUSDT", NOW, 2.0, 1.0),), 0))
    assert np.isnan(context.market.live.last_price).all()


def test_a_price_of_rest_is_one_of_now_and_says_where_it_came_from() -> None:
    context = make()
    tickers = (CurrentTicker("AUSDT", 2.0, 9.0), CurrentTicker("CUSDT", 2.0, 9.0))
    context.intake.take_current(Tickers(tickers, 1))
    live = context.market.live
    assert (live.last_price[0], live.quote_volume_24h[0], live.ticker_ms[0]) == (2.0, 9.0, NOW)
    assert context.intake.ticker_over_rest.tolist() == [True, False]
    assert context.counters["messages_broken"] == 1
    context.intake.take(Message((DayTicker("AUSDT", NOW, 3.0, 9.0),), 0))
    assert context.intake.ticker_over_rest.tolist() == [False, False]


def test_a_coin_that_was_listed_a_moment_ago_has_no_ticker_over_rest_yet() -> None:
    context = make()
    context.market.universe.update([*context.market.universe.coins, Coin("C/USDT:USDT", "CUSDT")])
    assert not context.intake.came_over_rest(2)
