"""Hard vetoes of one coin, at every limit and on either side of it (docs/signal.md)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hhq.settings.signal import VetoSettings
from hhq.vetoes import funding_veto, sweep_veto, trend_veto

RULE = VetoSettings()
N = math.nan


def of(value: float) -> np.ndarray:
    return np.array([value])


@pytest.mark.parametrize(
    ("side", "adx", "trend", "hurst", "vetoed"),
    [
        (1, 30.1, -1, 0.551, True),
        (-1, 30.1, 1, 0.551, True),
        (1, 30.0, -1, 0.7, False),
        (1, 50.0, -1, 0.55, False),
        (1, 50.0, 1, 0.7, False),
        (1, 50.0, 0, 0.7, False),
        (1, N, -1, 0.7, False),
        (1, 50.0, N, 0.7, False),
        (1, 50.0, -1, N, False),
    ],
)
def test_a_strong_persistent_trend_against_the_side_is_a_veto(
    side: float, adx: float, trend: float, hurst: float, vetoed: bool
) -> None:
    assert trend_veto(of(side), of(adx), of(trend), of(hurst), RULE).tolist() == [vetoed]


@pytest.mark.parametrize(
    ("side", "rate", "vetoed"),
    [
        (1, 0.081, True),
        (1, 0.08, False),
        (1, -0.5, False),
        (-1, -0.081, True),
        (-1, -0.08, False),
        (-1, 0.5, False),
        (1, N, False),
        (-1, N, False),
    ],
)
def test_extreme_funding_vetoes_the_side_of_the_crowd_only(side: float, rate: float, vetoed: bool) -> None:
    assert funding_veto(of(side), of(rate), RULE).tolist() == [vetoed]


@pytest.mark.parametrize(
    ("side", "sweep", "vetoed"),
    [(1, -1, True), (-1, 1, True), (1, 1, False), (-1, -1, False), (1, 0, False), (1, N, False)],
)
def test_an_opposite_sweep_on_the_last_candle_is_a_veto(side: float, sweep: float, vetoed: bool) -> None:
    assert sweep_veto(of(side), of(sweep), RULE).tolist() == [vetoed]
    assert sweep_veto(of(side), of(sweep), VetoSettings(sweep=False)).tolist() == [False]
