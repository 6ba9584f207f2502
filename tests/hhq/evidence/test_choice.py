"""A profile is chosen by what it does to an account, in few steps, and judged on days that took no part in it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hhq.arrays import BoolArray
from hhq.costs import Costs
from hhq.decide import decide
from hhq.digest import settings_digest
from hhq.evidence.candidates import candidates_of
from hhq.evidence.choice import LEVEL, MOST_STEPS, balance, choose, contest, folds, score
from hhq.evidence.earnings import Days, Earnings
from hhq.evidence.moves import MOVES, Combination, next_combinations, settings_of
from hhq.evidence.outcomes import outcomes_of
from hhq.settings import HHQSettings, parse
from tests.hhq.evidence.scene import SETTINGS, course, walk

DAYS = Days(
    np.repeat([0, 1], [60, 120]),
    np.concatenate((np.arange(1_000, 1_060), np.arange(800, 920))),
    np.repeat([10, 5], [60, 120]),
)
ALL: BoolArray = np.ones(180, dtype=np.bool_)
HURDLE, SIZE = "costs at most 8 % of ATR", "size by no score"


def earnings(net: float = -0.1, share: float = 0.2, trades_a_day: int = 4, seed: int = 1) -> Earnings:
    """Trades on every day, which earn `net` on average."""
    draw = np.random.default_rng(seed)
    count = trades_a_day * DAYS.day.size
    one = np.full(count, 1.0)
    results = net + draw.normal(0.0, 0.05, count)
    place = np.tile(np.arange(DAYS.day.size), trades_a_day)
    return Earnings(
        DAYS.of_set[place], DAYS.day[place], results + 0.1, results, 0.07 * one, share * one, 3.5 * one
    )


class Market:
    """What combinations earn: the guide's result, less a part of its loss for each move that helps."""

    def __init__(self, helps: Mapping[str, float], few: Sequence[str] = ()) -> None:
        self._helps, self._few = helps, few
        self.known: dict[Combination, Earnings] = {}

    def __call__(self, combinations: Sequence[Combination]) -> Mapping[Combination, Earnings]:
        for each in combinations:
            share = 0.2 * math.prod(self._helps.get(name, 1.0) for name in each)
            found = earnings(share=share)
            rare = any(name in self._few for name in each)
            self.known[each] = found.within(DAYS, np.arange(180) % 10 == 0) if rare else found
        return self.known


def test_where_nothing_helps_the_guide_stays() -> None:
    (steps,) = choose(Market({}), DAYS, [ALL])
    assert [step.combination for step in steps] == [()]


def test_the_move_that_helps_most_comes_first_and_one_that_hardly_helps_is_not_made() -> None:
    (steps,) = choose(Market({HURDLE: 0.5, SIZE: 0.8, "without rsi": 0.95}), DAYS, [ALL])
    assert [step.combination for step in steps] == [(), (HURDLE,), (HURDLE, SIZE)]
    assert steps[0].score < steps[1].score < steps[2].score
    assert [step.tried for step in steps] == [
        1,
        1 + len(MOVES),
        1 + len(MOVES) + len(next_combinations((HURDLE,))),
    ]


def test_no_more_steps_are_made_than_allowed() -> None:
    helps = dict.fromkeys((HURDLE, SIZE, "without rsi", "without macd", "leverage at most 3"), 0.5)
    (steps,) = choose(Market(helps), DAYS, [ALL])
    assert len(steps) == 1 + MOST_STEPS


def test_what_hardly_trades_is_not_chosen_however_little_it_loses() -> None:
    market = Market({HURDLE: 0.01, SIZE: 0.7}, few=[HURDLE])
    (steps,) = choose(market, DAYS, [ALL])
    assert steps[-1].combination == (SIZE,)
    assert score(market.known[(HURDLE,)], DAYS, ALL, 1) == -math.inf


def test_a_few_days_are_too_few_for_a_score_however_many_trades_they_have() -> None:
    assert score(earnings(trades_a_day=8), DAYS, np.arange(180) < 29, 1) == -math.inf
    assert score(earnings(trades_a_day=8), DAYS, np.arange(180) < 30, 1) > -math.inf


def test_sets_of_the_same_days_are_no_more_days_than_one_of_them() -> None:
    found = earnings()
    first = found.within(DAYS, DAYS.of_set == 0)
    alone = Days(*(part[:60] for part in DAYS))
    twice = Days(np.repeat([0, 1], 60), np.tile(alone.day, 2), np.tile(alone.coins, 2))
    both = Earnings.together([first, replace(first, of_set=np.ones_like(first.of_set))])
    expected = score(first, alone, np.ones(60, dtype=np.bool_), 7)
    assert score(both, twice, np.ones(120, dtype=np.bool_), 7) == pytest.approx(expected)
    forward, apart = folds(twice)
    for fold in (*forward, *apart):
        assert not np.isin(twice.day[fold.learn], twice.day[fold.judge]).any()


def test_the_earnings_of_trades_are_those_of_the_filled_ones_at_the_usual_margin() -> None:
    path = course(walk(3, 300))
    signals = path.decisions.signals
    costs = Costs.by_order(SETTINGS)
    every = candidates_of(path, signals, outcomes_of(path, signals, SETTINGS), 0, costs, SETTINGS)
    found = Earnings.of(every, 7, SETTINGS)
    filled = every.filled
    assert 0 < filled.sum() < filled.size
    assert found.of_set.tolist() == [7] * int(filled.sum())
    np.testing.assert_array_equal(found.net_pct, every.net_pct[filled])
    np.testing.assert_allclose(found.share, signals.leverage[filled] * signals.size_factor[filled] * 0.02)
    np.testing.assert_allclose(found.hours, (every.last - every.first + 1)[filled] / 12.0)
    assert Earnings.together([found, Earnings.nothing()]).day.tolist() == found.day.tolist()


