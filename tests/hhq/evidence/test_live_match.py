"""A bot's trades beside the same signals under the engine: who had which, and what the difference was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hhq.evidence.candidates import Candidates
from hhq.evidence.groups import Groups
from hhq.evidence.live import LiveTrades
from hhq.evidence.live_match import Fate, Signalled, match_of, missed_by, twins_of
from hhq.gates import Gate
from tests.hhq.evidence.scene import drawn

COUNT = 60


def engine(count: int = COUNT, a_day: int = 1) -> Candidates:
    """Candidates of different coins, so many a day, all accepted, filled and closed."""
    generator = np.random.default_rng(7)
    return drawn(generator.normal(0.2, 1.0, count), np.arange(count) // a_day)


def lived(candidates: Candidates, extra: float = 0.0) -> LiveTrades:
    """Trades of the bot on these very signals that earned ``extra`` % more than the engine."""
    count = candidates.count
    zero = np.zeros(count)
    return LiveTrades(
        candidates.coin, candidates.bar, candidates.day, candidates.side, zero + 3.0,
        Groups(("A",), np.zeros(count, dtype=np.int64)), candidates.gross_pct + extra, candidates.fees_pct, zero, zero,
        zero, zero,
    )  # fmt: skip


def had(trades: LiveTrades) -> Signalled:
    return Signalled(trades.coin, trades.candle, trades.side)


def everywhere(trades: LiveTrades) -> np.ndarray:
    return np.ones(trades.count, dtype=np.bool_)


def test_the_same_trades_differ_by_what_the_bot_earned_more() -> None:
    candidates = engine()
    trades = lived(candidates, extra=-0.25)
    found = match_of(trades, had(trades), candidates, everywhere(trades))
    assert [(row.name, row.gross.count) for row in found.fates] == [(Fate.BOTH.value, COUNT)]
    assert found.gross_difference.mean == pytest.approx(-0.25)
    assert found.net_difference.mean == pytest.approx(-0.25)
    # A difference that is always the same is known exactly, however much the trades themselves vary.
    assert found.gross_difference.high - found.gross_difference.low == pytest.approx(0.0, abs=1e-9)
    assert found.live.gross.mean - found.engine.gross.mean == pytest.approx(-0.25)
    assert found.missed.gross.count == 0
    assert found.engine_gross_pct == pytest.approx(candidates.gross_pct)


@given(st.permutations(range(COUNT)), st.integers(0, COUNT))
def test_whatever_the_order_each_trade_finds_its_own_signal(order: list[int], kept: int) -> None:
    candidates = engine(a_day=2)
    chosen = np.array(order[:kept], dtype=np.int64)
    trades = lived(candidates.only(chosen))
    twins = twins_of(trades, candidates, everywhere(trades))
    assert twins.candidate.tolist() == chosen.tolist()


def test_every_fate_is_told_from_the_others() -> None:
    candidates = engine(6)
    gate = np.full(6, Gate.SCORE_PASS, dtype=np.int8)
    gate[1] = Gate.SCORE_LOW
    filled, closed = np.ones(6, dtype=np.bool_), np.ones(6, dtype=np.bool_)
    filled[2], closed[3] = False, False
    candidates = replace(candidates, gate=gate, filled=filled, closed=closed)
    trades = lived(candidates)
    trades = replace(trades, side=np.where(np.arange(6) == 4, -trades.side, trades.side))
    decided = np.arange(6) != 5
    names = twins_of(trades, candidates, decided).fate
    assert [Fate(names.names[place]) for place in names.of] == [
        Fate.BOTH, Fate.REFUSED, Fate.NOT_FILLED, Fate.OPEN, Fate.NO_SIGNAL, Fate.NO_CANDLES,
    ]  # fmt: skip
    found = match_of(trades, had(trades), candidates, decided)
    assert found.gross_difference.count == 1
    assert np.isnan(found.engine_gross_pct[[4, 5]]).all()
    assert sum(row.gross.count for row in found.fates) == 6


def test_a_signal_is_missed_that_was_filled_within_the_time_and_that_the_bot_never_had() -> None:
    candidates = engine(8)
    gate = candidates.gate.copy()
    gate[3] = Gate.SCORE_LOW
    filled = candidates.filled.copy()
    filled[4] = False
    candidates = replace(candidates, gate=gate, filled=filled)
    held = candidates.only(np.array([1, 6]))
    # Neither the first (before the bot's first signal), nor the last (after its last), nor what was refused or not filled.
    assert missed_by(Signalled(held.coin, held.bar, held.side), candidates).tolist() == [2, 5]
    another_side = Signalled(held.coin, held.bar, np.array([-held.side[0], held.side[1]]))
    assert missed_by(another_side, candidates).tolist() == [1, 2, 5]


def test_a_signal_whose_trade_is_still_open_is_not_missed() -> None:
    candidates = engine(8)
    trades = lived(candidates.only(np.array([1, 6])))
    every = candidates.only(np.arange(1, 7))
    found = match_of(trades, Signalled(every.coin, every.bar, every.side), candidates, everywhere(trades))
    assert found.missed.gross.count == 0


def test_two_folders_with_the_same_candles_count_a_missed_signal_once() -> None:
    candidates = engine(8)
    twice = Candidates.together([candidates, candidates])
    held = candidates.only(np.array([0, 7]))
    missed = missed_by(Signalled(held.coin, held.bar, held.side), twice)
    assert sorted(twice.bar[missed].tolist()) == candidates.bar[1:7].tolist()


def test_a_bot_without_candles_to_match_has_no_twin() -> None:
    trades = lived(engine(3))
    nothing = engine(3).only(np.zeros(3, dtype=np.bool_))
    twins = twins_of(trades, nothing, everywhere(trades))
    assert twins.are(Fate.NO_SIGNAL).all()
    assert missed_by(Signalled(*(np.empty(0, dtype=np.int64),) * 2, np.empty(0)), nothing).size == 0
