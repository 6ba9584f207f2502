"""What closed trades really came to: every figure against arithmetic by hand, intervals only where there is enough."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hhq.costs import Costs
from hhq.evidence.booked import FilledOrders, Terms
from hhq.evidence.groups import Groups
from hhq.evidence.interval import LEAST_COUNT, LEAST_DAYS, mean_by_days
from hhq.evidence.live import Entries, LiveTrades, live_trades, summary_of

Told: TypeAlias = dict[str, Any]
"""A trade: its fills (is an entry, amount, price), prices, fees, funding."""
COSTS = Costs(0.02, 0.05)
prices = st.floats(0.5, 2.0)
amounts = st.floats(0.1, 50.0)


@st.composite
def told(draw: st.DrawFn) -> list[Told]:
    """Trades as a bot would tell of them: entries in one or two fills, up to two reductions, a close of what is left."""
    found: list[Told] = []
    for _ in range(draw(st.integers(1, 8))):
        entries = draw(st.lists(st.tuples(amounts, prices), min_size=1, max_size=2))
        held = sum(amount for amount, _ in entries)
        shares = draw(st.lists(st.floats(0.05, 0.4), max_size=2))
        fills = [(True, amount, price) for amount, price in entries]
        fills += [(False, share * held, draw(prices)) for share in shares]
        fills.append((False, held * (1.0 - sum(shares)), draw(prices)))
        found.append(
            {
                "side": draw(st.sampled_from((1.0, -1.0))), "fills": fills, "signal": draw(prices),
                "limit": draw(prices), "fee_in": draw(st.floats(-0.01, 0.06)), "fee_out": draw(st.floats(0.0, 0.06)),
                "funding": draw(st.floats(-1.0, 1.0)), "wait": draw(st.floats(0.0, 900.0)),
            }
        )  # fmt: skip
    return found


def column(trades: list[Told], name: str) -> np.ndarray:
    return np.array([trade[name] for trade in trades], dtype=np.float64)


def core(trades: list[Told]) -> LiveTrades:
    count = len(trades)
    rows = [(n, *fill) for n, trade in enumerate(trades) for fill in trade["fills"]]
    trade, entry, amount, price = (np.array(part) for part in zip(*rows, strict=True))
    none = Groups(("",), np.zeros(trade.size, dtype=np.int64))
    averages = [
        sum(a * p for e, a, p in each["fills"] if e) / sum(a for e, a, _ in each["fills"] if e)
        for each in trades
    ]
    entries = Entries(
        np.arange(count), np.arange(count), column(trades, "signal"), column(trades, "limit"), np.array(averages),
        column(trades, "wait"),
    )  # fmt: skip
    terms = Terms(
        np.arange(count), column(trades, "side"), np.full(count, 3.0), column(trades, "fee_in"),
        column(trades, "fee_out"), column(trades, "funding"), Groups(("A", "B"), np.arange(count) % 2),
    )  # fmt: skip
    orders = FilledOrders(
        trade.astype(np.int64), entry.astype(np.bool_), ~entry.astype(np.bool_), amount, price, none
    )
    return live_trades(entries, terms, orders, COSTS)


@given(told())
def test_each_trade_is_what_its_fills_come_to_one_by_one(trades: list[Told]) -> None:
    found = core(trades)
    for n, trade in enumerate(trades):
        entered = math.fsum(a * p for e, a, p in trade["fills"] if e)
        average = entered / math.fsum(a for e, a, _ in trade["fills"] if e)
        # Piece by piece against the average entry, not sum less sum.
        gross = math.fsum(a * (p - average) * trade["side"] for e, a, p in trade["fills"] if not e)
        fees = math.fsum(
            a * p * (trade["fee_in"] if e else trade["fee_out"]) / 100.0 for e, a, p in trade["fills"]
        )
        net = (gross - fees + trade["funding"]) / entered * 100.0
        assert found.gross_pct[n] == pytest.approx(gross / entered * 100.0, abs=1e-9)
        assert found.fees_pct[n] == pytest.approx(fees / entered * 100.0, abs=1e-9)
        assert found.net_pct[n] == pytest.approx(net, abs=1e-9)
        worse = (average - trade["signal"]) / trade["signal"] * 100.0
        assert found.slippage_pct[n] == pytest.approx(worse if trade["side"] > 0 else -worse, abs=1e-9)
        worse = (average - trade["limit"]) / trade["limit"] * 100.0
        assert found.beyond_limit_pct[n] == pytest.approx(worse * trade["side"], abs=1e-9)


@given(told(), st.floats(0.1, 1000.0))
def test_a_bot_with_more_capital_has_the_same_percentages(trades: list[Told], factor: float) -> None:
    larger = [
        trade
        | {"fills": [(e, a * factor, p) for e, a, p in trade["fills"]], "funding": trade["funding"] * factor}
        for trade in trades
    ]
    one, other = core(trades), core(larger)
    for name in ("gross_pct", "fees_pct", "funding_pct", "slippage_pct"):
        assert getattr(other, name) == pytest.approx(getattr(one, name), rel=1e-6, abs=1e-9)


def drawn(count: int, days: int, mean: float = 0.0) -> LiveTrades:
    """Trades of so many days whose net results have exactly this mean."""
    generator = np.random.default_rng(count)
    net = generator.normal(0.0, 1.0, count)
    net += mean - net.mean()
    zero = np.zeros(count)
    whole = np.arange(count, dtype=np.int64)
    return LiveTrades(
        whole, whole, whole % days, zero + 1.0, zero + 3.0, Groups(("A", "B"), whole % 2), net + 0.07, zero + 0.07,
        zero, zero + 0.1, zero, zero + 60.0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("count", "days", "enough"),
    [(LEAST_COUNT, LEAST_DAYS, True), (LEAST_COUNT - 1, LEAST_DAYS, False), (200, LEAST_DAYS - 1, False)],
)
def test_a_mean_has_an_interval_only_with_trades_and_days_enough(count: int, days: int, enough: bool) -> None:
    net = summary_of(drawn(count, days)).net
    assert (net.count, net.days, net.has_interval) == (count, days, enough)


def test_the_means_are_those_of_the_trades_by_days_and_the_reasons_share_them_out() -> None:
    trades = drawn(60, 25, mean=0.3)
    found = summary_of(trades)
    assert found.net == mean_by_days(trades.net_pct, trades.day)
    assert found.net.mean == pytest.approx(0.3)
    assert [row.name for row in found.reasons] == ["A", "B"]
    shared = sum(row.net.mean * row.net.count for row in found.reasons)
    assert shared == pytest.approx(0.3 * 60)


def test_a_value_that_is_not_known_leaves_the_other_means_as_they_are() -> None:
    trades = drawn(60, 25)
    trades.slippage_pct[:10] = np.nan
    trades.fees_pct[:5] = np.nan
    found = summary_of(trades)
    assert (found.slippage.count, found.fees.count, found.net.count, found.gross.count) == (50, 55, 55, 60)
    assert found.slippage.mean == pytest.approx(0.1)
