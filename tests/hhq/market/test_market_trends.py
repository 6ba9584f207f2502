"""Trend codes of BTC and ETH: every rule of docs/signal.md, at its limits, and with changes missing."""

from __future__ import annotations

import numpy as np
import pytest

from hhq.market.trends import btc_daily_trend, btc_short_term_trend, eth_trend
from hhq.settings.market import BtcSettings, EthSettings

NAN = float("nan")


def column(value: float) -> np.ndarray:
    return np.array([value])


BTC_ROWS = [
    # 30m, 1h, 4h, flash crash, expected
    (0.0, 1.6, 2.1, 0, 2),
    (0.0, 1.6, 2.0, 0, 1),
    (0.0, 1.5, 2.1, 0, 1),
    (0.0, 0.51, 0.0, 0, 1),
    (0.0, 0.5, 0.0, 0, 0),
    (-1.51, 0.0, 0.0, 0, -2),
    (-1.5, 0.0, 0.0, 0, 0),
    (-1.2, 0.0, 0.0, 1, -2),
    (0.0, -1.51, 0.0, 0, -2),
    (0.0, -1.5, 0.0, 0, -1),
    (0.0, 0.0, -3.01, 0, -2),
    (0.0, 0.0, -3.0, 0, -1),
    (0.0, -0.51, 0.0, 0, -1),
    (0.0, -0.5, 0.0, 0, 0),
    (0.0, 0.0, -1.51, 0, -1),
    (0.0, 0.0, -1.5, 0, 0),
    (0.0, -0.0, 0.0, 0, 0),
]


@pytest.mark.parametrize(("half_hour", "hour", "four_hours", "flash", "expected"), BTC_ROWS)
def test_the_short_term_trend_of_btc_follows_the_table(
    half_hour: float, hour: float, four_hours: float, flash: float, expected: int
) -> None:
    trend = btc_short_term_trend(
        column(half_hour), column(hour), column(four_hours), column(flash), BtcSettings()
    )
    assert trend.tolist() == [expected]


def test_the_first_rule_that_holds_wins_even_over_a_flash_crash() -> None:
    trend = btc_short_term_trend(column(-3.0), column(0.6), column(-9.0), column(1.0), BtcSettings())
    assert trend.tolist() == [1.0]


@pytest.mark.parametrize("missing", range(4))
def test_one_missing_input_makes_the_short_term_trend_of_btc_unknown(missing: int) -> None:
    half_hour, hour, four_hours, flash = (column(NAN if i == missing else 9.0) for i in range(4))
    assert np.isnan(btc_short_term_trend(half_hour, hour, four_hours, flash, BtcSettings())).all()


@pytest.mark.parametrize(
    ("change", "expected"),
    [(3.01, 2), (3.0, 1), (1.01, 1), (1.0, 0), (0.0, 0), (-0.0, 0), (-1.0, 0),
     (-1.01, -1), (-3.0, -1), (-3.01, -2)],
)  # fmt: skip
def test_the_daily_trend_of_btc_follows_the_table(change: float, expected: int) -> None:
    assert btc_daily_trend(column(change), BtcSettings()).tolist() == [expected]


def test_an_unknown_day_has_no_daily_trend() -> None:
    assert np.isnan(btc_daily_trend(column(NAN), BtcSettings())).all()


ETH_ROWS = [
    # 30m, 1h, 4h, expected
    (-2.01, 0.0, 0.0, -2),
    (-2.0, 0.0, 0.0, 0),
    (0.0, -2.01, 0.0, -2),
    (0.0, -2.0, 0.0, -1),
    (0.0, 0.0, -4.01, -2),
    (0.0, 0.0, -4.0, -1),
    (0.0, -1.01, 0.0, -1),
    (0.0, -1.0, 0.0, 0),
    (0.0, 0.0, -2.01, -1),
    (0.0, 0.0, -2.0, 0),
    (0.0, 2.01, 3.01, 2),
    (0.0, 2.01, 3.0, 1),
    (0.0, 2.0, 3.01, 1),
    (0.0, 1.01, 0.0, 1),
    (0.0, 1.0, 0.0, 0),
    (0.0, 9.0, -2.01, -1),
    (-2.01, 9.0, 9.0, -2),
]


@pytest.mark.parametrize(("half_hour", "hour", "four_hours", "expected"), ETH_ROWS)
def test_the_trend_of_eth_follows_the_table(
    half_hour: float, hour: float, four_hours: float, expected: int
) -> None:
    assert eth_trend(column(half_hour), column(hour), column(four_hours), EthSettings()).tolist() == [
        expected
    ]


@pytest.mark.parametrize("missing", range(3))
def test_one_missing_input_makes_the_trend_of_eth_unknown(missing: int) -> None:
    half_hour, hour, four_hours = (column(NAN if i == missing else -9.0) for i in range(3))
    assert np.isnan(eth_trend(half_hour, hour, four_hours, EthSettings())).all()
