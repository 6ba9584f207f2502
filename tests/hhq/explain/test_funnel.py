"""The funnel: how many candles ended at each gate."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hhq.decide import Decisions, decide
from hhq.explain.funnel import Funnel, Tally, funnel_of
from hhq.gates import Gate
from hhq.regime import Regime
from tests.hhq.explain.explained import SETTINGS, random_batch


def tally(seed: int) -> tuple[Decisions, Tally]:
    block, market, coins = random_batch(seed, bars=300)
    decisions = decide(block, market.values, coins, SETTINGS)
    return decisions, Tally.of(decisions, np.full((2, 300), fill_value=True))


def counts(funnel: Funnel) -> dict[str, int]:
    return {line.name: line.count for line in funnel.gates}


def test_a_funnel_counts_every_candle_at_its_gate() -> None:
    decisions, piece = tally(1)
    funnel = funnel_of([piece])
    assert funnel.candles == 600
    assert counts(funnel) == {
        gate.name: int(np.count_nonzero(decisions.gate == gate))
        for gate in Gate
        if gate not in (Gate.GUARD, Gate.INTERVAL)
    }
    assert sum(line.share_pct for line in funnel.gates) == pytest.approx(100.0)


def test_a_funnel_counts_accepted_signals_by_side_and_regime() -> None:
    decisions, piece = tally(1)
    funnel = funnel_of([piece])
    accepted = decisions.accepted()
    assert [(line.name, line.count) for line in funnel.sides] == [
        ("LONG", int(np.count_nonzero(accepted & (decisions.side > 0)))),
        ("SHORT", int(np.count_nonzero(accepted & (decisions.side < 0)))),
    ]
    assert {line.regime: line.accepted for line in funnel.regimes} == {
        regime: int(np.count_nonzero(accepted & (decisions.regime == regime)))
        for regime in (Regime.MEAN_REVERSION, Regime.TRENDING, Regime.RANDOM)
    }


def test_a_funnel_shows_the_scores_of_the_candidates_that_got_that_far() -> None:
    decisions, piece = tally(1)
    funnel = funnel_of([piece])
    scores = decisions.signals.score[decisions.signals.gate >= Gate.SCORE_LOW]
    assert funnel.scored == scores.size > 0
    assert sum(line.count for line in funnel.histogram) == scores.size
    assert funnel.histogram[-1].count == np.count_nonzero(scores == 100.0)
    assert funnel.distributions[0].deciles[0] == scores.min()
    assert funnel.distributions[0].deciles[-1] == scores.max()
    assert funnel.distributions[0].mean == pytest.approx(scores.mean())


def test_the_funnel_of_pieces_is_that_of_the_whole() -> None:
    decisions, whole = tally(2)
    halves = [np.tile(np.arange(300) < 150, (2, 1)), np.tile(np.arange(300) >= 150, (2, 1))]
    pieces = funnel_of(Tally.of(decisions, half) for half in halves)
    assert counts(pieces) == counts(funnel_of([whole]))
    assert pieces.scored == funnel_of([whole]).scored


def test_candles_that_do_not_exist_are_not_counted() -> None:
    decisions, _ = tally(3)
    assert funnel_of([Tally.of(decisions, np.full((2, 300), fill_value=False))]).candles == 0


def test_the_funnel_of_nothing_has_no_shares() -> None:
    funnel = funnel_of([])
    assert funnel.candles == funnel.scored == 0
    assert all(math.isnan(line.share_pct) for line in (*funnel.gates, *funnel.histogram))
    assert all(math.isnan(value) for line in funnel.distributions for value in (*line.deciles, line.mean))
