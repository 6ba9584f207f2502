"""What closed trades cost and earned: sums, expectancy, and where the money went, side by side and code by code."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hhq.arrays import FloatArray
from hhq.costs import Costs
from hhq.evidence.booked import FilledOrders, Parts, Terms, reductions_of, trades_of
from hhq.evidence.groups import Groups
from hhq.evidence.interval import Mean, mean_by_days

QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Amount:
    """One kind of money over all trades: what it adds to the result, so fees are negative.

    ``total`` and ``mean`` (a trade) in USDT; ``equal_pct``: mean of the trades' % of their entry's notional;
    ``by_notional_pct``: the total in % of the notional of all entries. NaN without trades.
    """

    total: float
    mean: float
    equal_pct: float
    by_notional_pct: float


@dataclass(frozen=True, slots=True)
class Expectancy:
    """Means in % of the entry's notional a trade, with intervals by days: each trade alike, and by notional."""

    equal: Mean
    by_notional: Mean


@dataclass(frozen=True, slots=True)
class Weighted:
    """One figure with each trade alike, and with each weighted by its notional."""

    equal: float
    by_notional: float


@dataclass(frozen=True, slots=True)
class Group:
    """Some trades, or parts of trades: how many, the share that is above 0, and their ``net``."""

    name: str
    count: int
    won: float
    net: Amount


@dataclass(frozen=True, slots=True)
class Ledger:
    """Closed trades added up. ``entered``, ``turnover``: notional of the entries, and of entries and exits, in USDT.

    ``fees`` as they were charged, ``fees_by_order`` by order type; ``break_even_side_pct``: the fee of every order at
    which gross and funding come to 0, negative where they are a loss; ``fee_side_pct`` and ``fee_side_by_order_pct``:
    what an order paid. ``leverage``: least, quarter, median, quarter, most.
    """

    trades: int
    days: int
    won: float
    entered: float
    turnover: float
    gross: Amount
    fees: Amount
    funding: Amount
    net: Amount
    fees_by_order: Amount
    net_by_order: Amount
    expected_gross: Expectancy
    expected_net: Expectancy
    expected_net_by_order: Expectancy
    break_even_side_pct: Weighted
    fee_side_pct: Weighted
    fee_side_by_order_pct: Weighted
    leverage: tuple[float, ...]
    sides: tuple[Group, ...]
    exits: tuple[Group, ...]
    reductions: tuple[Group, ...]


def ledger_of(terms: Terms, orders: FilledOrders, costs: Costs) -> Ledger:
    """Return the ledger of closed trades and their filled orders; ``costs``: the fees by order type."""
    trades = trades_of(terms, orders, costs)
    sides = Groups(("LONG", "SHORT"), np.where(terms.side > 0.0, 0, 1))
    return Ledger(
        trades=trades.count,
        days=int(np.unique(trades.day).size),
        won=_share_above_0(trades.net),
        entered=float(trades.entered.sum()),
        turnover=float(trades.turnover.sum()),
        gross=amount_of(trades.gross, trades.entered),
        fees=amount_of(-trades.fees, trades.entered),
        funding=amount_of(trades.funding, trades.entered),
        net=amount_of(trades.net, trades.entered),
        fees_by_order=amount_of(-trades.fees_by_order, trades.entered),
        net_by_order=amount_of(trades.net_by_order, trades.entered),
        expected_gross=_expectancy(trades.gross, trades),
        expected_net=_expectancy(trades.net, trades),
        expected_net_by_order=_expectancy(trades.net_by_order, trades),
        break_even_side_pct=_a_side(trades.gross + trades.funding, trades),
        fee_side_pct=_a_side(trades.fees, trades),
        fee_side_by_order_pct=_a_side(trades.fees_by_order, trades),
        leverage=_quarters(terms.leverage),
        sides=_groups(trades, sides),
        exits=_groups(trades, terms.code),
        reductions=_groups(*reductions_of(terms, orders, costs)),
    )


def amount_of(money: FloatArray, entered: FloatArray) -> Amount:
    """Return the amount of ``money`` float64 (k,), of trades that entered so much notional, float64 (k,)."""
    if not money.size:
        return Amount(0.0, math.nan, math.nan, math.nan)
    total = float(money.sum())
    share = float((money / entered).mean())
    return Amount(total, total / money.size, share * 100.0, total / float(entered.sum()) * 100.0)


def _expectancy(money: FloatArray, trades: Parts) -> Expectancy:
    values = money / trades.entered * 100.0
    return Expectancy(
        mean_by_days(values, trades.day), mean_by_days(values, trades.day, weights=trades.entered)
    )


def _a_side(money: FloatArray, trades: Parts) -> Weighted:
    """Return ``money`` in % of the orders' notional; with each trade alike: a ratio of means of shares of the entry."""
    if not money.size:
        return Weighted(math.nan, math.nan)
    equal = float((money / trades.entered).sum() / (trades.turnover / trades.entered).sum())
    return Weighted(equal * 100.0, float(money.sum() / trades.turnover.sum()) * 100.0)


def _groups(parts: Parts, groups: Groups) -> tuple[Group, ...]:
    """Return a row for each group that holds any, in the order of their names."""
    rows = []
    for place, name in enumerate(groups.names):
        chosen = parts.only(groups.of == place)
        if chosen.count:
            net = amount_of(chosen.net, chosen.entered)
            rows.append(Group(name, chosen.count, _share_above_0(chosen.net), net))
    return tuple(rows)


def _quarters(values: FloatArray) -> tuple[float, ...]:
    if not values.size:
        return (math.nan,) * len(QUARTERS)
    return tuple(float(value) for value in np.quantile(values, QUARTERS))


def _share_above_0(money: FloatArray) -> float:
    return float((money > 0.0).mean()) if money.size else math.nan
