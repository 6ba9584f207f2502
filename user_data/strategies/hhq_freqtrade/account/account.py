"""The account as the core sees it: equity, open positions, closed trades; the same in every mode."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable
from datetime import datetime

from freqtrade.persistence import LocalTrade, Trade

from hhq.equity import EquityPeak, Transfers, account_equity
from hhq.sizing import AccountView
from hhq_freqtrade.account.bot_wallet import BotWallet
from hhq_freqtrade.account.closed_trades import ClosedTrades
from hhq_freqtrade.account.prices import LastPrices
from hhq_freqtrade.account.trade_identity import side_of
from hhq_freqtrade.analysis.context import BotContext
from hhq_freqtrade.attached import Attached

logger = logging.getLogger("hhq.guard")


def open_trades() -> list[LocalTrade]:
    """Return all open trades, including those that wait for their first fill."""
    return list(Trade.get_trades_proxy(is_open=True))


def unrealised_profit(trade: LocalTrade, rate: float, *, booked: bool) -> float:
    """Return what closing the trade at ``rate`` would add to the wallet, in USDT, after fees and funding.

    ``booked``: a real exchange has already charged the entry's fee and settled the funding; Freqtrade's simulated
    wallet books both at the close.
    """
    if trade.amount <= 0:
        return 0.0
    side = side_of(trade)
    amount = float(trade.amount)
    profit = side * (rate - trade.open_rate) * amount - rate * amount * (trade.fee_close or 0.0)
    if not booked:
        profit += (trade.funding_fee_running or 0.0) - trade.open_rate * amount * trade.fee_open
    return float(profit)


class Account:
    """Equity, its peak over the last days, and the view of the account by which entries are sized."""

    def __init__(
        self, context: BotContext, freqtrade: Attached, prices: LastPrices, closed: ClosedTrades
    ) -> None:
        self._settings = context.settings
        self._live = context.live
        self._wallet = BotWallet(context, freqtrade)
        self._prices = prices
        self._closed = closed
        self._told_unknown = False
        self.peak = EquityPeak()
        self.transfers = Transfers()

    def equity(self, now: datetime) -> float:
        """Return wallet + unrealised profit of the open trades at ``now``, in USDT; NaN while the wallet is not known."""
        return self._equity(open_trades(), now)

    def observe(self, now: datetime) -> float:
        """Count the equity at ``now`` into the peak, and return that of one unit: transfers do not change it."""
        trades = open_trades()
        equity = self._equity(trades, now)
        if self._live:
            self._tell_unknown(equity)
            self._observe_transfers(trades, equity)
        of_unit = self.transfers.of_unit(equity)
        days = self._settings.current.sizing.peak_days
        self.peak = self.peak.observed(int(now.timestamp() * 1000), of_unit, peak_days=days)
        return of_unit

    def restore(self, peak: EquityPeak, transfers: Transfers | None = None) -> None:
        """Restore the peak and the transfers that the last run stored."""
        self.peak = peak
        self.transfers = transfers or Transfers()

    def view(self, now: datetime) -> AccountView:
        """Return the view of the account by which an entry at ``now`` is sized."""
        trades = open_trades()
        margin, long_notional, short_notional = margin_and_notional(trades)
        return AccountView(
            equity=self._equity(trades, now),
            peak_equity=self.peak.value * self.transfers.units,
            open_margin=margin,
            long_notional=long_notional,
            short_notional=short_notional,
            closed_trades=tuple(self._closed.records[-self._settings.current.sizing.recent_trades :]),
        )

    def _equity(self, trades: Iterable[LocalTrade], now: datetime) -> float:
        booked = self._wallet.booked
        unrealised = sum(
            unrealised_profit(trade, self._prices.of(trade, now), booked=booked) for trade in trades
        )
        return account_equity(wallet_balance=self._wallet.balance(), unrealised_profit=unrealised)

    def _observe_transfers(self, trades: Iterable[LocalTrade], equity: float) -> None:
        self.transfers, moved = self.transfers.observed(
            equity=equity,
            capital=self._wallet.capital(trades),
            smallest_pct=self._settings.current.sizing.transfer_pct,
        )
        coin = self._wallet.currency
        if moved > 0.0:
            logger.info("TRANSFER: deposit of %.2f %s, equity now %.2f", moved, coin, equity)
        elif moved < 0.0:
            logger.info("TRANSFER: withdrawal of %.2f %s, equity now %.2f", -moved, coin, equity)

    def _tell_unknown(self, equity: float) -> None:
        unknown = math.isnan(equity)
        if unknown and not self._told_unknown:
            logger.warning(
                "EQUITY: unknown, the wallet holds no %s: nothing is entered", self._wallet.currency
            )
        elif self._told_unknown and not unknown:
            logger.info("EQUITY: known again, %.2f %s", equity, self._wallet.currency)
        self._told_unknown = unknown


def margin_and_notional(trades: Iterable[LocalTrade]) -> tuple[float, float, float]:
    """Return margin, LONG notional and SHORT notional of open positions and unfilled entry orders, in USDT."""
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
    """Return the margin of a position, or of its unfilled order as the exchange holds it.

    Until the first fill, a running bot's trade has the requested stake, and not what remains of it once the amount is
    rounded down to the exchange's step.
    """
    if trade.has_open_position:
        return float(trade.stake_amount)
    waiting = [order for order in trade.open_orders if order.ft_order_side == trade.entry_side]
    return float(sum(order.stake_amount for order in waiting)) or float(trade.stake_amount)
