"""The tapes: what happens, to which positions, with which settings, and what the run must show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from companion.replay.embedded.specification import CANDLE_MS
from companion.stress import moments, paths
from companion.stress.backtester import Setting
from companion.stress.tape import Bars, Tape
from companion.stress.watched import WatchedRun, WatchedTrade
from hhq.reasons import CloseReason

DEFAULT = Setting()
MAXIMUM_LEVERAGE = Setting("maximum leverage", {"leverage": {"max_leverage": 75, "lowest": 75}})
LEVERAGE_ONE = Setting("leverage 1", {"leverage": {"max_leverage": 1, "lowest": 1}})
PARTIAL_TARGETS = Setting("partial targets", {"exits.partial_take_profit": {"enabled": True}})
WIDE_STOPS = Setting(
    "wide stops",
    {"leverage": {"max_leverage": 1, "lowest": 1}, "exits.emergency": {"loss_pct": 5.0}},
    {"sl_atr": 5.0, "exit_tightness": 2.0},
)
NEAR_KILL_SWITCH = Setting(
    "near kill switch",
    {"exits.kill_switch": {"liquidation_share_pct": 10.0}},
    {"sl_atr": 4.0},
)

LIKE_A_BOT = Setting(
    "like a bot",
    {
        # Without an order book a bot enters nothing in the random regime: neither shall a backtest.
        "signal.regime": {"mean_reversion_below": 0.5, "trending_above": 0.5},
        # As much leverage as the kill switch allows: its first step lies a quarter of the way beyond the stop, and
        # before the stop that rests while stops are confirmed.
        "leverage": {"max_leverage": 75, "lowest": 75},
        "exits.confirmation": {"catastrophe_multiple": 2.0},
    },
)

TWO_DAYS = ("20250107", "20250109")
FOUR_DAYS = ("20250107", "20250111")
RESTART_IN_BOT = "restart-in-bot"
HOUR = 12
"""Candles."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One tape.

    ``script`` writes the event into the tape, given the run without it, and returns the event's first moment (ms)
    and one in its middle. ``limit_applies`` is False where the price leaves no chance to keep the limit: ``note``
    says why. ``must_show`` names the codes that the tape is there for.
    """

    name: str
    what: str
    script: Callable[[Tape, WatchedRun], tuple[int, int]]
    setting: Setting = DEFAULT
    days: tuple[str, str] = TWO_DAYS
    limit_applies: bool = True
    note: str = ""
    must_show: tuple[str, ...] = ()


def _everywhere(side: int, bars: Bars) -> Callable[[Tape, WatchedRun], tuple[int, int]]:
    """The same event for all coins, at the moment with most notional of ``side``."""

    def script(tape: Tape, run: WatchedRun) -> tuple[int, int]:
        at = moments.busiest(run, side)
        write_everywhere(tape, at, bars)
        return at, _middle(at, len(bars))

    return script


def write_everywhere(tape: Tape, at: int, bars: Bars) -> None:
    """Write the same candles, with much volume, into all coins from ``at`` (ms) on."""
    for pair in tape.pairs:
        tape.script(pair, at, bars)
        tape.scale_volume(pair, at, len(bars), 8.0)


def _middle(at: int, candles: int) -> int:
    return at + max(candles // 2, 1) * CANDLE_MS


def _halt(tape: Tape, run: WatchedRun) -> tuple[int, int]:
    at = moments.busiest(run, 0)
    for pair in tape.pairs:
        tape.script(pair, at, paths.joined(paths.flat(HOUR), paths.moves((-1.2, -0.6, 0.4))))
        tape.scale_volume(pair, at, HOUR, 0.0)
    return at, _middle(at, HOUR)


def _data_gap(tape: Tape, run: WatchedRun) -> tuple[int, int]:
    at = moments.busiest(run, 0)
    for pair in tape.pairs:
        tape.script(pair, at, paths.moves((-0.15,) * HOUR))
        tape.remove(pair, at, HOUR)
    return at, _middle(at, HOUR)


def _delisting(tape: Tape, run: WatchedRun) -> tuple[int, int]:
    at = moments.busiest(run, 1)
    chosen = max(moments.open_at(run, at), key=lambda trade: trade.notional * (trade.pair[:3] not in _MARKET))
    tape.script(chosen.pair, at, paths.moves((-0.1, -0.1, -0.1)))
    tape.remove(chosen.pair, at + 3 * CANDLE_MS)
    return at, _middle(at, 3)


_MARKET = ("BTC", "ETH")
_SETTLEMENTS, _FUNDING_RATE, _FUNDING_OF_MARKET = 3, 0.02, 0.003
"""Rates at the exchange's caps."""


