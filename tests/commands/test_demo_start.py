"""Where the demonstration begins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from companion.demo.pairs import MOST_PAIRS, choose_whitelist
from companion.demo.start import Span, candidate_columns, choose_start
from companion.offline.signals import AcceptedSignal, Candles
from hhq.coins import CoinTable
from hhq.panel import CANDLE_MS, Panel

DAY = 288
BARS = 12 * DAY
PAIRS = ("BTC/USDT:USDT", "ETH/USDT:USDT")
MIDNIGHT = 20_000 * DAY
NOON = (20_500 * DAY + 144) * CANDLE_MS


def tape() -> Candles:
    """Prices stay at 100, with one tick up and down in every candle."""
    level = np.full((2, BARS), 100.0)
    panel = Panel(PAIRS, MIDNIGHT, level, level + 1.0, level - 1.0, level.copy(), level.copy())
    return Candles(panel, np.full((2, BARS), np.nan), CoinTable.of(PAIRS, np.full(2, 0.1)))


class Planned:
    """Signals at planned columns of the tape: found by the day and candle, wherever the clock puts them."""

    def __init__(self, *columns: int, moved: int = 0) -> None:
        self.columns = columns
        self.moved = moved

    def __call__(self, candles: Candles, first: int) -> Sequence[AcceptedSignal]:
        panel = candles.panel
        shift = 0 if panel.bars == BARS else self.moved
        begin = panel.first_bar + first
        bars = [MIDNIGHT + column + shift for column in self.columns]
        return [
            AcceptedSignal(pair, bar, 1, 99.5)
            for bar in bars
            for pair in PAIRS
            if begin <= bar < panel.first_bar + panel.bars
        ]


def always(signal: AcceptedSignal, offset: int, begin: int, end: int) -> bool:
    return begin < end


def never(signal: AcceptedSignal, offset: int, begin: int, end: int) -> bool:
    return False


def span(after_candle_ms: int = 60_000) -> Span:
    ready = NOON + after_candle_ms
    return Span(ready, ready + 120_000)


def test_the_signals_candle_has_just_closed_and_the_offset_is_whole_days() -> None:
    column = 8 * DAY + 143
    moved = NOON // CANDLE_MS - (MIDNIGHT + column + 1)
    decide = Planned(column, moved=moved)
    start = choose_start(tape(), candidate_columns(tape(), decide), decide, always, span())
    assert start is not None
    assert start.alignment == "1d"
    assert start.offset == moved * CANDLE_MS
    assert {signal.pair for signal in start.entries} == set(PAIRS)


def test_without_a_signal_at_this_time_of_day_the_tape_is_moved_by_less() -> None:
    column = 8 * DAY + 100
    moved = NOON // CANDLE_MS - (MIDNIGHT + column + 1)
    decide = Planned(column, moved=moved)
    start = choose_start(tape(), candidate_columns(tape(), decide), decide, always, span())
    assert start is not None
    assert start.alignment == "5m"
    assert start.offset == moved * CANDLE_MS


def test_a_signal_that_vanishes_on_the_served_clock_is_no_start() -> None:
    column = 8 * DAY + 143
    decide = Planned(column, moved=7)
    assert choose_start(tape(), [column], decide, always, span()) is None


def test_a_price_that_is_not_reached_is_no_start() -> None:
    column = 8 * DAY + 143
    decide = Planned(column, moved=NOON // CANDLE_MS - (MIDNIGHT + column + 1))
    assert choose_start(tape(), [column], decide, never, span()) is None


@pytest.mark.parametrize("column", [100, BARS - 10])
def test_a_start_has_history_behind_and_tape_ahead(column: int) -> None:
    assert candidate_columns(tape(), Planned(column)) == []


def test_a_candle_whose_price_the_next_one_does_not_reach_is_no_candidate() -> None:
    candles = tape()
    candles.panel.low[:] = 99.9
    assert candidate_columns(candles, Planned(8 * DAY)) == []


def test_btc_and_eth_are_always_followed_and_expected_entries_before_others() -> None:
    others = [f"C{n}/USDT:USDT" for n in range(100)]
    chosen = choose_whitelist([*others, *PAIRS], ["C99/USDT:USDT", "C98/USDT:USDT"])
    assert chosen[:4] == (*PAIRS, "C99/USDT:USDT", "C98/USDT:USDT")
    assert len(chosen) == MOST_PAIRS


def test_a_market_without_eth_is_followed_without_it() -> None:
    assert choose_whitelist(["SOL/USDT:USDT", PAIRS[0]], []) == (PAIRS[0], "SOL/USDT:USDT")
