"""Binance's answers to requests; what cannot be read is counted, or makes the answer useless."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from companion.venues.binance.answers import (
    SETTLEMENTS_AN_ANSWER,
    read_candles,
    read_settlements,
    read_ticker,
    read_tickers,
    read_time,
)
from companion.venues.errors import MalformedError
from companion.venues.values import CurrentTicker, Settlement, Tickers
from tests.venues.binance.samples import BAR, NOW

CANDLE_MS = 300_000


def ticker(symbol: str = "AUSDT", **changes: Any) -> dict[str, Any]:
    return {"symbol": symbol, "lastPrice": "2.5", "quoteVolume": "1000"} | changes


def row(bar: int = BAR, *values: str) -> list[Any]:
    numbers = values or ("2", "3", "1", "2.5", "7")
    return [bar * CANDLE_MS, *numbers, (bar + 1) * CANDLE_MS - 1, "17.5", 3, "4", "10", "0"]


def test_the_clock_is_read_in_milliseconds() -> None:
    assert read_time({"serverTime": NOW}) == NOW


@pytest.mark.parametrize(
    "answer", [None, [], "x", {}, {"serverTime": None}, {"serverTime": "x"}, {"serverTime": 2**63}]
)
def test_an_answer_without_a_time_is_refused(answer: object) -> None:
    with pytest.raises(MalformedError):
        read_time(answer)


def test_of_all_tickers_those_that_are_requested_are_read() -> None:
    answer = [ticker(), ticker("BUSDT"), ticker("CUSDT", lastPrice="0"), {"lastPrice": "x"}]
    assert read_tickers(answer, frozenset({"AUSDT"})) == Tickers((CurrentTicker("AUSDT", 2.5, 1000.0),), 0)
    assert read_tickers(answer, frozenset({"CUSDT"})) == Tickers((), 1)
    everything = read_tickers(answer, None)
    assert [found.symbol for found in everything.tickers] == ["AUSDT", "BUSDT"]
    assert everything.unreadable == 2


def test_a_single_ticker_is_an_object() -> None:
    assert read_ticker(ticker()) == Tickers((CurrentTicker("AUSDT", 2.5, 1000.0),), 0)


NO_PRICE: tuple[Any, ...] = ("0", "-1", "nan", "inf", "", "x", None, [])
NO_VOLUME: tuple[Any, ...] = ("x", "", None, [])
NO_TIME: tuple[Any, ...] = ("x", None, [], 2**63)


@pytest.mark.parametrize(
    "damage",
    [
        *({"lastPrice": value} for value in NO_PRICE),
        *({"quoteVolume": value} for value in NO_VOLUME),
    ],
)
def test_a_damaged_ticker_is_counted(damage: dict[str, Any]) -> None:
    assert read_ticker(ticker(**damage)) == Tickers((), 1)
    for name in damage:
        without = ticker()
        del without[name]
        assert read_ticker(without) == Tickers((), 1)


def test_a_volume_that_the_exchange_does_not_know_is_not_made_up() -> None:
    (found,) = read_ticker(ticker(quoteVolume="nan")).tickers
    assert math.isnan(found.quote_volume)


def test_settlements_come_in_their_order_and_a_short_page_is_the_last() -> None:
    answer = [
        {"symbol": "AUSDT", "fundingTime": NOW, "fundingRate": "0.0001", "markPrice": "2.5"},
        {"symbol": "BUSDT", "fundingTime": NOW + 1, "fundingRate": "-0.002"},
    ]
    page = read_settlements(answer)
    assert page.settlements == (Settlement("AUSDT", NOW, 0.0001), Settlement("BUSDT", NOW + 1, -0.002))
    assert (page.unreadable, page.is_last) == (0, True)
    assert read_settlements(answer * (SETTLEMENTS_AN_ANSWER // 2)).is_last is False
    assert read_settlements([]).is_last is True


def test_a_full_page_of_damaged_settlements_is_not_the_last() -> None:
    page = read_settlements([{}] * SETTLEMENTS_AN_ANSWER)
    assert (page.settlements, page.unreadable, page.is_last) == ((), SETTLEMENTS_AN_ANSWER, False)


@pytest.mark.parametrize("damage", [*({"fundingTime": value} for value in NO_TIME), {"fundingRate": "x"}])
def test_a_damaged_settlement_is_counted_and_harms_no_other(damage: dict[str, Any]) -> None:
    good = {"symbol": "AUSDT", "fundingTime": NOW, "fundingRate": "0.0001"}
    page = read_settlements([good | damage, good])
    assert page.settlements == (Settlement("AUSDT", NOW, 0.0001),)
    assert page.unreadable == 1


@pytest.mark.parametrize("field", ["symbol", "fundingTime", "fundingRate"])
def test_a_settlement_without_a_field_is_counted(field: str) -> None:
    entry = {"symbol": "AUSDT", "fundingTime": NOW, "fundingRate": "0.0001"}
    del entry[field]
    assert read_settlements([entry]).unreadable == 1


def test_a_settlement_without_a_rate_is_not_one_of_zero() -> None:
    (found,) = read_settlements([{"symbol": "AUSDT", "fundingTime": NOW, "fundingRate": ""}]).settlements
    assert math.isnan(found.rate)


@pytest.mark.parametrize("read", [read_settlements, lambda answer: read_tickers(answer, None)])
@pytest.mark.parametrize(
    "answer", [None, {}, {"code": -1121, "msg": "Invalid symbol."}, "", 5, [1], [[]], [{}, None]]
)
def test_an_answer_that_is_no_list_of_entries_is_refused(
    read: Callable[[object], object], answer: object
) -> None:
    with pytest.raises(MalformedError):
        read(answer)


@pytest.mark.parametrize("answer", [None, [], "x", 5])
def test_an_answer_that_is_no_ticker_is_refused(answer: object) -> None:
    with pytest.raises(MalformedError):
        read_ticker(answer)


def test_candles_are_read_by_the_clock_and_by_field() -> None:
    history = read_candles([row(BAR), row(BAR + 2, "5", "6", "4", "5", "0")])
    assert history.bars == (BAR, BAR + 2)
    np.testing.assert_array_equal(history.values, [[2, 5], [3, 6], [1, 4], [2.5, 5], [7, 0]])


def test_no_candles_are_an_answer_too() -> None:
    history = read_candles([])
    assert history.bars == ()
    assert history.values.shape == (5, 0)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {"code": -1121, "msg": "Invalid symbol."},
        5,
        [None],
        [[]],
        [{}],
        [row()[:5]],
        [row(BAR, "x", "3", "1", "2.5", "7")],
        [[None, *row()[1:]]],
        [["x", *row()[1:]]],
        [[BAR * CANDLE_MS + 1, *row()[1:]]],
        [row(), row()],
        [row(), row(BAR - 1)],
        [row(2**63)],
    ],
)
def test_impossible_candles_are_refused(answer: object) -> None:
    with pytest.raises(MalformedError):
        read_candles(answer)
