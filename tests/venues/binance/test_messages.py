"""What Binance says over its streams, event by event; what cannot be read is counted and harms nothing else."""

from __future__ import annotations

import copy
import math
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.market.universe import Coin, Universe
from companion.venues import events
from companion.venues.binance.messages import read_message, read_text
from companion.venues.errors import MalformedError
from companion.venues.events import CommandAnswer, MarketEvent, Message
from tests.venues.binance.samples import BAR, KNOWN, NOW, SAMPLES, kline

BY_KIND = {message["e"]: (message, event) for message, event in SAMPLES}
READ_FIELDS = {
    "kline": "k.s k.i k.x k.t k.o k.h k.l k.c k.v",
    "24hrTicker": "s E c q",
    "bookTicker": "s E u b B a A",
    "markPriceUpdate": "s E p i r T",
    "forceOrder": "o.s o.S o.ap o.z o.T",
    "aggTrade": "s a p q T m",
}
"""Every field that is read, by event."""


def changed(kind: str, field: str, *values: Any) -> dict[str, Any]:
    """The sample of a kind with one field changed, or left out."""
    message = copy.deepcopy(BY_KIND[kind][0])
    *inside, name = field.split(".")
    part = message[inside[0]] if inside else message
    if values:
        part[name] = values[0]
    else:
        del part[name]
    return message


@pytest.mark.parametrize(("message", "event"), SAMPLES, ids=BY_KIND)
def test_a_message_says_what_binance_means(message: dict[str, Any], event: MarketEvent) -> None:
    read = read_text(orjson.dumps(message).decode(), KNOWN)
    assert read == Message((event,), 0)
    assert isinstance(read, Message)
    assert type(read.events[0]) is type(event)


def test_a_candle_that_is_not_called_closed_is_a_sign_of_life() -> None:
    for closed in (False, "true", 1, None):
        # Nothing else of it is read: its values are not yet those of a candle.
        message = read_message(kline(x=closed, o="?", t="?"), KNOWN)
        assert message == Message((events.FormingCandle("AUSDT"),), 0)


def test_candles_of_other_intervals_are_left_out() -> None:
    assert read_message(kline(i="15m", x="?"), KNOWN) == Message((), 0)


def test_a_candle_must_begin_on_the_clock() -> None:
    assert read_message(kline(t=(BAR - 1) * 300_000 + 1), KNOWN) == Message((), 1)


def test_whether_values_make_a_possible_candle_is_not_checked_here() -> None:
    (event,) = read_message(kline(o="nan", h="0.5"), KNOWN).events
    assert isinstance(event, events.ClosedCandle)
    assert math.isnan(event.values[0])


def test_a_coin_without_funding_has_no_rate() -> None:
    (event,) = read_message(changed("markPriceUpdate", "r", ""), KNOWN).events
    assert isinstance(event, events.MarkPrice)
    assert math.isnan(event.funding_rate)


def test_a_quantity_of_the_book_may_be_zero() -> None:
    (event,) = read_message(changed("bookTicker", "B", "0"), KNOWN).events
    assert isinstance(event, events.BookTicker)
    assert event.bid_quantity == 0.0


@pytest.mark.parametrize(("side", "sign"), [("BUY", 1), ("SELL", -1)])
def test_the_side_of_a_liquidation_is_the_orders(side: str, sign: int) -> None:
    (event,) = read_message(changed("forceOrder", "o.S", side), KNOWN).events
    assert isinstance(event, events.LiquidationOrder)
    assert event.side == sign


@pytest.mark.parametrize(("buyer_is_maker", "sign"), [(True, -1), (False, 1)])
def test_the_side_of_a_trade_is_the_takers(*, buyer_is_maker: bool, sign: int) -> None:
    (event,) = read_message(changed("aggTrade", "m", buyer_is_maker), KNOWN).events
    assert isinstance(event, events.AggregateTrade)
    assert event.side == sign


@pytest.mark.parametrize(
    ("kind", "field"), [(kind, field) for kind, fields in READ_FIELDS.items() for field in fields.split()]
)
def test_a_message_without_a_field_that_is_read_is_refused(kind: str, field: str) -> None:
    assert read_message(changed(kind, field), KNOWN) == Message((), 1)


NO_PRICE: tuple[Any, ...] = ("0", "-1", "nan", "inf", "", "x", None, [], {})
NO_NUMBER: tuple[Any, ...] = ("", "x", None, [], {}, "nan", 2**63, -(2**64))


IMPOSSIBLE: dict[tuple[str, str], tuple[Any, ...]] = {
    ("24hrTicker", "c"): NO_PRICE,
    ("24hrTicker", "q"): ("x", None, []),
    ("24hrTicker", "E"): NO_NUMBER,
    ("24hrTicker", "s"): ([], {}),
    ("bookTicker", "b"): (*NO_PRICE, "2.6", "2.7"),
    ("bookTicker", "a"): NO_PRICE,
    ("bookTicker", "B"): ("-1", "nan", "inf", "x", None),
    ("bookTicker", "A"): ("-1", "nan", "inf", "x", None),
    ("bookTicker", "E"): NO_NUMBER,
    ("bookTicker", "u"): NO_NUMBER,
    ("bookTicker", "s"): ([], {}),
    ("markPriceUpdate", "p"): NO_PRICE,
    ("markPriceUpdate", "i"): NO_PRICE,
    ("markPriceUpdate", "E"): NO_NUMBER,
    ("markPriceUpdate", "T"): NO_NUMBER,
    ("markPriceUpdate", "r"): ("x",),
    ("forceOrder", "o"): (None, [], "x"),
    ("forceOrder", "o.ap"): NO_PRICE,
    ("forceOrder", "o.z"): NO_PRICE,
    ("forceOrder", "o.T"): NO_NUMBER,
    ("forceOrder", "o.S"): ("buy", "", None, []),
    ("aggTrade", "p"): NO_PRICE,
    ("aggTrade", "q"): NO_PRICE,
    ("aggTrade", "a"): NO_NUMBER,
    ("aggTrade", "T"): NO_NUMBER,
    ("aggTrade", "s"): ([], {}),
    ("kline", "k"): (None, [], "x"),
    ("kline", "k.t"): NO_NUMBER,
    **{("kline", f"k.{field}"): ("x", "", None, []) for field in "ohlcv"},
    **{(kind, "e"): ("", "depthUpdate", None, 1, [], {}) for kind in READ_FIELDS},
}


