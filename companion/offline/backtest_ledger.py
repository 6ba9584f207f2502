"""The ledger of an exported backtest, and whether it adds up to what Freqtrade booked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from companion.offline.backtest_export import BacktestExport, BacktestTrade
from companion.offline.double_funding import DoubleFunding, Payments, counted_twice, double_funding
from hhq.costs import Costs
from hhq.evidence.booked import FilledOrders, Terms, trades_of
from hhq.evidence.groups import Groups
from hhq.evidence.ledger import Ledger, ledger_of

_HALF_A_CENT = 0.005
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Check:
    """Whether the trades' orders add up to Freqtrade's absolute profit: both in USDT, with Freqtrade's own funding.

    ``differing``: trades whose orders come to another result than Freqtrade booked for them.
    """

    by_orders: float
    by_freqtrade: float
    differing: int

    @property
    def agrees(self) -> bool:
        """Whether they agree to the cent."""
        return self.differing == 0 and abs(self.by_orders - self.by_freqtrade) < _HALF_A_CENT


@dataclass(frozen=True, slots=True)
class BacktestLedger:
    """The ledger with each payment of funding counted once, what was counted twice, and the check."""

    ledger: Ledger
    double: DoubleFunding
    check: Check


def ledger_of_export(
    export: BacktestExport, payments: Callable[[str], Payments], costs: Costs
) -> BacktestLedger:
    """Return the ledger of a backtest; ``payments`` gives a pair's funding, ``costs`` the fees by order type.

    Raises MarketDataError for a damaged file of the data folder, ValueError for a trade without an entry.
    """
    trades = export.trades
    twice = np.array([counted_twice(trade, payments(trade.pair)) for trade in trades])
    terms, orders = _terms(trades, twice), FilledOrders.of([trade.fills for trade in trades])
    by_orders = trades_of(terms, orders, costs).net + twice
    booked = np.array([trade.profit for trade in trades])
    differing = int((np.abs(by_orders - booked) >= _HALF_A_CENT).sum())
    check = Check(float(by_orders.sum()), export.profit, differing)
    return BacktestLedger(ledger_of(terms, orders, costs), double_funding(trades, payments), check)


def _terms(trades: Sequence[BacktestTrade], twice: np.ndarray) -> Terms:
    for trade in trades:
        if not any(fill.is_entry for fill in trade.fills):
            raise ValueError(f"a trade of {trade.pair} has no filled entry")
    return Terms(
        day=np.array([trade.fills[0].time_ms // _DAY_MS for trade in trades], dtype=np.int64),
        side=np.array([trade.side for trade in trades], dtype=np.float64),
        leverage=np.array([trade.leverage for trade in trades], dtype=np.float64),
        entry_fee_pct=np.array([trade.entry_fee_pct for trade in trades]),
        exit_fee_pct=np.array([trade.exit_fee_pct for trade in trades]),
        funding=np.array([trade.funding for trade in trades]) - twice,
        code=Groups.named([trade.code for trade in trades]),
    )