def _funding(tape: Tape, run: WatchedRun) -> tuple[int, int]:
    at = moments.busiest(run, 1)
    for pair in tape.pairs:
        tape.script(pair, at, paths.moves((0.01, -0.01) * (6 * HOUR), wick=0.02))
        rate = _FUNDING_OF_MARKET if pair[:3] in _MARKET else _FUNDING_RATE
        tape.set_funding(pair, at, _SETTLEMENTS, rate)
    return at, _middle(at, 6 * HOUR)


def _whipsaw(tape: Tape, run: WatchedRun) -> tuple[int, int]:
    """Down to one tick before the stop and back, then exactly to the stop and back, then far up."""
    trade = moments.trade_where(run, _is_long_of_market, "a LONG of BTC or ETH")
    at = trade.opened_at + CANDLE_MS
    before = tape.close_before(trade.pair, at)
    entry, stop = trade.entry / before, trade.levels.stop / before
    tick = trade.tick / before
    near, back = stop + 2.0 * tick, entry * 0.9995
    levels = (back, near, back, near, back, near, back, stop, entry * 1.001, entry * 1.01)
    tape.script(trade.pair, at, paths.through(levels))
    return at, _middle(at, 6)


def _breakeven(tape: Tape, run: WatchedRun) -> tuple[int, int]:
    trade = moments.trade_where(run, _arms_breakeven_first, "breakeven armed before the trail")
    at = trade.opened_at + CANDLE_MS
    before = tape.close_before(trade.pair, at)
    top = 1.0 + trade.side * (0.85 * trade.levels.breakeven_arm_pct
                              + 0.15 * _first_trail(trade)) / 100.0  # fmt: skip
    levels = (
        trade.entry / before,
        trade.entry * top / before,
        trade.entry * (1.0 - 0.002 * trade.side) / before,
    )
    tape.script(trade.pair, at, paths.through(levels, steps=3))
    return at, _middle(at, 9)


def _first_trail(trade: WatchedTrade) -> float:
    return min(trade.levels.trail_activation_pct, 2.0 * trade.levels.breakeven_arm_pct)


def _arms_breakeven_first(trade: WatchedTrade) -> bool:
    levels = trade.levels
    return levels.breakeven_arm_pct * 1.05 < levels.trail_activation_pct


def _partial_targets(tape: Tape, run: WatchedRun) -> tuple[int, int]:
    """A steady rise from the fill to the third step, below the target, and back."""
    trade = moments.trade_where(run, _has_room_for_partials, "three partial targets before the target")
    at = trade.opened_at + CANDLE_MS
    before = tape.close_before(trade.pair, at)
    top = trade.entry * (1.0 + trade.side * 2.2 * trade.levels.partial_base_pct / 100.0) / before
    levels = (trade.entry / before, top, top, trade.entry / before)
    tape.script(trade.pair, at, paths.through(levels, steps=10))
    return at, _middle(at, 20)


def _has_room_for_partials(trade: WatchedTrade) -> bool:
    room = abs(trade.levels.target / trade.entry - 1.0) * 100.0
    return trade.levels.partial_base_pct * 2.3 < room


def _forced_close(tape: Tape, run: WatchedRun) -> tuple[int, int]:
    """Two days in which the position gains a little, every candle."""
    trade = moments.trade_where(run, lambda _: True, "any")
    at = trade.opened_at + CANDLE_MS
    before = tape.close_before(trade.pair, at)
    start, end = trade.entry * (1.0 + 0.0005 * trade.side), trade.entry * (1.0 + 0.004 * trade.side)
    tape.script(trade.pair, at, paths.through((start / before, *np.linspace(start, end, 50 * HOUR) / before)))
    return at, _middle(at, 50 * HOUR)


def _emergency(tape: Tape, run: WatchedRun) -> tuple[int, int]:
    trade = moments.trade_where(run, _emergency_comes_first, "an emergency price before the stop")
    return _to(tape, trade, trade.levels.emergency)


def _emergency_comes_first(trade: WatchedTrade) -> bool:
    # The resting stop is the tightest of all.
    return abs(trade.levels.stop / trade.levels.emergency - 1.0) < 1e-9


def _near_kill_switch(tape: Tape, run: WatchedRun) -> tuple[int, int]:
    trade = moments.trade_where(run, lambda trade: trade.levels.stop > 0.0, "any")
    return _to(tape, trade, trade.levels.stop)


def _to_liquidation(tape: Tape, run: WatchedRun) -> tuple[int, int]:
    """Without a gap, within two candles, through the liquidation price of the most leveraged LONG."""
    trade = max((t for t in run.trades if _lasts(t) and t.side > 0), key=lambda t: (t.leverage, t.notional))
    at = trade.opened_at + CANDLE_MS
    before = tape.close_before(trade.pair, at)
    beyond = trade.levels.liquidation * 0.998 / before
    tape.script(trade.pair, at, paths.through((0.5 + 0.5 * beyond, beyond, 0.3 + 0.7 * beyond)))
    return at, _middle(at, 2)


