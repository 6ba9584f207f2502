"""Equity by days: gross less every cost is net on each day, and the last day is what the report's mean says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hhq.evidence.equity import equity_of
from hhq.evidence.tables import earned
from tests.hhq.evidence.scene import drawn

trades = st.lists(st.tuples(st.floats(-5.0, 5.0), st.integers(0, 40)), min_size=1, max_size=80)


@given(trades)
def test_gross_less_fees_and_spread_plus_funding_is_net_on_every_day(rows: list[tuple[float, int]]) -> None:
    gross, day = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    generator = np.random.default_rng(len(rows))
    spread, funding = generator.random((2, gross.size)) - [[0.0], [0.5]]
    found = replace(drawn(gross, day), spread_pct=spread, funding_pct=funding)
    equity = equity_of(found)
    parts = [
        np.array(part) for part in (equity.gross_pct, equity.fees_pct, equity.spread_pct, equity.funding_pct)
    ]
    assert np.array(equity.net_pct) == pytest.approx(parts[0] - parts[1] - parts[2] + parts[3], abs=1e-9)
    assert equity.net_pct[-1] == pytest.approx(found.net_pct.sum(), abs=1e-9)
    assert equity.gross_pct[-1] == pytest.approx(gross.sum(), abs=1e-9)
    assert equity.trades[-1] == gross.size
    net = earned("all", found).net
    if net.is_enough:
        assert equity.net_pct[-1] == pytest.approx(net.mean * net.count, abs=1e-9)


def test_every_day_from_the_first_to_the_last_trade_is_there_also_without_trades() -> None:
    equity = equity_of(drawn(np.array([1.0, 2.0, -4.0]), np.array([20_000, 20_000, 20_003])))
    assert equity.days == ("2024-10-04", "2024-10-05", "2024-10-06", "2024-10-07")
    assert equity.trades == (2, 2, 2, 3)
    assert equity.gross_pct == (3.0, 3.0, 3.0, -1.0)


def test_orders_that_were_not_filled_are_no_trades() -> None:
    found = drawn(np.array([1.0, np.nan]), np.array([5, 9]))
    equity = equity_of(replace(found, filled=np.array([True, False])))
    assert equity.trades == (1,)
    assert equity.gross_pct == (1.0,)


def test_no_trades_have_no_days() -> None:
    assert equity_of(drawn(np.empty(0), np.empty(0))).days == ()
