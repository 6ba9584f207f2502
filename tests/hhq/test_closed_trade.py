"""What a closed trade counts as, and that the border at its fees does not depend on rounding."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hhq.closed_trade import Outcome, closed_trade, outcome


@pytest.mark.parametrize(
    "net, fees, how",
    [
        (0.1, 0.1, Outcome.WIN),
        (0.0999, 0.1, Outcome.NEUTRAL),
        (-0.0999, 0.1, Outcome.NEUTRAL),
        (-0.1, 0.1, Outcome.LOSS),
        (0.0, 0.1, Outcome.NEUTRAL),
        (0.0, 0.0, Outcome.NEUTRAL),
        (0.001, 0.0, Outcome.WIN),
        (-0.001, 0.0, Outcome.LOSS),
        (math.nan, 0.1, Outcome.NEUTRAL),
    ],
)
def test_a_result_below_the_fees_is_neither_win_nor_loss(net: float, fees: float, how: Outcome) -> None:
    assert outcome(net, fees) is how


@hypothesis_settings(deadline=None)
@given(
    rate=st.floats(1e-5, 1e-2),
    first=st.floats(10.0, 1e7),
    wobble=st.floats(-1e-10, 1e-10),
    sign=st.sampled_from([1.0, -1.0]),
)
def test_a_result_as_large_as_the_fees_counts_the_same_by_any_rounding_of_the_notional(
    rate: float, first: float, wobble: float, sign: float
) -> None:
    how = Outcome.WIN if sign > 0 else Outcome.LOSS
    for notional in (first, first * (1.0 + wobble)):
        net = sign * first * rate
        trade = closed_trade("A", 0.0, net=net, notional=notional, fee_rate=rate, reason=None, side=1)
        assert trade.outcome is how


@pytest.mark.parametrize("notional", [0.0, -1.0, math.nan])
def test_without_a_notional_the_result_is_not_known(notional: float) -> None:
    trade = closed_trade("A", 5.0, net=3.0, notional=notional, fee_rate=0.001, reason=None, side=-1)
    assert math.isnan(trade.net_pct)
    assert trade.outcome is Outcome.NEUTRAL
    assert (trade.pair, trade.closed_at, trade.side) == ("A", 5.0, -1)
