from __future__ import annotations

import numpy as np
import pytest

from companion.replay.embedded.generate import Coin
from companion.replay.embedded.specification import CANDLE_MS, HOUR_MS


def test_every_candle_encloses_its_open_and_close(market: dict[str, Coin]) -> None:
    for coin in market.values():
        candles = coin.candles
        assert np.all(candles.low <= np.minimum(candles.open, candles.close))
        assert np.all(candles.high >= np.maximum(candles.open, candles.close))
        assert np.all(candles.low > 0.0)


def test_candles_follow_each_other_without_gaps(market: dict[str, Coin]) -> None:
    for coin in market.values():
        assert np.all(np.diff(coin.candles.time) == CANDLE_MS)
        assert coin.candles.time[0] % (8 * HOUR_MS) == 0


def test_every_price_is_a_whole_number_of_ticks(market: dict[str, Coin]) -> None:
    for coin in market.values():
        digits = coin.traits.price_digits
        for column in (coin.candles.open, coin.candles.high, coin.candles.low, coin.candles.close):
            written = [f"{value:.{digits}f}" for value in column[:300]]
            assert [float(text) for text in written] == column[:300].tolist()
            assert np.array_equal(np.rint(column * 10.0**digits) / 10.0**digits, column)


def test_every_volume_is_a_positive_whole_number_of_steps(market: dict[str, Coin]) -> None:
    for coin in market.values():
        steps = 10.0**coin.traits.quantity_digits
        assert np.array_equal(np.rint(coin.candles.volume * steps) / steps, coin.candles.volume)
        assert np.all(coin.candles.volume >= 1.0 / steps)


def test_a_candle_opens_within_a_tick_of_the_last_close(market: dict[str, Coin]) -> None:
    for coin in market.values():
        gap = np.abs(coin.candles.open[1:] - coin.candles.close[:-1])
        assert np.max(gap) <= 1.001 * coin.traits.tick
        assert 0.05 < np.mean(gap > 0.0) < 0.3


def test_the_range_of_a_candle_fits_its_volatility(tradable: list[Coin]) -> None:
    for coin in tradable:
        candles = coin.candles
        size = np.log(candles.high / candles.low)
        moves = np.abs(np.diff(np.log(candles.close)))
        # 2.0 for a Brownian path; recorded coins show 1.8 to 2.1.
        assert 1.75 < size.mean() / moves.mean() < 2.25
        day = slice(0, len(size) // 12 * 12)
        hourly_range = size[day].reshape(-1, 12).mean(axis=1)
        hourly_move = np.abs(np.log(candles.close / candles.open))[day].reshape(-1, 12).mean(axis=1)
        assert np.corrcoef(hourly_range, hourly_move)[0, 1] > 0.6


def test_volumes_are_heavy_tailed_and_grow_with_the_move(tradable: list[Coin]) -> None:
    for coin in tradable:
        volume = coin.candles.volume
        assert volume.max() > 8.0 * np.median(volume)
        moves = np.abs(np.log(coin.candles.close / coin.candles.open))
        assert 0.25 < np.corrcoef(moves, np.log(volume))[0, 1] < 0.7


def test_mark_prices_are_hourly_and_near_the_last_price(market: dict[str, Coin]) -> None:
    for coin in market.values():
        hours = len(coin.candles) // 12
        mark = coin.mark
        assert np.array_equal(mark.time, coin.candles.time[::12])
        assert len(mark) == hours
        assert np.all(np.abs(mark.close / coin.candles.close[11::12] - 1.0) < 0.001)
        assert np.all(mark.low <= np.minimum(mark.open, mark.close))
        assert np.all(mark.high >= np.maximum(mark.open, mark.close))
        assert not mark.volume.any()


def test_ticks_are_fine_enough_for_the_moves(tradable: list[Coin]) -> None:
    for coin in tradable:
        assert coin.traits.tick / np.median(coin.candles.close) <= 0.001


def test_prices_and_volumes_span_the_whole_exchange(market: dict[str, Coin]) -> None:
    first = [coin.candles.close[0] for coin in market.values()]
    assert 0.001 < min(first) < 0.01
    assert max(first) == pytest.approx(97_000, rel=0.05)
    assert len({int(np.floor(np.log10(price))) for price in first}) >= 8
    daily = [
        float(np.median((coin.candles.close * coin.candles.volume).reshape(-1, 96).sum(axis=1)) * 3)
        for coin in market.values()
    ]
    assert 0.2e6 < min(daily) < 0.9e6
    assert 3e9 < max(daily) < 8e9
    assert 1e7 < np.median(daily) < 1e9
