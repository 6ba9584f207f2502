"""The verdict keeps its promises: what has no edge is not called one, what has one is found, the fee is no edge."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from hhq.evidence.candidates import Candidates
from hhq.evidence.tables import account_of
from hhq.evidence.verdict import Judgement, Verdict, judge
from tests.hhq.evidence.scene import drawn

COSTS = 0.07


def trades(seed: int, edge: float, days: int = 60, a_day: int = 25) -> Candidates:
    """Trades that share their day's market, gross `edge` % each on average."""
    generator = np.random.default_rng(seed)
    day = np.repeat(np.arange(days), a_day)
    gross = edge + generator.normal(0.0, 0.4, days)[day] + generator.normal(0.0, 1.6, day.size)
    return drawn(gross, day, costs=COSTS)


def verdict(*sets: Candidates, tried: int = 1) -> Judgement:
    pooled = account_of(Candidates.together(list(sets)), 0.05)
    return judge(pooled, tuple(account_of(each, 0.05) for each in sets), tried)


def shown(edge: float, times: int = 200) -> float:
    return sum(verdict(trades(seed, edge)).verdict is Verdict.EDGE_SHOWN for seed in range(times)) / times


def test_trades_without_an_edge_are_seldom_called_one_even_before_costs() -> None:
    assert shown(COSTS) <= 0.05
    assert shown(0.0) == 0.0


def test_an_edge_of_a_quarter_percent_is_found() -> None:
    assert shown(0.25 + COSTS) >= 0.8


def test_an_edge_of_the_size_of_the_costs_is_not_called_one_net_of_them() -> None:
    assert shown(COSTS, 100) <= 0.05


def test_few_days_say_too_little_whatever_they_earned() -> None:
    found = verdict(trades(1, 3.0, days=10, a_day=100))
    assert found.verdict is Verdict.TOO_LITTLE
    assert len(found.reasons) == 1
    assert "1000 trades in 10 days" in found.reasons[0]


def test_no_trades_at_all_say_too_little() -> None:
    assert verdict(trades(1, 0.0).only(np.empty(0, dtype=np.int64))).verdict is Verdict.TOO_LITTLE


def test_an_edge_that_one_set_does_not_have_is_not_shown() -> None:
    good, bad = trades(1, 1.0), trades(2, -0.2)
    assert verdict(good).verdict is Verdict.EDGE_SHOWN
    both = verdict(good, bad)
    assert both.verdict is not Verdict.EDGE_SHOWN
    assert "net below 0 in 1 of 2 sets" in both.reasons


def test_a_set_with_too_little_keeps_an_edge_from_being_shown_whatever_it_did() -> None:
    old = drawn(1.0 + np.random.default_rng(1).normal(0.0, 0.5, 1000), np.repeat(np.arange(100), 10))
    for few in (-3.0, 3.0):
        recent = drawn(
            few + np.random.default_rng(2).normal(0.0, 0.5, 150), 200 + np.repeat(np.arange(15), 10)
        )
        found = verdict(old, recent)
        assert found.verdict is Verdict.NONE_SHOWN
        assert "net below 0 in 0 of 2 sets, too little in 1" in found.reasons


def test_each_profile_that_was_tried_makes_it_harder() -> None:
    seed = next(seed for seed in range(200) if 0.001 < _p(seed) < 0.02)
    assert verdict(trades(seed, 0.2)).verdict is Verdict.EDGE_SHOWN
    many = verdict(trades(seed, 0.2), tried=100)
    assert many.verdict is Verdict.NONE_SHOWN
    assert "corrected for 100 profiles that were tried" in many.reasons


def _p(seed: int) -> float:
    return account_of(trades(seed, 0.2), 0.05).equal.net.p_above


@pytest.mark.parametrize(
    ("edge", "expected"), [(0.0, Verdict.LOSES_COSTS), (-1.0, Verdict.LOSES), (COSTS, Verdict.NONE_SHOWN)]
)
def test_losses_are_named_by_what_loses(edge: float, expected: Verdict) -> None:
    quiet = drawn(
        edge + np.random.default_rng(3).normal(0.0, 0.1, 1500), np.repeat(np.arange(60), 25), costs=COSTS
    )
    assert verdict(quiet).verdict is expected


def test_the_account_names_the_fee_at_which_nothing_is_earned() -> None:
    free = trades(1, 0.1)
    ones = np.ones(free.count)
    account = account_of(replace(free, spread_pct=0.03 * ones, funding_pct=0.01 * ones), 0.05)
    assert account.break_even_side_pct == pytest.approx((account.equal.gross.mean - 0.02) / 2.0)
    assert account.fee_side_pct == pytest.approx(COSTS / 2.0)
    assert account.taker_only.mean == pytest.approx(account.equal.gross.mean - 0.12)
    assert math.isclose(account.hours, 10 / 12)
    # At that fee the net mean is 0, so the fee and the verdict can not contradict each other.
    at_that_fee = replace(
        free,
        spread_pct=0.03 * ones,
        funding_pct=0.01 * ones,
        fees_pct=2.0 * account.break_even_side_pct * ones,
    )
    assert account_of(at_that_fee, 0.05).equal.net.mean == pytest.approx(0.0, abs=1e-12)


def test_what_spread_takes_is_a_loss_also_without_fees() -> None:
    quiet = drawn(
        0.02 + np.random.default_rng(3).normal(0.0, 0.1, 1500), np.repeat(np.arange(60), 25), costs=COSTS
    )
    found = verdict(replace(quiet, spread_pct=np.full(1500, 0.05)))
    assert found.verdict is Verdict.LOSES_COSTS
    assert any(reason.startswith("it loses even without fees") for reason in found.reasons)
    assert any("fees 0.070, spread 0.050, funding received +0.000" in reason for reason in found.reasons)
