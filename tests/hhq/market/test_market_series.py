"""The market per candle: one clock for BTC and ETH, the same from any window, n/a where candles are missing."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from hhq.market.series import Changes, MarketSeries, market_series
from hhq.market.values import MarketValues
from hhq.panel import CANDLE_MS, WINDOW, Panel
from hhq.regime import MacroRegime
from hhq.settings.market import FlashSettings, MarketSettings

RULE = MarketSettings()
SHORT_MEMORY = MarketSettings(flash=FlashSettings(memory=60))
SMT_WINDOW = RULE.smt_window
START = 5_000_000


def panel(close: np.ndarray, first_bar: int = START, symbol: str = "BTC") -> Panel:
    rows = close[np.newaxis, :]
    return Panel((symbol,), first_bar, rows, rows * 1.001, rows * 0.999, rows, np.ones_like(rows))


def walk(bars: int, seed: int, jump: float = 0.004) -> np.ndarray:
    return 1000 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, jump, bars)))


def columns(series: MarketSeries) -> dict[str, np.ndarray]:
    found = {f"btc {f.name}": getattr(series.btc, f.name) for f in fields(Changes)}
    found |= {f"eth {f.name}": getattr(series.eth, f.name) for f in fields(Changes)}
    found |= {f.name: getattr(series.values, f.name) for f in fields(MarketValues)}
    return found | {"smt": series.smt}


def assert_same(one: MarketSeries, other: MarketSeries) -> None:
    assert (one.first_bar, one.bars) == (other.first_bar, other.bars)
    for name, values in columns(one).items():
        np.testing.assert_array_equal(values, columns(other)[name], err_msg=name)


def test_changes_are_over_rolling_windows_of_closed_candles() -> None:
    close = walk(400, 1)
    series = market_series(panel(close), panel(close * 2), RULE)
    for name, candles in (("half_hour", 6), ("hour", 12), ("four_hours", 48), ("day", 288)):
        change = getattr(series.btc, name)
        assert np.isnan(change[:candles]).all()
        np.testing.assert_allclose(
            change[candles:], (close[candles:] / close[:-candles] - 1) * 100, rtol=1e-7, atol=1e-9
        )


def test_a_change_of_exactly_the_limit_is_not_beyond_it() -> None:
    close = np.full(301, 0.3)
    close[-1] = 0.3015
    series = market_series(panel(close), panel(close), RULE)
    assert series.btc.hour[-1] == 0.5
    assert series.values.btc_short_term[-1] == 0.0


def test_everything_is_known_once_a_day_of_candles_is_there() -> None:
    series = market_series(panel(walk(400, 1)), panel(walk(400, 2)), RULE)
    np.testing.assert_array_equal(series.known(), np.arange(400) >= 288)


@pytest.mark.parametrize("first", [0, 5, 130, 299, 300, 310, 420, 449])
def test_the_values_are_the_same_from_any_first_bar(first: int) -> None:
    btc, eth = panel(walk(450, 1)), panel(walk(450, 2))
    whole = market_series(btc, eth, SHORT_MEMORY)
    part = market_series(btc, eth, SHORT_MEMORY, START + first)
    assert_same(part, whole.aligned(START + first, 450 - first))


def test_the_values_do_not_depend_on_later_candles() -> None:
    btc, eth = walk(450, 1), walk(450, 2)
    whole = market_series(panel(btc), panel(eth), SHORT_MEMORY)
    prefix = market_series(panel(btc[:380]), panel(eth[:380]), SHORT_MEMORY)
    assert_same(prefix, whole.aligned(START, 380))


def test_btc_and_eth_are_compared_on_one_clock() -> None:
    """An earlier system compared candles of BTC and ETH from different times (lesson 5)."""
    btc, eth = walk(400, 1), walk(400, 2)
    together = market_series(panel(btc), panel(eth), RULE)
    shifted = market_series(panel(btc), panel(eth[37:], START + 37), RULE)
    np.testing.assert_array_equal(shifted.smt[37 + SMT_WINDOW :], together.smt[37 + SMT_WINDOW :])
    np.testing.assert_array_equal(shifted.values.eth_trend[37 + 48 :], together.values.eth_trend[37 + 48 :])
    assert np.isnan(shifted.smt[:37]).all()
    assert set(together.smt[SMT_WINDOW:]) == {-1.0, 0.0, 1.0}


def test_a_coin_that_ends_earlier_is_unknown_after_its_end() -> None:
    series = market_series(panel(walk(400, 1)), panel(walk(390, 2)), RULE)
    assert series.known()[:390].sum() == 390 - 288
    assert not series.known()[390:].any()
    assert not np.isnan(series.values.btc_daily[390:]).any()
    assert np.isnan(series.values.eth_trend[390:]).all()


def test_without_eth_candles_only_btc_is_known() -> None:
    series = market_series(panel(walk(300, 1)), panel(np.empty(0), 0), RULE)
    assert series.first_bar == START
    assert series.values.btc_known()[-1]
    assert not series.values.eth_known().any()


def test_without_any_candles_the_series_is_empty() -> None:
    series = market_series(panel(np.empty(0)), panel(np.empty(0)), RULE)
    assert series.bars == 0
    assert not series.aligned(START, 3).known().any()


def test_a_price_of_zero_is_a_missing_price() -> None:
    """Lesson 10: a price of 0 was taken for a price."""
    close = walk(700, 1, jump=0.0001)
    close[300] = 0.0
    series = market_series(panel(close), panel(close), RULE)
    assert np.isnan(series.btc.half_hour[[300, 306]]).all()
    assert not np.isnan(series.btc.half_hour[[299, 301, 305, 307]]).any()
    assert set(series.values.macro[300:350]) == {MacroRegime.NOT_AVAILABLE}
    assert set(series.values.macro[350:]) == {MacroRegime.QUIET}
    assert not series.values.flash_crash[350:].any()


def test_a_panel_of_several_coins_is_refused_by_name() -> None:
    rows = np.ones((2, 3))
    two = Panel(("BTC", "ETH"), START, rows, rows, rows, rows, rows)
    with pytest.raises(ValueError, match="BTC, ETH"):
        market_series(two, panel(np.ones(3)), RULE)


@pytest.mark.parametrize(("offset", "bars"), [(-5, 3), (-5, 10), (0, 12), (4, 3), (8, 10), (20, 4)])
def test_aligned_is_not_available_outside_the_series(offset: int, bars: int) -> None:
    series = market_series(panel(walk(400, 1)), panel(walk(400, 2)), RULE, START + 388)
    aligned = series.aligned(START + 388 + offset, bars)
    assert (aligned.first_bar, aligned.bars) == (START + 388 + offset, bars)
    for bar in range(bars):
        inside = 0 <= bar + offset < 12
        assert bool(aligned.known()[bar]) is inside
        for name, values in columns(aligned).items():
            if inside:
                assert values[bar] == columns(series)[name][bar + offset], name
            elif name == "macro":
                assert values[bar] == MacroRegime.NOT_AVAILABLE
            else:
                assert np.isnan(values[bar]), name


def test_a_first_bar_after_the_end_gives_an_empty_series() -> None:
    series = market_series(panel(walk(300, 1)), panel(walk(300, 2)), RULE, START + 1000)
    assert series.bars == 0


def recorded(symbol: str) -> Panel:
    pandas = pytest.importorskip("pandas")
    folder = Path(os.environ.get("HHQ_TEST_DATA", Path(__file__).parents[4] / "shared" / "data"))
    file = folder / "binance" / "futures" / f"{symbol}_USDT_USDT-5m-futures.feather"
    if not file.exists():
        pytest.skip(f"recorded data are not there: {file}")
    frame = pandas.read_feather(file)
    first_bar = int(frame["date"].iloc[0].timestamp() * 1000) // CANDLE_MS
    rows = [frame[name].to_numpy(float)[np.newaxis, :] for name in ("open", "high", "low", "close", "volume")]
    return Panel((symbol,), first_bar, *rows)


def window(coin: Panel, end: int, bars: int = WINDOW) -> Panel:
    rows = [getattr(coin, name)[:, end - bars : end] for name in ("open", "high", "low", "close", "volume")]
    return Panel(coin.symbols, coin.first_bar + end - bars, *rows)


@pytest.mark.compiled
def test_a_live_window_equals_the_long_series_on_recorded_candles() -> None:
    btc, eth = recorded("BTC"), recorded("ETH")
    whole = market_series(btc, eth, RULE)
    flash = (whole.values.flash_crash + whole.values.flash_pump + whole.values.eth_flash) > 0
    after = np.isfinite(whole.values.minutes_since_crash) | np.isfinite(whole.values.minutes_since_pump)
    rng = np.random.default_rng(0)
    ends = np.concatenate(
        [rng.integers(WINDOW, btc.bars, 300), np.flatnonzero(flash), np.flatnonzero(after)[::40]]
    )
    for end in ends[ends >= WINDOW] + 1:
        live = market_series(window(btc, end), window(eth, end), RULE, first_bar=btc.first_bar + int(end) - 1)
        assert_same(live, whole.aligned(btc.first_bar + int(end) - 1, 1))