def test_the_same_candles_can_be_decided_with_other_settings() -> None:
    path = course(walk(3, 50))
    assert path.accepted.any()
    off = parse(HHQSettings, {"signal": {"sides": {"mean_reversion": "none"}}})
    other = path.decided(decide(path.block, path.market, path.coins, off))
    assert not other.accepted.any()
    np.testing.assert_array_equal(other.candles, path.candles)
    np.testing.assert_array_equal(other.decided(path.decisions).accepted, path.accepted)


def test_choices_side_by_side_are_those_that_each_would_be_alone() -> None:
    first, second = np.arange(180) < 90, np.arange(180) % 3 > 0
    helps = {HURDLE: 0.6, SIZE: 0.7}
    assert choose(Market(helps), DAYS, [first, second]) == [
        *choose(Market(helps), DAYS, [first]),
        *choose(Market(helps), DAYS, [second]),
    ]


@pytest.mark.parametrize("tried", [1, 40, 200])
def test_the_score_is_the_lower_bound_of_the_daily_mean_at_the_corrected_level(tried: int) -> None:
    found = earnings()
    daily = found.daily(DAYS)
    low, _ = stats.t.interval(
        1.0 - 2.0 * LEVEL / tried, daily.size - 1, loc=daily.mean(), scale=stats.sem(daily)
    )
    assert score(found, DAYS, ALL, tried) == pytest.approx(low)


def test_a_day_without_a_trade_counts_as_nothing_and_a_set_is_measured_by_its_coins() -> None:
    one = Earnings.together([earnings(trades_a_day=1)])
    first = Earnings(*(getattr(one, name)[:1] for name in one.__dataclass_fields__))
    daily = first.daily(DAYS)
    assert daily[0] == pytest.approx(float(first.net_pct[0] * first.share[0]) / 10.0)
    assert not daily[1:].any()
    elsewhere = replace(first, day=first.day + 5_000)
    assert not elsewhere.daily(DAYS).any()


@given(st.lists(st.booleans(), min_size=180, max_size=180))
def test_what_is_kept_of_some_days_and_of_the_others_is_all(chosen: list[bool]) -> None:
    mask, found = np.array(chosen), earnings()
    parts = found.within(DAYS, mask), found.within(DAYS, ~mask)
    assert sum(part.day.size for part in parts) == found.day.size
    np.testing.assert_allclose(parts[0].daily(DAYS) + parts[1].daily(DAYS), found.daily(DAYS))


def test_no_choice_sees_the_days_that_it_is_judged_by_nor_any_later_ones() -> None:
    forward, apart = folds(DAYS)
    for part in (*forward, *apart):
        assert not (part.learn & part.judge).any()
        assert part.learn.any()
        assert part.judge.any()
    for part in forward:
        assert DAYS.day[part.learn].max() < DAYS.day[part.judge].min() - 1
    together = np.sum([part.judge for part in forward], axis=0)
    assert together.max() == 1
    assert [set(DAYS.of_set[part.judge]) for part in apart] == [{0}, {1}]
    assert np.sum([part.judge for part in apart], axis=0).tolist() == [1] * 180


def test_one_set_alone_cannot_be_left_out() -> None:
    alone = Days(*(column[:60] for column in DAYS))
    assert folds(alone)[1] == []


def test_the_guide_against_itself_is_no_difference() -> None:
    forward, _ = folds(DAYS)
    market = Market({})
    found = contest("later days", market([()]), DAYS, forward, [()] * len(forward))
    assert found.difference.mean == 0.0
    assert found.guide.daily == found.measured.daily
    assert found.guide.trades == found.measured.trades
    assert found.guide.fees == pytest.approx(found.measured.fees)


def test_what_loses_half_as_much_gains_half_of_the_loss_on_the_days_that_are_judged() -> None:
    forward, _ = folds(DAYS)
    market = Market({HURDLE: 0.5})
    found = contest("later days", market([(), (HURDLE,)]), DAYS, forward, [(HURDLE,)] * len(forward))
    assert found.difference.mean == pytest.approx(-found.guide.daily.mean / 2.0)
    assert found.difference.low > 0.0
    assert found.measured.fees == pytest.approx(found.guide.fees / 2.0)
    assert found.measured.trades == found.guide.trades
    assert found.guide.hours_a_day == pytest.approx(balance(market.known[()], DAYS, ALL).hours_a_day, rel=0.3)


@pytest.mark.parametrize("name", MOVES)
def test_every_move_changes_the_settings_but_neither_features_nor_market_nor_vetoes(name: str) -> None:
    plain, moved = HHQSettings(), settings_of((name,))
    assert settings_digest(plain) != settings_digest(moved)
    assert (moved.features, moved.market, moved.signal.veto) == (
        plain.features,
        plain.market,
        plain.signal.veto,
    )
    assert (moved.exits, moved.levels) == (plain.exits, plain.levels)


def test_moves_of_one_dimension_take_each_others_place() -> None:
    after = next_combinations((HURDLE,))
    assert all(each[0] == HURDLE for each in after)
    assert not any("of ATR" in each[1] for each in after)
    assert len({MOVES[each[1]].dimension for each in after}) > 10


def test_moves_of_one_section_add_up() -> None:
    both = settings_of(("mean-reversion: long", "trending: none", "without rsi"))
    assert (both.signal.sides.mean_reversion, both.signal.sides.trending) == ("long", "none")
    assert both.layers.rsi.weight == 0.0