@pytest.mark.parametrize(
    ("kind", "field", "value"), [(*where, value) for where, values in IMPOSSIBLE.items() for value in values]
)
def test_a_message_with_an_impossible_field_is_refused(kind: str, field: str, value: Any) -> None:
    assert read_message(changed(kind, field, value), KNOWN) == Message((), 1)


@pytest.mark.parametrize("message", [None, True, 5, 5.0, "text", {}, {"e": "kline"}, [None], [[]], [{}]])
def test_what_is_no_event_is_counted(message: object) -> None:
    assert read_message(message, KNOWN) == Message((), 1)


def test_an_empty_list_says_nothing() -> None:
    assert read_message([], KNOWN) == Message((), 0)


@pytest.mark.parametrize("kind", READ_FIELDS)
def test_nothing_else_of_an_unknown_coin_is_read(kind: str) -> None:
    message = changed(kind, READ_FIELDS[kind].split()[0], "BUSDT")
    part = message.get("k") or message.get("o") or message
    for name in set(part) - {"e", "s"} - ({"i"} if kind == "kline" else set()):
        part[name] = "?"
    assert read_message(message, KNOWN) == Message((), 0)
    # A candle that nothing calls closed is a sign of life.
    unread = Message((events.FormingCandle("BUSDT"),), 0) if kind == "kline" else Message((), 1)
    assert read_message(message, frozenset({"BUSDT"})) == unread


def test_a_damaged_part_of_a_list_harms_no_other() -> None:
    good, event = BY_KIND["24hrTicker"]
    bad = changed("24hrTicker", "c", "0")
    assert read_message([bad, good, None, good], KNOWN) == Message((event, event), 2)


def test_the_coins_of_a_universe_are_known_by_their_symbols() -> None:
    universe = Universe([Coin("A/USDT:USDT", "AUSDT")])
    message, event = BY_KIND["bookTicker"]
    assert read_message(message, universe).events == (event,)
    assert read_message(changed("bookTicker", "s", "BUSDT"), universe) == Message((), 0)
    assert read_message(changed("bookTicker", "s", []), universe) == Message((), 1)


@pytest.mark.parametrize("text", ["", "{", '{"e":"kline"', "nothing", '{"e":NaN}'])
def test_a_text_that_holds_no_message_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        read_text(text, KNOWN)


def test_an_answer_to_a_command_says_whether_it_was_obeyed_and_what_is_subscribed() -> None:
    assert read_text('{"result":null,"id":7}', KNOWN) == CommandAnswer("7")
    listed = read_text('{"result":["ausdt@kline_5m","!ticker@arr"],"id":8}', KNOWN)
    assert listed == CommandAnswer("8", "", ("ausdt@kline_5m", "!ticker@arr"))
    refused = read_text('{"error":{"code":2,"msg":"Invalid request"},"id":9}', KNOWN)
    assert isinstance(refused, CommandAnswer)
    assert refused.number == "9"
    assert "Invalid request" in refused.refusal


junk = st.one_of(
    st.none(), st.booleans(), st.integers(-10, 2**63), st.floats(), st.text(max_size=5), st.just([]), st.just({})
)  # fmt: skip


@given(st.sampled_from(SAMPLES), st.data())
def test_no_damage_raises_and_what_is_read_keeps_its_promises(
    sample: tuple[dict[str, Any], MarketEvent], data: st.DataObject
) -> None:
    message = copy.deepcopy(sample[0])
    for _ in range(data.draw(st.integers(1, 3))):
        part = data.draw(st.sampled_from([message, *(v for v in message.values() if isinstance(v, dict))]))
        if part:
            part[data.draw(st.sampled_from(sorted(part)))] = data.draw(junk)
    read = read_message(message, KNOWN)
    assert len(read.events) + read.unreadable <= 1
    for event in read.events:
        _keeps_its_promises(event)


def _keeps_its_promises(event: MarketEvent) -> None:
    assert event.symbol == "AUSDT"
    if isinstance(event, events.ClosedCandle | events.FormingCandle):
        return
    assert abs(event.time_ms) < 2**63
    match event:
        case events.DayTicker():
            prices: tuple[float, ...] = (event.last_price,)
        case events.BookTicker():
            prices = (
                event.bid,
                event.ask,
                event.ask - event.bid,
                event.bid_quantity + 1,
                event.ask_quantity + 1,
            )
            assert abs(event.number) < 2**63
        case events.MarkPrice():
            prices = event.mark_price, event.index_price
            assert abs(event.next_funding_ms) < 2**63
        case events.LiquidationOrder() | events.AggregateTrade():
            prices = event.price, event.quantity
            assert event.side in (1, -1)
    assert all(0.0 < price < math.inf for price in prices)


def test_the_samples_are_of_now() -> None:
    assert NOW // 300_000 == BAR
