from __future__ import annotations

import numpy as np

from companion.replay.embedded.generate import Coin
from companion.replay.embedded.specification import HOUR_MS


def test_funding_is_settled_every_eight_or_four_hours(market: dict[str, Coin]) -> None:
    intervals = {}
    for base, coin in market.items():
        steps = np.diff(coin.funding.time)
        assert np.all(steps == coin.traits.funding_hours * HOUR_MS)
        assert np.all(coin.funding.time % (4 * HOUR_MS) == 0)
        assert coin.funding.time[0] == coin.candles.time[0]
        assert coin.funding.time[-1] <= coin.candles.time[-1]
        intervals[base] = coin.traits.funding_hours
    assert set(intervals.values()) == {4, 8}
    assert list(intervals.values()).count(8) > 2 * list(intervals.values()).count(4)
    assert intervals["BTC"] == intervals["ETH"] == 8


def test_funding_rests_at_the_interest_rate_and_reverts(market: dict[str, Coin]) -> None:
    at_rest = [
        float(np.mean(coin.funding.rate == 1e-4 * coin.traits.funding_hours / 8.0))
        for coin in market.values()
    ]
    assert 0.2 < np.mean(at_rest) < 0.8
    rates = np.concatenate([coin.funding.rate * 8.0 / coin.traits.funding_hours for coin in market.values()])
    assert np.abs(np.median(rates)) <= 1.0001e-4
    assert np.max(np.abs(rates)) < 0.02


def test_funding_is_extreme_now_and_then_on_both_sides(market: dict[str, Coin]) -> None:
    rates = np.concatenate([coin.funding.rate * 8.0 / coin.traits.funding_hours for coin in market.values()])
    assert 0.001 < np.mean(np.abs(rates) > 0.0008) < 0.04
    assert rates.max() > 0.0008
    assert rates.min() < -0.0008


def test_funding_follows_the_last_day(market: dict[str, Coin]) -> None:
    found = []
    for coin in market.values():
        if coin.traits.stable or len(coin.funding.rate) < 60:
            continue
        rows = np.searchsorted(coin.candles.time, coin.funding.time)
        usable = rows >= 288
        past = np.log(coin.candles.open[rows[usable]] / coin.candles.open[rows[usable] - 288])
        found.append(float(np.corrcoef(past, coin.funding.rate[usable])[0, 1]))
    assert np.mean(found) > 0.2


def test_spreads_are_whole_ticks(market: dict[str, Coin]) -> None:
    for coin in market.values():
        ticks = coin.book.spread_pct / 100.0 * coin.candles.close / coin.traits.tick
        assert np.all(ticks > 0.99)
        # Written with six decimals of a percent.
        assert np.all(np.abs(ticks - np.rint(ticks)) <= 0.6e-8 * coin.candles.close / coin.traits.tick + 1e-6)


def test_spreads_widen_for_thin_coins_and_in_rough_times(tradable: list[Coin]) -> None:
    typical = [float(np.median(coin.book.spread_pct)) for coin in tradable]
    assert np.corrcoef(np.log(typical), np.log([coin.traits.daily_volume for coin in tradable]))[0, 1] < -0.8
    thin = [
        coin
        for coin in tradable
        if np.median(coin.book.spread_pct) > 5.0 * coin.traits.tick / coin.traits.price
    ]
    rough = []
    assert len(thin) > 20
    for coin in thin:
        size = np.log(coin.candles.high / coin.candles.low)
        rough.append(float(np.corrcoef(size, coin.book.spread_pct)[0, 1]))
    assert np.mean(rough) > 0.2


def test_some_spreads_are_too_wide_to_trade_and_most_are_not(market: dict[str, Coin]) -> None:
    spreads = np.concatenate([coin.book.spread_pct for coin in market.values()])
    assert 0.0003 < np.mean(spreads > 0.5) < 0.02
    assert np.median(spreads) < 0.05
    assert np.median(market["BTC"].book.spread_pct) < 0.02


def test_the_imbalance_is_bounded_lasting_and_knows_a_little_of_the_next_candle(tradable: list[Coin]) -> None:
    ahead = []
    for coin in tradable:
        imbalance = coin.book.imbalance
        assert np.all(np.abs(imbalance) < 100.0)
        assert 8.0 < imbalance.std() < 20.0
        assert np.corrcoef(imbalance[1:], imbalance[:-1])[0, 1] > 0.6
        coming = np.diff(np.log(coin.candles.close))
        limit = 3.0 * coming.std()
        ahead.append(float(np.corrcoef(imbalance[:-1], np.clip(coming, -limit, limit))[0, 1]))
    assert 0.08 < np.mean(ahead) < 0.16
