"""Entry orders wait as in Freqtrade's backtest, and end by the order's rules."""

from __future__ import annotations

import numpy as np
import pytest

from hhq.evidence.orders import NOT_FILLED, fill_orders, order_prices
from hhq.gates import Gate
from hhq.settings import HHQSettings
from tests.hhq.evidence.scene import FLAT, SETTINGS, Prices, course
from tests.hhq.one_candle import F

ORDER = SETTINGS.entry.order


def filled_at(
    candles: list[Prices], values: dict[F, float] | None = None, settings: HHQSettings = SETTINGS
) -> tuple[int, int]:
    """Row that fills the first candle's order, and the last row in which it waits."""
    path = course(candles, values, settings=settings)
    fills = fill_orders(path, path.decisions.signals.at(np.array([0])), settings.entry.order)
    return int(fills.row[0]), int(fills.until[0])


def limit() -> float:
    path = course([FLAT] * 2)
    return float(order_prices(path, path.decisions.signals)[0])


def test_an_order_is_on_the_price_tick() -> None:
    assert limit() == pytest.approx(round(limit(), 2), abs=1e-12)
    assert 95.0 < limit() < 100.0


def test_an_order_is_filled_by_the_first_candle_whose_range_contains_its_price() -> None:
    touch = (100.0, 100.0, limit(), 100.0)
    assert filled_at([FLAT, FLAT, FLAT, touch, touch]) == (3, 3)


def test_a_candle_that_lies_beyond_the_order_altogether_does_not_fill_it() -> None:
    below = (limit() - 0.5,) * 4
    assert filled_at([FLAT, FLAT, below, FLAT])[0] == NOT_FILLED


def test_an_order_is_placed_at_the_open_where_that_is_better_than_its_price() -> None:
    low = limit() - 2.0
    path = course([FLAT, (low, low + 0.5, low - 0.5, low), FLAT])
    fills = fill_orders(path, path.decisions.signals.at(np.array([0])), ORDER)
    assert (fills.row[0], fills.price[0]) == (1, low)


def test_an_order_expires() -> None:
    touch = (100.0, 100.0, limit(), 100.0)
    most = int(ORDER.minutes / 5)
    assert filled_at([FLAT] * (most + 1) + [touch]) == (NOT_FILLED, most)
    assert filled_at([FLAT] * most + [touch])[0] == most


def test_an_order_whose_price_has_run_away_is_cancelled() -> None:
    away = (104.0,) * 4
    assert filled_at([FLAT, away, FLAT, (100.0, 100.0, limit(), 100.0)]) == (NOT_FILLED, 1)


def test_an_order_against_which_a_veto_comes_up_is_cancelled() -> None:
    path = course([FLAT, FLAT, (100.0, 100.0, limit(), 100.0)])
    path.vetoes[0, 1] = Gate.BTC_VETO
    fills = fill_orders(path, path.decisions.signals.at(np.array([0])), ORDER)
    assert (fills.row[0], fills.until[0]) == (NOT_FILLED, 1)
    path.vetoes[0, 1], path.vetoes[1, 1] = Gate.SCORE_PASS, Gate.BTC_VETO
    assert fill_orders(path, path.decisions.signals.at(np.array([0])), ORDER).row[0] == 2


def test_an_opposite_signal_cancels_an_order() -> None:
    path = course([FLAT, FLAT, (100.0, 100.0, limit(), 100.0)])
    path.accepted[1] = -1
    assert fill_orders(path, path.decisions.signals.at(np.array([0])), ORDER).row[0] == NOT_FILLED


def test_a_signal_of_the_last_candle_has_no_order() -> None:
    path = course([FLAT] * 3)
    fills = fill_orders(path, path.decisions.signals.at(np.array([2])), ORDER)
    assert (fills.row[0], fills.until[0]) == (NOT_FILLED, 2)
    assert np.isnan(fills.price[0])


def test_without_a_price_tick_an_order_is_where_the_decision_wants_it() -> None:
    path = course([FLAT] * 3, tick=float("nan"))
    signals = path.decisions.signals
    assert order_prices(path, signals)[0] == signals.entry_price[0]
