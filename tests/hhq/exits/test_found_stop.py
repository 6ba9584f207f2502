"""The stop that a position of another strategy was found with."""

from __future__ import annotations

import math

import pytest

from hhq.exits.answers import stop_price, stop_reason
from hhq.exits.position import adopt_stop
from hhq.reasons import CloseReason as R


def test_a_stop_that_a_position_was_found_with_rests_where_it_is_nearer_than_ours(
    bench: type, side: float
) -> None:
    one = bench(side=side, confirm=True)
    one.state = adopt_stop(one.state, one.parameters, one.price(-1))
    assert stop_price(one.state, one.parameters) == pytest.approx(one.price(-1))
    assert stop_reason(one.state, one.parameters) is R.SL_HIT


@pytest.mark.parametrize("found", [-7.0, math.nan])
def test_a_found_stop_that_is_farther_or_unknown_loosens_nothing(
    bench: type, side: float, found: float
) -> None:
    one = bench(side=side)
    assert adopt_stop(one.state, one.parameters, one.price(found)) is one.state
    assert stop_price(one.state, one.parameters) == pytest.approx(one.price(-5))
