"""Reports: every trade in one group, coins free between trades, comparisons with what no signal chose, counted looks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hhq.arrays import FloatArray
from hhq.costs import Costs
from hhq.evidence.candidates import Candidates, one_at_a_time
from hhq.evidence.groups import GROUPINGS, KNOWN_AFTERWARDS
from hhq.evidence.material import Holding, Material, material_of
from hhq.evidence.report import report_of
from hhq.gates import Gate
from hhq.layers import LAYERS
from hhq.settings import HHQSettings
from tests.hhq.evidence.scene import SETTINGS, course, drawn, walk
from tests.hhq.one_candle import F

COSTS = Costs.by_order(SETTINGS)


def uniform(seed: int) -> FloatArray:
    return np.random.default_rng(seed).random((2, 1_000))


def material(seed: int = 1, days: int = 40, coin: int = 0) -> Material:
    generator = np.random.default_rng(seed)
    day = np.repeat(np.arange(days), 15)

    def some(gate: Gate = Gate.SCORE_PASS) -> Candidates:
        found = drawn(generator.normal(0.0, 1.0, day.size), day, gate=gate)
        return found.only(np.arange(day.size))

    every = Candidates.together([some(), some(Gate.SCORE_LOW), some(Gate.BTC_VETO)])
    holding = Holding(generator.normal(0.0, 2.0, days), np.arange(days))
    return Material(every, some(), some(), holding)


def test_a_report_has_every_set_and_all_of_them_together() -> None:
    report = report_of({"one": material(1), "other": material(2)}, HHQSettings())
    assert [each.name for each in report.sets] == ["one", "other"]
    assert report.pooled.account.equal.gross.count == sum(
        each.account.equal.gross.count for each in report.sets
    )
    assert [row.name for row in report.pooled.refusals] == ["BTC_VETO", "SCORE_LOW"]
    assert len(report.pooled.placebos) == 3
    assert len(report.layers) == len(LAYERS)
    assert all(len(layer.by_set) == 2 for layer in report.layers)


def test_what_a_later_gate_refuses_too_would_not_be_traded_with_a_lower_minimum_score() -> None:
    day = np.repeat(np.arange(40), 15)
    low = drawn(np.full(day.size, 1.0), day, gate=Gate.SCORE_LOW)
    dear = replace(low, gross_pct=low.gross_pct - 9.0, only_by_score=np.zeros(day.size, dtype=np.bool_))
    known = material()
    report = report_of({"one": replace(known, every=Candidates.together([low, dear]))}, HHQSettings())
    (refused,) = report.pooled.refusals
    assert (refused.name, refused.gross.count, refused.gross.mean) == ("SCORE_LOW", day.size, 1.0)
    assert report.pooled.minimum_scores[0].gross.count == day.size


def test_every_trade_is_in_one_group_of_each_grouping() -> None:
    report = report_of({"one": material()}, HHQSettings())
    assert set(report.pooled.groups) == set(GROUPINGS)
    for table in report.pooled.groups.values():
        assert sum(row.gross.count for row in table) == report.pooled.account.equal.gross.count


def test_groups_that_are_known_afterwards_are_no_looks() -> None:
    report = report_of({"one": material()}, HHQSettings())
    assert report.looks > 0
    assert not any(look.name.startswith(tuple(KNOWN_AFTERWARDS)) for look in report.best)
    assert all(look.corrected >= look.p and look.net.mean > 0.0 for look in report.best)


def test_no_set_is_no_report() -> None:
    with pytest.raises(ValueError, match="at least one data set"):
        report_of({}, HHQSettings())


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 50), st.integers(0, 12)), min_size=1, max_size=60)
)
def test_a_coin_has_one_order_or_position_at_a_time(rows: list[tuple[int, int, int]]) -> None:
    found = drawn(np.zeros(len(rows)), np.zeros(len(rows)), coin=np.array([row[0] for row in rows]))
    found.first[:] = [row[1] for row in rows]
    found.last[:] = [row[1] + row[2] for row in rows]
    taken = one_at_a_time(found, np.ones(len(rows), dtype=np.bool_))
    for number in range(len(rows)):
        others = [k for k in taken if k != number and found.coin[k] == found.coin[number]]
        overlapping = [
            k for k in others if found.first[number] <= found.last[k] and found.first[k] <= found.last[number]
        ]
        earlier = [k for k in others if found.first[k] <= found.first[number] <= found.last[k]]
        assert not (number in taken and overlapping)
        assert number in taken or earlier


def test_nothing_chosen_is_nothing() -> None:
    empty = drawn(np.empty(0), np.empty(0))
    assert one_at_a_time(empty, np.empty(0, dtype=np.bool_)).size == 0


def test_the_material_of_a_coin_has_the_same_number_of_random_entries_and_the_other_side_of_each_signal() -> (
    None
):
    path = course(walk(7, 900))
    found = material_of(path, 3, SETTINGS, COSTS, uniform(1))
    assert set(found.every.coin) == {3}
    assert set(found.accepted.side) == {1.0}
    assert set(found.opposite.side) == {-1.0}
    assert 0 < found.placebo.count <= found.accepted.count
    assert found.holding.day.size == found.holding.moves_pct.size == 2


def test_the_same_seed_draws_the_same_random_entries() -> None:
    path = course(walk(7, 600))
    one, same, other = (
        material_of(path, 0, SETTINGS, COSTS, uniform(seed)).placebo.bar for seed in (1, 1, 2)
    )
    assert one.tolist() == same.tolist() != other.tolist()


def test_a_coin_without_signals_has_no_material_and_breaks_nothing() -> None:
    found = material_of(course(walk(7, 300), {F.ZSCORE: 0.0}), 0, SETTINGS, COSTS, uniform(1))
    assert (found.every.count, found.placebo.count, found.opposite.count) == (0, 0, 0)
    report = report_of({"one": Material.together([found, material()])}, HHQSettings())
    assert report.pooled.account.equal.gross.count > 0


def test_an_entry_pays_the_maker_fee_an_exit_the_taker_fee_and_half_the_spread() -> None:
    fees, spread = COSTS.of(np.array([1.0, 1.1]), np.array([0.04, 0.0]))
    assert fees.tolist() == pytest.approx([0.07, 0.075])
    assert spread.tolist() == pytest.approx([0.02, 0.0])
    taker, _ = Costs.taker(SETTINGS).of(np.array([1.0]), np.array([0.0]))
    assert taker.tolist() == pytest.approx([0.1])
