"""Closed trades as an account booked them, added up from their filled orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from hhq.arrays import BoolArray, FloatArray, IntArray
from hhq.costs import Costs
from hhq.evidence.groups import Groups


@dataclass(frozen=True, slots=True)
class Terms:
    """What is known of k trades beside their orders.

    ``day`` of the first fill, in days since 1970 UTC, int64 (k,); float64 (k,): ``side`` +1 or −1, ``leverage``, the fees
    ``entry_fee_pct`` and ``exit_fee_pct`` in % of an order's notional, ``funding`` received in USDT; ``code``: the
    close reason.
    """

    day: IntArray
    side: FloatArray
    leverage: FloatArray
    entry_fee_pct: FloatArray
    exit_fee_pct: FloatArray
    funding: FloatArray
    code: Groups

    @property
    def count(self) -> int:
        """How many trades these are."""
        return int(self.day.size)


class FilledOrder(NamedTuple):
    """A filled order of a trade: time in ms UTC, amount in coins, price in USDT, Freqtrade's tag (the code of an exit)."""

    time_ms: int
    is_entry: bool
    amount: float
    price: float
    tag: str


@dataclass(frozen=True, slots=True)
class FilledOrders:
    """n filled orders of the trades, at least one entry in each: ``trade`` int64 (n,), the place of its trade.

    ``entry`` and ``reduction`` bool (n,): a reduction takes off a part, what is neither of both closes its trade.
    ``amount`` in coins, ``price`` in USDT; ``code``: the reason of the order.
    """

    trade: IntArray
    entry: BoolArray
    reduction: BoolArray
    amount: FloatArray
    price: FloatArray
    code: Groups

    @classmethod
    def of(cls, trades: Sequence[Sequence[FilledOrder]]) -> Self:
        """Return the orders of closed trades, each trade's in the order of time: an exit before the last one reduces."""
        rows = [
            (place, order, not order.is_entry and number < len(orders) - 1)
            for place, orders in enumerate(trades)
            for number, order in enumerate(orders)
        ]
        every = [order for _, order, _ in rows]
        return cls(
            trade=np.array([place for place, _, _ in rows], dtype=np.int64),
            entry=np.array([order.is_entry for order in every], dtype=np.bool_),
            reduction=np.array([reduction for _, _, reduction in rows], dtype=np.bool_),
            amount=np.array([order.amount for order in every], dtype=np.float64),
            price=np.array([order.price for order in every], dtype=np.float64),
            code=Groups.named([order.tag for order in every]),
        )


@dataclass(frozen=True, slots=True)
class Parts:
    """What k trades, or parts of trades, came to; float64 (k,), USDT unless they say otherwise.

    ``entered``: notional at the entry price, ``turnover``: that of entry and exit. ``fees`` and ``fees_by_order`` are
    costs (≥ 0): as they were charged, and by order type. ``funding`` is what was received.
    """

    day: IntArray
    entered: FloatArray
    turnover: FloatArray
    gross: FloatArray
    fees: FloatArray
    fees_by_order: FloatArray
    funding: FloatArray

    @property
    def count(self) -> int:
        """How many these are."""
        return int(self.day.size)

    @property
    def net(self) -> FloatArray:
        """Gross less the fees that were charged, with funding."""
        return np.asarray(self.gross - self.fees + self.funding)

    @property
    def net_by_order(self) -> FloatArray:
        """Gross less the fees by order type, with funding."""
        return np.asarray(self.gross - self.fees_by_order + self.funding)

    def only(self, chosen: BoolArray) -> Parts:
        """Return the chosen ones."""
        return Parts(*(getattr(self, name)[chosen] for name in Parts.__slots__))


def trades_of(terms: Terms, orders: FilledOrders, costs: Costs) -> Parts:
    """Return the trades of all their orders together; ``costs``: the fees by order type."""
    notional = orders.amount * orders.price
    entered = _by_trade(terms, orders, notional * orders.entry)
    left = _by_trade(terms, orders, notional * ~orders.entry)
    return Parts(
        day=terms.day,
        entered=entered,
        turnover=entered + left,
        gross=terms.side * (left - entered),
        fees=(terms.entry_fee_pct * entered + terms.exit_fee_pct * left) / 100.0,
        fees_by_order=_fees_by_order(entered, left, costs),
        funding=terms.funding,
    )


def reductions_of(terms: Terms, orders: FilledOrders, costs: Costs) -> tuple[Parts, Groups]:
    """Return the parts that reductions took off, against the average price of their trade's entries, and their codes.

    Each bears the entry's fee of its own amount; funding is not divided among parts: theirs is 0.
    """
    average = _by_trade(terms, orders, orders.amount * orders.price * orders.entry) / _by_trade(
        terms, orders, orders.amount * orders.entry
    )
    taken = np.flatnonzero(orders.reduction)
    trade, amount = orders.trade[taken], orders.amount[taken]
    entered, left = amount * average[trade], amount * orders.price[taken]
    parts = Parts(
        day=terms.day[trade],
        entered=entered,
        turnover=entered + left,
        gross=terms.side[trade] * (left - entered),
        fees=(terms.entry_fee_pct[trade] * entered + terms.exit_fee_pct[trade] * left) / 100.0,
        fees_by_order=_fees_by_order(entered, left, costs),
        funding=np.zeros(taken.size),
    )
    return parts, Groups(orders.code.names, orders.code.of[taken])


def _fees_by_order(entered: FloatArray, left: FloatArray, costs: Costs) -> FloatArray:
    return np.asarray((costs.maker_fee_pct * entered + costs.taker_fee_pct * left) / 100.0)


def _by_trade(terms: Terms, orders: FilledOrders, values: FloatArray) -> FloatArray:
    return np.asarray(np.bincount(orders.trade, values, minlength=terms.count), dtype=np.float64)
