"""The judge finds what it is there for: late stops, deep losses, losses beyond stop and margin."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from companion.replay.embedded.specification import CANDLE_MS
from companion.stress import judge, paths
from companion.stress.tape import SPECIFICATION, Tape
from companion.stress.watched import Fill, Levels, Look, WatchedRun, WatchedTrade

PAIR = "ETH/USDT:USDT"
AT = SPECIFICATION.start_ms + 2000 * CANDLE_MS
FEE = 0.0005


@pytest.fixture
def tape(calm_market: Path) -> Tape:
    """Flat at the last close, one candle that falls by 5 %, flat again."""
    tape = Tape(calm_market)
    tape.script(PAIR, AT, paths.joined(paths.flat(5), paths.moves((-5.0,)), paths.flat(20)))
    return tape


def long_trade(tape: Tape, stopped_at: int, exit_factor: float, stop_factor: float = 0.98) -> WatchedTrade:
    entry = tape.close_before(PAIR, AT)
    stop, exit_price, amount = entry * stop_factor, entry * exit_factor, 1.0
    looks = tuple(Look(at, stop, 0.0) for at in range(AT, stopped_at + CANDLE_MS, CANDLE_MS))
    profit = (exit_price - entry) * amount - FEE * amount * (entry + exit_price)
    return WatchedTrade(
        pair=PAIR, side=1, opened_at=AT, closed_at=stopped_at, entry=entry, exit=exit_price, leverage=5.0,
        margin=entry / 5.0, profit=profit, fee_rate=FEE, tick=0.01, reason="SL_HIT",
        fills=(
            Fill(at=AT, entry=True, price=entry, amount=amount, code="entry"),
            Fill(at=stopped_at, entry=False, price=exit_price, amount=amount, code="SL_HIT"),
        ),
        looks=looks, levels=Levels(stop, entry * 1.05, entry * 0.83, entry * 0.85, 1.0, 1.0, 1.0),
    )  # fmt: skip


def a_run(*trades: WatchedTrade) -> WatchedRun:
    return WatchedRun(trades, (), {}, 10_000.0, 5.0)


FALL = AT + 5 * CANDLE_MS


def test_a_stop_filled_at_its_price_in_its_candle_is_not_late(tape: Tape) -> None:
    assert judge.late_stops(a_run(long_trade(tape, FALL, 0.98)), tape) == []


def test_a_stop_that_waits_a_candle_is_late(tape: Tape) -> None:
    late = judge.late_stops(a_run(long_trade(tape, FALL + CANDLE_MS, 0.95)), tape)
    assert [(stop.at, stop.worse_pct) for stop in late] == [(FALL, None)]


def test_a_stop_filled_worse_than_its_price_without_a_gap_is_late(tape: Tape) -> None:
    (late,) = judge.late_stops(a_run(long_trade(tape, FALL, 0.97)), tape)
    assert late.worse_pct == pytest.approx(1.0 / 0.98, rel=0.01)


def test_a_stop_behind_a_gap_may_fill_at_the_open(calm_market: Path) -> None:
    tape = Tape(calm_market)
    tape.script(PAIR, AT, paths.joined(paths.flat(5), paths.moves((-1.0,), gap=-10.0)))
    assert judge.late_stops(a_run(long_trade(tape, FALL, 0.9)), tape) == []
    assert judge.late_stops(a_run(long_trade(tape, FALL, 0.89)), tape) != []


def test_the_worst_loss_is_what_the_position_lost_at_its_worst(tape: Tape) -> None:
    trade = long_trade(tape, FALL, 0.98)
    loss = judge.worst_loss(a_run(trade), tape, AT + CANDLE_MS)
    fee = FEE * trade.entry
    assert loss.worst_pct == pytest.approx((-trade.profit - fee) / (10_000.0 - fee) * 100.0, rel=1e-6)
    assert loss.within


def test_a_loss_above_the_days_limit_and_one_stop_is_not_within(tape: Tape) -> None:
    trade = long_trade(tape, FALL + 3 * CANDLE_MS, 0.95)
    big = replace(
        trade,
        profit=trade.profit * 10.0,
        fills=tuple(replace(fill, amount=fill.amount * 10.0) for fill in trade.fills),
        levels=replace(trade.levels, stop=trade.entry * 0.999),
    )
    loss = judge.worst_loss(a_run(big), tape, AT + CANDLE_MS)
    assert loss.worst_pct > loss.allowed_pct
    assert not loss.within


def test_a_trade_that_lost_more_than_its_stop_or_its_margin_is_found(tape: Tape) -> None:
    trade = long_trade(tape, FALL, 0.98)
    assert judge.beyond_stop([trade]) == []
    assert judge.beyond_margin(a_run(trade)) == []
    deep = replace(trade, profit=-trade.margin * 1.01)
    assert judge.beyond_stop([deep]) == [deep]
    assert judge.beyond_margin(a_run(deep)) == [deep]
