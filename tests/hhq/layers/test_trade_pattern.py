"""Layer 18: what the account's own trades say about a coin and a side."""

from __future__ import annotations

import re

import pytest

from hhq.layers import trade_pattern
from hhq.layers.trade_pattern import WinRate, not_available, outcomes, points
from hhq.settings.layers import LayersSettings, TradePattern

NAN = float("nan")
NEVER = WinRate(0, NAN)
SETTINGS = LayersSettings()


@pytest.mark.parametrize(
    ("win_rate", "expected"),
    [
        (0.0, -15.0),
        (24.9, -15.0),
        (25.0, -10.0),
        (34.9, -10.0),
        (35.0, -5.0),
        (39.9, -5.0),
        (40.0, 0.0),
        (70.0, 0.0),
        (70.1, 5.0),
        (100.0, 5.0),
    ],
)
def test_a_coin_gives_the_points_of_its_win_rate(win_rate: float, expected: float) -> None:
    assert points(WinRate(5, win_rate), NEVER, NEVER, SETTINGS) == expected


def test_a_coin_with_four_trades_says_nothing() -> None:
    assert points(WinRate(4, 0.0), NEVER, NEVER, SETTINGS) == 0.0
    assert points(WinRate(4, 100.0), NEVER, NEVER, SETTINGS) == 0.0


@pytest.mark.parametrize(
    ("side", "other", "expected"),
    [
        (WinRate(10, 34.9), WinRate(10, 50.0), -5.0),
        (WinRate(10, 34.9), WinRate(1, 40.0), -5.0),
        (WinRate(10, 34.9), NEVER, -5.0),
        (WinRate(10, 35.0), WinRate(10, 50.0), 0.0),
        (WinRate(9, 10.0), WinRate(10, 50.0), 0.0),
        (WinRate(10, 30.0), WinRate(10, 20.0), 0.0),
        (WinRate(10, 30.0), WinRate(10, 30.0), 0.0),
        (NEVER, WinRate(10, 50.0), 0.0),
    ],
)
def test_only_the_weaker_side_loses_points(side: WinRate, other: WinRate, expected: float) -> None:
    assert points(NEVER, side, other, SETTINGS) == expected


def test_lesson_16_a_good_coin_does_not_wipe_out_a_weak_side() -> None:
    assert points(WinRate(20, 80.0), WinRate(30, 20.0), WinRate(30, 60.0), SETTINGS) == 0.0


def test_it_is_not_available_until_the_coin_or_the_side_has_traded_often_enough() -> None:
    assert not_available(WinRate(4, 50.0), WinRate(9, 50.0), SETTINGS)
    assert not not_available(WinRate(5, 50.0), NEVER, SETTINGS)
    assert not not_available(NEVER, WinRate(10, 50.0), SETTINGS)


def test_its_bounds_are_reached() -> None:
    worst = points(WinRate(9, 0.0), WinRate(30, 20.0), WinRate(30, 60.0), SETTINGS)
    best = points(WinRate(9, 100.0), NEVER, NEVER, SETTINGS)
    assert (worst, best) == outcomes(SETTINGS)


def test_its_formula_names_all_its_numbers() -> None:
    assert set(re.findall(r"`(\w+)`", trade_pattern.points.__doc__ or "")) == set(
        TradePattern.model_fields
    ) - {"weight"}
