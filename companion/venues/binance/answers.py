"""Turns answers of Binance's REST API into typed values. All functions raise MalformedError for an unusable answer."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from itertools import pairwise
from typing import Any

import numpy as np

from companion.market.candles import FIELDS
from companion.venues.binance.fields import MALFORMED, Fields, bar_of, positive, rows_of, whole
from companion.venues.errors import MalformedError
from companion.venues.values import CandleHistory, CurrentTicker, Settlement, SettlementPage, Tickers

SETTLEMENTS_AN_ANSWER = 1000


def read_time(answer: Any) -> int:
    """The exchange's clock in ms UTC."""
    try:
        return whole(answer["serverTime"])
    except MALFORMED as problem:
        raise MalformedError(str(problem)) from problem


def read_tickers(answer: object, wanted: Collection[str] | None) -> Tickers:
    """The 24 h tickers of these symbols; None: all."""
    entries = rows_of(answer)
    if wanted is not None:
        entries = [entry for entry in entries if str(entry.get("symbol")) in wanted]
    return _tickers(entries)


def read_ticker(answer: object) -> Tickers:
    """The 24 h ticker of one symbol."""
    return _tickers(rows_of([answer]))


def read_settlements(answer: object) -> SettlementPage:
    """A page of settled funding rates; a page that is not full is the last."""
    entries = rows_of(answer)
    settlements, unreadable = [], 0
    for entry in entries:
        try:
            symbol, time, text = str(entry["symbol"]), whole(entry["fundingTime"]), entry["fundingRate"]
            settlements.append(Settlement(symbol, time, float(text) if text else math.nan))
        except MALFORMED:
            unreadable += 1
    return SettlementPage(tuple(settlements), unreadable, is_last=len(entries) < SETTLEMENTS_AN_ANSWER)


def read_candles(answer: Any) -> CandleHistory:
    """Candles, oldest first, all on the 5m grid."""
    try:
        bars = tuple(bar_of(whole(row[0])) for row in answer)
        if any(later <= earlier for earlier, later in pairwise(bars)):
            raise ValueError("candles are not in order")
        # Straight into the array: hundreds of small lists would trigger the garbage collector here.
        numbers = (float(text) for row in answer for text in row[1 : 1 + len(FIELDS)])
        values = np.fromiter(numbers, np.float64, len(bars) * len(FIELDS))
    except MALFORMED as problem:
        raise MalformedError(str(problem)) from problem
    return CandleHistory(bars, values.reshape(-1, len(FIELDS)).T)


def _tickers(entries: Iterable[Fields]) -> Tickers:
    tickers, unreadable = [], 0
    for entry in entries:
        try:
            price, volume = positive(entry["lastPrice"]), float(entry["quoteVolume"])
            tickers.append(CurrentTicker(str(entry["symbol"]), price, volume))
        except MALFORMED:
            unreadable += 1
    return Tickers(tuple(tickers), unreadable)
