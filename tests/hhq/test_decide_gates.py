"""The order of the gates, and those that need no side: excluded coins, data, quiet hours (docs/signal.md)."""

from __future__ import annotations

import math
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from hhq.decide import Decisions, has_data, quiet_bars
from hhq.gates import EXPLANATIONS, Gate
from hhq.panel import CANDLE_MS
from hhq.regime import MacroRegime
from hhq.settings.signal import ScheduleSettings
from tests.hhq.one_candle import CANDLES_PER_HOUR, NOON, SCORE, F, block, decided, gate, market, short

N = math.nan
STOPS: dict[Gate, dict[str, object]] = {
    Gate.EXCLUDED: {"settings": {"signal": {"excluded_coins": ["SOL"]}}},
    Gate.DATA: {"history": 1499},
    Gate.HOURS: {"first_bar": NOON - 8 * CANDLES_PER_HOUR},
    Gate.Z: {"values": {F.ZSCORE: -1.4}},
    Gate.REGIME: {"values": {F.HURST: 0.5, F.IMBALANCE: -50.0}},
    Gate.MARKET_NA: {"at": {"eth_trend": N}},
    Gate.TREND_VETO: {
        "values": {F.ADX: 40.0, F.ADX_TREND: -1.0, F.HURST: 0.6, F.ZSCORE: 2.5},
        "settings": {"signal": {"min_confidence": 50}},
    },
    Gate.FUNDING_VETO: {"values": {F.FUNDING_RATE: 0.09}},
    Gate.BTC_VETO: {"at": {"btc_daily": -2.0}},
    Gate.MTF_VETO: {
        "values": {F.EMA_GAP_4H: -1.0, F.CHANGE_4H: -0.5},
    },
    Gate.MACRO_VETO: {"macro": MacroRegime.TRENDING_DOWN},
    Gate.SWEEP_VETO: {"values": {F.SWEEP: -1.0}},
    Gate.SCORE_LOW: {"values": {F.VOLUME_RATIO: 1.0, F.RSI: 50.0}},
    Gate.LIQUIDITY: {"values": {F.QUOTE_VOLUME_24H: 999_999.0}},
    Gate.LEVERAGE: {"settings": {"exits": {"kill_switch": {"isolated_first_pct": -1.0}}}},
}
"""One thing that stops a candle at each gate; together they stop it at the first of them."""


def stopped_by(*gates: Gate) -> Gate:
    """Where a candle ends that each of `gates` would stop."""
    return Gate(int(decided_with(*gates).gate[0, 0]))


def decided_with(*gates: Gate) -> Decisions:
    """A candle that each of `gates` would stop."""
    values: dict[F, float] = {}
    settings: dict[str, dict[str, object]] = {}
    at: dict[str, float] = {}
    others: dict[str, object] = {}
    macro = MacroRegime.RANGING
    for stop in gates:
        part = SimpleNamespace(**{"values": {}, "settings": {}, "at": {}, "macro": macro, **STOPS[stop]})
        values |= part.values
        for section, keys in part.settings.items():
            settings[section] = settings.get(section, {}) | keys
        at |= part.at
        macro = part.macro
        others |= {key: STOPS[stop][key] for key in ("history", "first_bar") if key in STOPS[stop]}
    return decided(values, settings, at=market(at, macro=macro), **others)  # type: ignore[arg-type]  # the arguments of decided


@pytest.mark.parametrize(
    ("gates", "expected"),
    [
        ((), True),
        ((Gate.SCORE_LOW,), True),
        ((Gate.LIQUIDITY,), False),
        ((Gate.BTC_VETO,), False),
        ((Gate.SCORE_LOW, Gate.LIQUIDITY), False),
        ((Gate.SCORE_LOW, Gate.LEVERAGE), False),
        ((Gate.SCORE_LOW, Gate.BTC_VETO), False),
    ],
)
def test_only_the_score_stops_a_candle_that_every_other_gate_lets_pass(
    gates: tuple[Gate, ...], expected: bool
) -> None:
    assert decided_with(*gates).signals.only_by_score.tolist() == [expected]


def test_a_candle_that_nothing_stops_is_accepted() -> None:
    decisions = decided()
    assert gate() is Gate.SCORE_PASS
    assert decisions.accepted().tolist() == [[True]]
    assert decisions.side.tolist() == [[1]]
    assert decisions.signals.score.tolist() == [SCORE]
    assert gate(short()) is Gate.SCORE_PASS
    assert decided(short()).side.tolist() == [[-1]]


@pytest.mark.parametrize("stop", list(STOPS))
def test_each_gate_stops_a_candle_and_is_named(stop: Gate) -> None:
    assert stopped_by(stop) is stop


IN_ORDER = [stop for stop in STOPS if stop not in (Gate.TREND_VETO, Gate.REGIME)]


@pytest.mark.parametrize(("first", "second"), list(pairwise(IN_ORDER)))
def test_of_two_gates_the_first_is_reported(first: Gate, second: Gate) -> None:
    assert first < second
    assert stopped_by(first, second) is first
    assert stopped_by(second, first) is first


