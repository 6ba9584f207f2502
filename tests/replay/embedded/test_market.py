from __future__ import annotations

import numpy as np
import pytest

from companion.replay.embedded.generate import Coin, generate
from companion.replay.embedded.names import BASES
from companion.replay.embedded.noise import FloatArray
from companion.replay.embedded.specification import HOUR_MS, MarketSpecification
from tests.replay.embedded.structure import autocorrelation, excess_kurtosis, window_hursts


def returns(coin: Coin) -> FloatArray:
    change: FloatArray = np.diff(np.log(coin.candles.close))
    return change


def test_btc_moves_the_market_and_eth_most_of_all(market: dict[str, Coin], tradable: list[Coin]) -> None:
    btc = returns(market["BTC"])
    correlation = {coin.traits.base: float(np.corrcoef(btc, returns(coin))[0, 1]) for coin in tradable}
    others = [value for base, value in correlation.items() if base not in ("BTC", "ETH")]
    assert 0.3 < np.mean(others) < 0.6
    assert correlation["ETH"] > 0.6
    assert np.std(others) > 0.08


def test_coins_move_with_btc_by_their_beta(market: dict[str, Coin], tradable: list[Coin]) -> None:
    btc = returns(market["BTC"])
    true = [coin.traits.beta_btc for coin in tradable[2:]]
    measured = [float(np.cov(btc, returns(coin))[0, 1] / np.var(btc)) for coin in tradable[2:]]
    assert np.corrcoef(true, measured)[0, 1] > 0.9
    assert np.mean(measured) == pytest.approx(np.mean(true), abs=0.15)


def test_volatility_is_of_the_size_of_recorded_coins(market: dict[str, Coin], tradable: list[Coin]) -> None:
    assert 0.0008 < returns(market["BTC"]).std() < 0.0016
    assert 0.0013 < returns(market["ETH"]).std() < 0.0026
    others = [returns(coin).std() for coin in tradable[2:]]
    assert min(others) > 0.0017
    assert max(others) < 0.0065
    assert 0.0025 < np.median(others) < 0.0045


def test_volatility_comes_in_clusters(tradable: list[Coin]) -> None:
    sizes = [np.abs(returns(coin)) for coin in tradable]
    assert np.mean([autocorrelation(size, 1) for size in sizes]) > 0.15
    assert np.mean([autocorrelation(size, 48) for size in sizes]) > 0.04


def test_returns_have_fat_tails_on_both_sides(tradable: list[Coin]) -> None:
    for coin in tradable:
        change = returns(coin)
        assert excess_kurtosis(change) > 2.0
        assert change.max() > 6.0 * np.median(np.abs(change))
        assert change.min() < -6.0 * np.median(np.abs(change))


def test_the_market_crashes_at_least_once_and_takes_part_of_it_back() -> None:
    for seed in range(1, 9):
        btc = next(generate(MarketSpecification(coins=2, seed=seed))).candles
        half_hour = btc.close[6:] / btc.close[:-6] - 1.0
        assert half_hour.min() < -0.02


def test_the_busy_hours_are_busier(market: dict[str, Coin]) -> None:
    for base in ("BTC", "ETH", "SOL", "DOGE"):
        candles = market[base].candles
        hour = candles.time // HOUR_MS % 24
        volume = [float(np.median(candles.volume[hour == value])) for value in (14, 4)]
        assert volume[0] > 1.4 * volume[1]


def test_no_price_runs_away() -> None:
    for seed in (1, 2, 3):
        for coin in generate(MarketSpecification(coins=40, seed=seed)):
            close = coin.candles.close
            assert close.max() / close[0] < 6.0
            assert close[0] / close.min() < 6.0


def test_btc_shows_the_exponent_of_its_regime() -> None:
    found: dict[float, list[float]] = {}
    for seed in range(1, 13):
        coin = next(generate(MarketSpecification(coins=2, seed=seed)))
        log_price = np.log(coin.candles.close)
        for regime in coin.regimes:
            found.setdefault(regime.hurst, []).extend(window_hursts(log_price, regime.first, regime.last))
    for exponent, estimates in found.items():
        # Bursts of volatility and jumps lower the estimate a little; complete regimes are few.
        assert np.mean(estimates) == pytest.approx(exponent, abs=0.03)


def test_coins_show_their_regime_through_the_common_moves(tradable: list[Coin]) -> None:
    found: dict[float, list[float]] = {}
    for coin in tradable[2:]:
        log_price = np.log(coin.candles.close)
        for regime in coin.regimes:
            found.setdefault(regime.hurst, []).extend(window_hursts(log_price, regime.first, regime.last))
    means = {exponent: float(np.mean(estimates)) for exponent, estimates in found.items()}
    assert means[0.35] < 0.42
    assert means[0.50] == pytest.approx(0.5, abs=0.025)
    assert means[0.65] > 0.56


def test_returns_are_not_predictable_in_the_random_regime(tradable: list[Coin]) -> None:
    correlation = [
        autocorrelation(returns(coin)[regime.first + 1 : regime.last - 1], 1)
        for coin in tradable[2:]
        for regime in coin.regimes
        if regime.hurst == 0.5
    ]
    assert abs(np.mean(correlation)) < 0.04


def test_some_coins_are_listed_in_the_last_third_and_one_is_delisted(market: dict[str, Coin]) -> None:
    specification = MarketSpecification()
    last_third = specification.start_ms + specification.days * 16 * HOUR_MS
    end = specification.start_ms + specification.days * 24 * HOUR_MS
    listed = [coin for coin in market.values() if coin.candles.time[0] > specification.start_ms]
    delisted = [coin for coin in market.values() if coin.candles.time[-1] < end - HOUR_MS]
    assert 3 <= len(listed) <= 8
    assert all(last_third <= coin.candles.time[0] < end for coin in listed)
    assert len(delisted) == 1
    assert delisted[0].candles.time[0] == specification.start_ms
    assert not {"BTC", "ETH"} & {coin.traits.base for coin in (*listed, *delisted)}


def test_the_stable_coin_stays_at_a_dollar(market: dict[str, Coin]) -> None:
    close = market["USDC"].candles.close
    assert np.max(np.abs(close - 1.0)) < 0.01
    assert len(np.unique(close)) > 5


def test_names_are_distinct_and_begin_with_btc_and_eth() -> None:
    assert BASES[:2] == ("BTC", "ETH")
    assert len(BASES) == len(set(BASES)) == 544
    assert all(base.isascii() and base.isalnum() and base.upper() == base for base in BASES)
    money = {
        "BUSD",
        "TUSD",
        "FDUSD",
        "USDP",
        "DAI",
        "USDE",
        "USD1",
        "EUR",
        "GBP",
        "TRY",
        "PAXG",
        "XAU",
        "XAG",
    }
    assert not money & set(BASES)