def _lasts(trade: WatchedTrade) -> bool:
    return trade.closed_at > trade.opened_at + CANDLE_MS


def _to(tape: Tape, trade: WatchedTrade, price: float) -> tuple[int, int]:
    """From the fill to a price and a little beyond, in six candles."""
    at = trade.opened_at + CANDLE_MS
    before = tape.close_before(trade.pair, at)
    beyond = price * (1.0 - 0.002 * trade.side) / before
    tape.script(trade.pair, at, paths.through((beyond,), steps=6))
    return at, _middle(at, 6)


def _is_long_of_market(trade: WatchedTrade) -> bool:
    return trade.side > 0 and trade.pair[:3] in _MARKET


CRASH = paths.moves((-8.0, -15.0, -16.9, 8.0, 5.0, -4.0, 3.0, 2.0, -2.0), wick=0.5)
_PUMP = paths.moves((7.0, 12.0, 12.7, -5.0, -4.0, 3.0, -2.0, -2.0, 1.0), wick=0.5)
_GAP = paths.moves((-1.0, 0.5, 0.8, -0.4), gap=-10.0, wick=0.2)
_BLEED = paths.moves((-0.017,) * (24 * HOUR))
_WIDE_SPREAD = paths.moves((0.2, -0.2) * (2 * HOUR), wick=2.0)

SCENARIOS = (
    Scenario("flash-crash", "all coins fall 35 % within three candles and bounce", _everywhere(1, CRASH),
             must_show=("SL_HIT",)),
    Scenario("pump", "all coins rise 35 % within three candles", _everywhere(-1, _PUMP), must_show=("SL_HIT",)),
    Scenario("gap", "all coins open 10 % lower, through every stop", _everywhere(1, _GAP), limit_applies=False,
             note="a gap fills at the open behind the stop; isolated margin is the bound",
             must_show=("SL_HIT", "LIQUIDATION")),
    Scenario("halt", "nothing trades for 1 h, then all coins fall 1.4 %", _halt),
    Scenario("delisting", "the candles of a coin with an open position end", _delisting, must_show=("END",)),
    Scenario("funding-spike", "longs pay 2 % of funding (BTC, ETH 0.3 %) three times, an hour apart; price flat", _funding),
    Scenario("spread-blow-out", "2 % wicks on both sides for 4 h", _everywhere(0, _WIDE_SPREAD)),
    Scenario("slow-bleed", "all coins fall 4.8 % within 24 h without a wick", _everywhere(1, _BLEED),
             must_show=("TIME_REDUCE_4H", "ADVERSE_TIME_EXIT")),
    Scenario("whipsaw", "three times to two ticks before the stop and back, then to the stop", _whipsaw,
             must_show=("SL_HIT",)),
    Scenario("liquidation-move", "through the liquidation price in two candles, at the largest leverage",
             _to_liquidation, MAXIMUM_LEVERAGE, must_show=("SL_HIT",)),
    Scenario("data-gap", "an hour of candles is missing, the price 1.8 % lower behind it", _data_gap,
             limit_applies=False, note="missing candles are a gap: the stop fills at the first open behind them"),
    Scenario("breakeven", "up until breakeven is armed and the trail is not, then back", _breakeven, LEVERAGE_ONE,
             must_show=("BREAKEVEN",)),
    Scenario("partial-targets", "a steady rise through all partial targets and back", _partial_targets,
             PARTIAL_TARGETS, must_show=("TP1", "TP2", "TP3")),
    Scenario("forced-close", "two days of gaining a little every candle", _forced_close, DEFAULT, FOUR_DAYS,
             must_show=("TIME_FORCE",)),
    Scenario("emergency", "stops wider than the emergency price, which is passed", _emergency, WIDE_STOPS,
             must_show=("EMERGENCY_SL",)),
    Scenario("kill-switch", "the full close set near the entry, which is passed", _near_kill_switch,
             NEAR_KILL_SWITCH, must_show=("KILL_SWITCH_FULL",)),
    Scenario(RESTART_IN_BOT, "the flash crash behind a LONG of a dry-run bot, which is killed in it",
             _everywhere(1, CRASH), LIKE_A_BOT, must_show=("KILL_SWITCH_PARTIAL",),
             note="loops 15 s apart in the crash (live: 3 s), stops confirmed by three of them; leverage up to what "
                  "the kill switch allows, the catastrophe stop at twice the distance (default 1.3)"),
)  # fmt: skip
CANDLE_CODES = frozenset(
    reason.name
    for reason in CloseReason
    if reason.name not in ("RECOVERY_CLOSE_ALL", "SIGNAL", "MANUAL", "EXTERNAL")
)
"""Close reasons that candles alone can bring about; all tapes together must show each of them."""
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