def test_gates_that_stop_together_are_reported_from_the_first_on() -> None:
    remaining = list(IN_ORDER)
    while remaining:
        assert stopped_by(*remaining) is remaining[0]
        remaining.pop(0)


@pytest.mark.parametrize("stop", [Gate.FUNDING_VETO, Gate.BTC_VETO, Gate.SWEEP_VETO])
def test_the_trend_veto_comes_before_the_other_vetoes(stop: Gate) -> None:
    values = {
        F.ADX: 40.0,
        F.ADX_TREND: -1.0,
        F.HURST: 0.6,
        F.ZSCORE: 2.5,
        F.FUNDING_RATE: 0.09,
        F.SWEEP: -1.0,
    }
    at = market(btc_daily=-2.0) if stop is Gate.BTC_VETO else market()
    assert gate(values, at=at) is Gate.TREND_VETO
    assert gate(values, at=market(eth_trend=N)) is Gate.MARKET_NA


def test_the_numbers_of_the_gates_rise_in_the_order_of_evaluation_and_each_has_a_text() -> None:
    order = [gate_.name for gate_ in sorted(Gate)]
    assert order == [gate_.name for gate_ in Gate]
    assert set(EXPLANATIONS) == set(Gate)
    assert all(EXPLANATIONS.values())


@pytest.mark.parametrize("symbol", ["PAXG/USDT:USDT", "USDCUSDT", "EUR/USDT:USDT"])
def test_excluded_coins_are_not_looked_at(symbol: str) -> None:
    assert gate(symbol=symbol) is Gate.EXCLUDED


@pytest.mark.parametrize("missing", [F.CLOSE, F.ZSCORE, F.HURST, F.ATR, F.ATR_1H])
def test_a_candle_without_a_needed_feature_is_missing_data(missing: F) -> None:
    assert gate({missing: N}) is Gate.DATA


@pytest.mark.parametrize("price", [0.0, -1.0, N])
def test_lesson_10_a_price_of_zero_is_missing_data(price: float) -> None:
    assert gate({F.CLOSE: price}) is Gate.DATA


def test_enough_history_is_the_whole_window() -> None:
    assert gate(history=1500) is Gate.SCORE_PASS
    assert gate(history=1499) is Gate.DATA
    assert has_data(block(history=300), 300).all()


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [
        (1, 55, Gate.SCORE_PASS),
        (2, 0, Gate.HOURS),
        (4, 30, Gate.HOURS),
        (5, 55, Gate.HOURS),
        (6, 0, Gate.SCORE_PASS),
        (0, 0, Gate.SCORE_PASS),
    ],
)
def test_quiet_hours_are_those_of_the_candles_close(hour: int, minute: int, expected: Gate) -> None:
    closes_at = NOON + (hour - 12) * CANDLES_PER_HOUR + minute // 5
    assert gate(first_bar=closes_at) is expected


@pytest.mark.parametrize("symbol", ["BTC/USDT:USDT", "ETHUSDT"])
def test_btc_and_eth_trade_in_the_quiet_hours(symbol: str) -> None:
    at_four = NOON - 8 * CANDLES_PER_HOUR
    assert gate(first_bar=at_four, symbol=symbol) is Gate.SCORE_PASS
    no_exemption: dict[str, object] = {"signal": {"schedule": {"quiet_exempt": []}}}
    assert gate(settings=no_exemption, first_bar=at_four, symbol=symbol) is Gate.HOURS


@pytest.mark.parametrize(
    ("begin", "end", "quiet"),
    [(2, 6, {2, 3, 4, 5}), (22, 2, {22, 23, 0, 1}), (0, 24, set(range(24))), (23, 0, {23}), (5, 5, set())],
)
def test_quiet_hours_may_run_over_midnight(begin: int, end: int, quiet: set[int]) -> None:
    rule = ScheduleSettings(quiet_from=begin, quiet_until=end)
    midnight = NOON + 1 - 12 * CANDLES_PER_HOUR
    inside = quiet_bars(midnight - 1, 288, rule)
    assert set((np.flatnonzero(inside) // CANDLES_PER_HOUR).tolist()) == quiet
    assert inside.sum() == len(quiet) * CANDLES_PER_HOUR
    off = rule.model_copy(update={"quiet_hours": False})
    assert not quiet_bars(midnight - 1, 288, off).any()


def test_quiet_hours_follow_the_clock_and_not_the_column() -> None:
    whole = quiet_bars(NOON, 600, ScheduleSettings())
    for begin in (0, 1, 137, 288, 599):
        np.testing.assert_array_equal(
            quiet_bars(NOON + begin, 600 - begin, ScheduleSettings()), whole[begin:]
        )
    hours = (NOON + 1 + np.arange(600)) * CANDLE_MS // 3_600_000 % 24
    np.testing.assert_array_equal(whole, (hours >= 2) & (hours < 6))
