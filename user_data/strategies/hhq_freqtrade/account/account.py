"""The account as the core reads it: equity, open positions, closed trades; the same way in every mode."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from freqtrade.persistence import LocalTrade, Trade
from freqtrade.wallets import Wallets

from hhq.equity import EquityPeak, account_equity

Rate = Callable[[LocalTrade], float]
"""The last price known of an open trade's pair."""


def open_trades() -> list[LocalTrade]:
    """Return all open trades, those that wait for their first fill included."""
    return list(Trade.get_trades_proxy(is_open=True))


def unrealised_profit(trade: LocalTrade, rate: float, *, booked: bool) -> float:
    """Return what closing the trade at ``rate`` would add to the wallet, in USDT, after fees and funding.

    ``booked``: an exchange has taken the entry's fee and paid the funding already; Freqtrade's simulated wallet
    gets both at the close.
    """
    if trade.amount <= 0:
        return 0.0
    side = -1.0 if trade.is_short else 1.0
    amount = float(trade.amount)
    profit = side * (rate - trade.open_rate) * amount - rate * amount * (trade.fee_close or 0.0)
    if not booked:
        profit += (trade.funding_fee_running or 0.0) - trade.open_rate * amount * trade.fee_open
    return float(profit)


class Account:
    """Equity and its peak of the last days."""

    def __init__(self, wallets: Wallets, stake_currency: str, peak_days: int, *, booked: bool) -> None:
        self._wallets = wallets
        self._currency = stake_currency
        self._peak_days = peak_days
        self._booked = booked
        self.peak = EquityPeak()

    def equity(self, rate: Rate, trades: Iterable[LocalTrade]) -> float:
        """Return wallet + unrealised profit of the open trades, in USDT."""
        unrealised = sum(unrealised_profit(trade, rate(trade), booked=self._booked) for trade in trades)
        return account_equity(
            wallet_balance=self._wallets.get_total(self._currency), unrealised_profit=unrealised
        )

    def observe(self, now: datetime, equity: float) -> None:
        """Take an equity into the peak."""
        self.peak = self.peak.observed(int(now.timestamp() * 1000), equity, peak_days=self._peak_days)


def margin_and_notional(trades: Iterable[LocalTrade]) -> tuple[float, float, float]:
    """Return margin, LONG notional and SHORT notional of open positions and waiting entry orders, in USDT."""
    margin = long_notional = short_notional = 0.0
    for trade in trades:
        stake = _margin(trade)
        margin += stake
        if trade.is_short:
            short_notional += stake * trade.leverage
        else:
            long_notional += stake * trade.leverage
    return margin, long_notional, short_notional


def _margin(trade: LocalTrade) -> float:
    """Return the margin of a position, or of its waiting order as the exchange holds it.

    Until the first fill a running bot's trade has the stake that was asked for, not what is left of it once the amount
    is cut to the exchange's step.
    """
    if trade.has_open_position:
        return float(trade.stake_amount)
    waiting = [order for order in trade.open_orders if order.ft_order_side == trade.entry_side]
    return float(sum(order.stake_amount for order in waiting)) or float(trade.stake_amount)
