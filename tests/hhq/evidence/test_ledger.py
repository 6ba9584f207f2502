"""The ledger: parts add up to trades, groups to the whole, and the break-even fee breaks even."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hhq.costs import Costs
from hhq.evidence.booked import FilledOrder, FilledOrders, Terms, reductions_of, trades_of
from hhq.evidence.groups import Groups
from hhq.evidence.interval import LEAST_COUNT, LEAST_DAYS, mean_by_days
from hhq.evidence.ledger import Ledger, ledger_of

COSTS = Costs(maker_fee_pct=0.02, taker_fee_pct=0.05)
CODES = ("STOP", "TARGET", "PART")

prices = st.floats(0.5, 2.0)
amounts = st.floats(0.1, 50.0)


@st.composite
def books(draw: st.DrawFn, least: int = 1) -> tuple[Terms, FilledOrders]:
    """Trades with one or two entries, up to three reductions and a close that leaves nothing."""
    rows: list[tuple[int, bool, bool, float, float, int]] = []
    count = draw(st.integers(least, 12))
    for trade in range(count):
        entries = draw(st.lists(amounts, min_size=1, max_size=2))
        rows += [(trade, True, False, amount, draw(prices), 2) for amount in entries]
        shares = draw(st.lists(st.floats(0.05, 0.3), max_size=3))
        held = sum(entries)
        rows += [(trade, False, True, share * held, draw(prices), 2) for share in shares]
        rows.append((trade, False, False, held - sum(share * held for share in shares), draw(prices), 0))
    columns = list(zip(*rows, strict=True))
    orders = FilledOrders(
        np.array(columns[0]), np.array(columns[1]), np.array(columns[2]), np.array(columns[3]), np.array(columns[4]),
        Groups(CODES, np.array(columns[5])),
    )  # fmt: skip

    def drawn(values: st.SearchStrategy[float]) -> np.ndarray:
        return np.array(draw(st.lists(values, min_size=count, max_size=count)))

    terms = Terms(
        day=drawn(st.integers(0, 40)),
        side=drawn(st.sampled_from([1.0, -1.0])),
        leverage=drawn(st.integers(1, 20)).astype(np.float64),
        entry_fee_pct=drawn(st.floats(0.0, 0.1)),
        exit_fee_pct=drawn(st.floats(0.0, 0.1)),
        funding=drawn(st.floats(-1.0, 1.0)),
        code=Groups(CODES, drawn(st.integers(0, 1))),
    )
    return terms, orders


def close(value: float) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-7)


@given(books())
def test_a_trade_earns_what_its_orders_put_into_the_wallet(book: tuple[Terms, FilledOrders]) -> None:
    terms, orders = book
    found = trades_of(terms, orders, COSTS)
    for trade in range(terms.count):
        wallet = terms.funding[trade]
        for row in np.flatnonzero(orders.trade == trade):
            notional = orders.amount[row] * orders.price[row]
            entry = bool(orders.entry[row])
            fee = terms.entry_fee_pct[trade] if entry else terms.exit_fee_pct[trade]
            wallet += (-terms.side[trade] if entry else terms.side[trade]) * notional - notional * fee / 100.0
        assert found.net[trade] == close(wallet)


@given(books())
def test_reductions_and_the_close_add_up_to_the_trade(book: tuple[Terms, FilledOrders]) -> None:
    """The close is made a reduction too: then the parts are all of the trade."""
    terms, orders = book
    whole = trades_of(terms, orders, COSTS)
    parts, _ = reductions_of(terms, replace(orders, reduction=~orders.entry), COSTS)
    trade = orders.trade[~orders.entry]
    for name in ("gross", "fees", "fees_by_order", "entered", "turnover"):
        added = np.bincount(trade, getattr(parts, name), minlength=terms.count)
        assert added == pytest.approx(getattr(whole, name), rel=1e-9, abs=1e-7)


@given(books())
def test_an_exit_in_two_parts_at_one_price_changes_no_sum(book: tuple[Terms, FilledOrders]) -> None:
    terms, orders = book
    last = orders.trade.size - 1
    half = replace(orders, amount=np.where(np.arange(last + 1) == last, orders.amount / 2.0, orders.amount))
    split = FilledOrders(
        trade=np.append(half.trade, half.trade[last]),
        entry=np.append(half.entry, half.entry[last]),
        reduction=np.append(half.reduction, half.reduction[last]),
        amount=np.append(half.amount, half.amount[last]),
        price=np.append(half.price, half.price[last]),
        code=Groups(CODES, np.append(half.code.of, half.code.of[last])),
    )
    split.reduction[last] = True
    one, two = ledger_of(terms, orders, COSTS), ledger_of(terms, split, COSTS)
    assert _amounts(two) == close_list(_amounts(one))
    assert sum(row.count for row in two.reductions) == sum(row.count for row in one.reductions) + 1


@given(books())
def test_sides_and_exits_are_the_whole(book: tuple[Terms, FilledOrders]) -> None:
    found = ledger_of(*book, COSTS)
    for groups in (found.sides, found.exits):
        assert sum(group.count for group in groups) == found.trades
        assert sum(group.net.total for group in groups) == close(found.net.total)
        won = sum(group.won * group.count for group in groups)
        assert won == pytest.approx(found.won * found.trades)
    assert found.gross.total + found.fees.total + found.funding.total == close(found.net.total)
    assert found.gross.total + found.fees_by_order.total + found.funding.total == close(
        found.net_by_order.total
    )


@given(books())
def test_at_the_break_even_fee_nothing_is_earned(book: tuple[Terms, FilledOrders]) -> None:
    terms, orders = book
    found = ledger_of(terms, orders, COSTS).break_even_side_pct
    for fee, share in ((found.by_notional, "by_notional_pct"), (found.equal, "equal_pct")):
        fees = np.full(terms.count, fee)
        charged = replace(terms, entry_fee_pct=fees, exit_fee_pct=fees)
        by_order = ledger_of(charged, orders, Costs(fee, fee))
        assert getattr(by_order.net, share) == pytest.approx(0.0, abs=1e-6)
        assert getattr(by_order.net_by_order, share) == pytest.approx(0.0, abs=1e-6)


@given(books())
def test_what_one_order_paid_times_all_orders_is_what_was_paid(book: tuple[Terms, FilledOrders]) -> None:
    found = ledger_of(*book, COSTS)
    assert -found.fees.total == close(found.fee_side_pct.by_notional / 100.0 * found.turnover)
    assert -found.fees_by_order.total == close(
        found.fee_side_by_order_pct.by_notional / 100.0 * found.turnover
    )
    for lower, higher in pairwise(found.leverage):
        assert lower <= higher


@given(books())
def test_the_mirrored_trade_earns_the_opposite_before_fees(book: tuple[Terms, FilledOrders]) -> None:
    terms, orders = book
    one = ledger_of(terms, orders, COSTS)
    other = ledger_of(replace(terms, side=-terms.side), orders, COSTS)
    assert other.gross.total == close(-one.gross.total)
    assert other.fees == one.fees


def _one_a_day(count: int, days: int) -> Ledger:
    generator = np.random.default_rng(3)
    trade = np.repeat(np.arange(count), 2)
    entry = np.tile([True, False], count)
    none = np.zeros(2 * count, dtype=np.bool_)
    amount = np.repeat(generator.uniform(1.0, 9.0, count), 2)
    price = np.where(entry, 100.0, generator.normal(100.2, 1.0, 2 * count))
    orders = FilledOrders(trade, entry, none, amount, price, Groups(CODES, np.zeros(2 * count, np.int64)))
    fees = np.full(count, 0.05)
    terms = Terms(
        np.arange(count) % days, np.ones(count), np.arange(1.0, count + 1.0), fees, fees, np.zeros(count),
        Groups(CODES, np.zeros(count, np.int64)),
    )  # fmt: skip
    found = ledger_of(terms, orders, COSTS)
    gross = price[1::2] - 100.0
    expected = mean_by_days(gross, terms.day)
    assert found.expected_gross.equal.mean == pytest.approx(expected.mean, nan_ok=True)
    assert found.expected_gross.equal.low == pytest.approx(expected.low, nan_ok=True)
    assert found.gross.by_notional_pct == pytest.approx(float(np.average(gross, weights=amount[::2])))
    return found


def test_expectancies_have_intervals_by_days_where_there_is_enough() -> None:
    found = _one_a_day(2 * LEAST_DAYS, LEAST_DAYS)
    for expected in (found.expected_gross, found.expected_net, found.expected_net_by_order):
        for mean in (expected.equal, expected.by_notional):
            assert mean.is_enough
            assert mean.low < mean.mean < mean.high
    assert found.expected_net.equal.mean == pytest.approx(found.net.equal_pct)
    assert found.expected_net.by_notional.mean == pytest.approx(found.net.by_notional_pct)


@pytest.mark.parametrize(("count", "days"), [(LEAST_COUNT - 1, 29), (400, LEAST_DAYS - 1)])
def test_too_few_days_or_trades_have_no_interval(count: int, days: int) -> None:
    found = _one_a_day(count, days)
    for mean in (found.expected_net.equal, found.expected_net.by_notional):
        assert not mean.is_enough
        assert all(map(math.isnan, (mean.mean, mean.low, mean.high, mean.p_above)))


def test_the_quarters_of_the_leverage_are_those_of_its_values() -> None:
    assert _one_a_day(41, 41).leverage == (1.0, 11.0, 21.0, 31.0, 41.0)


def test_nothing_traded_is_a_ledger_of_zeros_without_means() -> None:
    none, few = np.empty(0), np.empty(0, dtype=np.int64)
    nobody = Groups((), few)
    terms = Terms(few, none, none, none, none, none, nobody)
    orders = FilledOrders(few, few.astype(np.bool_), few.astype(np.bool_), none, none, nobody)
    found = ledger_of(terms, orders, COSTS)
    assert (found.trades, found.days, found.net.total, found.turnover) == (0, 0, 0.0, 0.0)
    assert math.isnan(found.net.mean)
    assert (found.sides, found.exits, found.reductions) == ((), (), ())


def _amounts(found: Ledger) -> list[float]:
    rows = (found.gross, found.fees, found.funding, found.net, found.fees_by_order, found.net_by_order)
    return [value for row in rows for value in (row.total, row.mean, row.equal_pct, row.by_notional_pct)]


def close_list(values: list[float]) -> object:
    return pytest.approx(values, rel=1e-9, abs=1e-7)


def test_orders_of_trades_are_told_apart_by_their_place_an_exit_before_the_last_one_reduces() -> None:
    first = [
        FilledOrder(1, is_entry=True, amount=3.0, price=10.0, tag=""),
        FilledOrder(2, is_entry=False, amount=1.0, price=11.0, tag="TP1"),
        FilledOrder(3, is_entry=False, amount=2.0, price=12.0, tag="SL_HIT"),
    ]
    second = [
        FilledOrder(4, is_entry=True, amount=5.0, price=20.0, tag=""),
        FilledOrder(5, is_entry=False, amount=5.0, price=21.0, tag="TP1"),
    ]
    found = FilledOrders.of([first, second])
    assert found.trade.tolist() == [0, 0, 0, 1, 1]
    assert found.entry.tolist() == [True, False, False, True, False]
    assert found.reduction.tolist() == [False, True, False, False, False]
    assert found.amount.tolist() == [3.0, 1.0, 2.0, 5.0, 5.0]
    assert found.price.tolist() == [10.0, 11.0, 12.0, 20.0, 21.0]
    assert [found.code.names[code] for code in found.code.of] == ["", "TP1", "SL_HIT", "", "TP1"]
