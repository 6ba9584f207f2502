"""The order in which the exit rules count, and that one step leads to each of them."""

from __future__ import annotations

import math

import pytest

from hhq.exits.slots import StateSlot as S
from hhq.reasons import CloseReason as R
from tests.hhq.exits.conftest import START

HOUR = 3600.0
ORDER = (
    R.LIQUIDATION,
    R.SL_HIT,
    R.EMERGENCY_SL,
    R.KILL_SWITCH_FULL,
    R.RECOVERY_CLOSE_ALL,
    R.DELISTING,
    R.ADVERSE_TIME_EXIT,
    R.TIME_FORCE,
    R.TIME_GRADUAL,
    R.RECOVERY_EXIT,
    R.KILL_SWITCH_PARTIAL,
    R.TIME_REDUCE_4H,
)
"""All rules that one price in loss can trigger; the resting stop is the tightest level, here the stop itself.
"""


@pytest.mark.parametrize("rank", range(len(ORDER)))
def test_the_first_rule_of_the_order_wins(bench: type, side: float, rank: int) -> None:
    """At −9 everything is due at once; the rules before the expected one are taken away."""
    gone = set(ORDER[:rank])
    rules = {"adverse": R.ADVERSE_TIME_EXIT, "force": R.TIME_FORCE, "gradual": R.TIME_GRADUAL,
             "recovery_exit": R.RECOVERY_EXIT, "delisting": R.DELISTING}  # fmt: skip
    changes: dict[str, object] = {name: {"enabled": rule not in gone} for name, rule in rules.items()}
    changes["emergency"] = {"loss_pct": 90.0 if R.EMERGENCY_SL in gone else 8.5}
    one = bench(side=side, leverage=1.0, stop=80.0 if R.SL_HIT in gone else 8.0, changes=changes)
    state = one.state
    state[S.KILL_FIRST_ROI_PCT] = -95.0 if R.KILL_SWITCH_PARTIAL in gone else -5.0
    state[S.KILL_FULL_ROI_PCT] = -96.0 if R.KILL_SWITCH_FULL in gone else -8.8
    state[S.LIQUIDATION] = math.nan if R.LIQUIDATION in gone else one.price(-8.9)
    state[S.GRADUAL_BEST], state[S.RECOVERY_STAGE], state[S.RECOVERY_BEST] = one.price(0), 2.0, one.price(0.2)
    decision = one.tick(
        50 * HOUR,
        -9.0,
        close_all=R.RECOVERY_CLOSE_ALL not in gone,
        opposite_signal=True,
        delivery=START + 51 * HOUR,
    )
    assert decision.reason is ORDER[rank]


@pytest.mark.parametrize(
    ("stop", "emergency", "expected"),
    [
        (8.0, 8.0, R.KILL_SWITCH_FULL),
        (8.0, 7.9, R.EMERGENCY_SL),
        (7.9, 7.9, R.EMERGENCY_SL),
        (7.8, 7.9, R.SL_HIT),
    ],
)
def test_of_levels_at_one_price_kill_switch_then_emergency_then_stop_name_the_close(
    bench: type, stop: float, emergency: float, expected: R
) -> None:
    one = bench(leverage=1.0, stop=stop)
    one.state[S.KILL_FULL_ROI_PCT], one.state[S.EMERGENCY] = -8.0, 100.0 - emergency
    assert one.tick(1, -9.0).reason is expected


def test_a_price_beyond_liquidation_inside_a_candle_has_passed_the_stop_before(
    bench: type, side: float
) -> None:
    assert bench(side=side, liquidation=-15.0).tick(10, -16.0).reason is R.SL_HIT
    assert bench(side=side, liquidation=-15.0).tick(300, -16.0).reason is R.LIQUIDATION


def test_reversal_comes_after_the_recovery_exit_and_before_reductions(bench: type) -> None:
    on = {"partial_take_profit": {"enabled": True}}
    recovered = bench(leverage=1.0, changes=on)
    recovered.state[S.RECOVERY_STAGE], recovered.state[S.RECOVERY_BEST] = 2.0, 108.0
    assert recovered.tick(300, 5.0, opposite_signal=True).reason is R.RECOVERY_EXIT
    assert (
        bench(leverage=1.0, changes=on).tick(300, 5.0, opposite_signal=True).reason
        is R.SIGNAL_REVERSAL_PROFIT
    )
    assert bench(leverage=1.0, changes=on).tick(300, 5.0).reason is R.TP1


def test_a_target_comes_after_a_stop_and_before_the_portfolio_recovery(bench: type) -> None:
    one = bench(leverage=1.0)
    one.state[S.STOP] = 112.0
    assert one.tick(1, 11.0, close_all=True).reason is R.SL_HIT
    assert bench().tick(1, 11.0, close_all=True).reason is R.TP_HIT


def test_every_rule_is_reachable_from_the_one_step(bench: type) -> None:
    """Lesson 28: half of the exit rules lived in a function nobody called; here one call leads to each."""
    one = bench(leverage=4.0, stop=12.0, changes={"gradual": {"enabled": False}, "force": {"hours": 9.0}})
    seen = [
        step.reason
        for step in (one.candle(1, 0, 0, -8, -7.9).at_open, one.candle(2, -7.9, -7, -8, -7.5).at_open)
    ]
    seen.append(one.candle(48, -7, -6, -7, -6).at_open.reason)
    seen.append(one.candle(108, -6, -5, -6, -5).at_open.reason)
    assert seen == [None, R.KILL_SWITCH_PARTIAL, R.TIME_REDUCE_4H, R.ADVERSE_TIME_EXIT]
