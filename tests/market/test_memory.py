"""Coins by row, and which of them may be decided."""

from __future__ import annotations

import numpy as np

from companion.market.candles import Arrival
from companion.market.memory import MarketMemory
from companion.market.universe import Coin

CANDLE = (2.0, 3.0, 1.0, 2.5, 7.0)
A, B, C = (Coin(f"{name}/USDT:USDT", f"{name}USDT") for name in "ABC")


class Listener:
    def __init__(self) -> None:
        self.heard: list[tuple[int, int]] = []

    def candle_closed(self, row: int, bar: int) -> None:
        self.heard.append((row, bar))

    def book_changed(self, row: int, time_ms: int) -> None: ...

    def liquidation_order(self, row: int, time_ms: int, side: int, notional: float) -> None: ...

    def aggregate_trade(self, row: int, time_ms: int, side: int, notional: float) -> None: ...


def backfilled(*coins: Coin, bars: int = 5, last: int = 100) -> MarketMemory:
    market = MarketMemory(coins, window=5)
    for row in range(len(coins)):
        for bar in range(last - bars + 1, last + 1):
            market.close_candle(row, bar, CANDLE)
    return market


def test_a_coin_may_be_decided_only_while_it_trades_is_not_stale_and_has_its_whole_window() -> None:
    market = backfilled(A, B, C)
    assert market.decidable(100).tolist() == [True, True, True]
    market.stale.add(1)
    assert market.decidable(100).tolist() == [True, False, True]
    market.stale.clear()
    assert market.decidable(101).tolist() == [False, False, False]
    market.close_candle(0, 101, CANDLE)
    market.close_candle(1, 102, CANDLE)
    assert market.decidable(101).tolist() == [True, False, False]
    assert market.decidable(102).tolist() == [False, False, False]
    market.update_listings([B, C])
    assert market.decidable(101).tolist() == [False, False, False]


def test_rows_stay_their_own_through_listings_and_delistings() -> None:
    market = backfilled(A, B)
    change = market.update_listings([C, B])
    assert (change.listed, change.delisted) == ((2,), (0,))
    assert market.universe.trading_rows == (1, 2)
    assert market.stale == {2}
    assert market.live.rows == market.candles.rows == market.funding.rows == 3
    assert market.rows.tolist() == [0, 1, 2]
    change = market.update_listings([A, B, C])
    assert (change.listed, change.delisted) == ((0,), ())
    assert market.universe.row("AUSDT") == market.universe.row("A/USDT:USDT") == 0
    assert market.universe.coin(2) == C
    assert not market.is_fresh(0)


def test_listeners_hear_of_what_changes_and_once_of_a_stretch_of_history() -> None:
    market, listener = backfilled(A), Listener()
    market.listeners.append(listener)
    assert market.close_candle(0, 100, CANDLE) is Arrival.REPEATED
    assert market.close_candle(0, 100, (*CANDLE[:4], 9.0), correct=False) is Arrival.CONFLICTING
    assert market.close_candle(0, 100, (*CANDLE[:4], 9.0)) is Arrival.CORRECTED
    assert market.close_candle(0, 101, CANDLE) is Arrival.ADDED
    assert listener.heard == [(0, 100), (0, 101)]
    columns = np.repeat(np.array(CANDLE)[:, np.newaxis], 4, axis=1)
    assert market.backfill_candles(0, 100, columns)[Arrival.ADDED] == 2
    assert listener.heard[2:] == [(0, 103)]
    market.backfill_candles(0, 100, columns)
    assert len(listener.heard) == 3
