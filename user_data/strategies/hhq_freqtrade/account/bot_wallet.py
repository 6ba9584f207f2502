"""The bot's wallet: the coin that it is kept in, what it holds, and how much of that trades have not earned."""

from __future__ import annotations

import math
from collections.abc import Iterable

from freqtrade.enums import RunMode
from freqtrade.persistence import LocalTrade, Trade

from hhq_freqtrade.analysis.context import BotContext
from hhq_freqtrade.attached import Attached


class BotWallet:
    """Freqtrade's wallet of the coin in which positions are settled.

    ``booked``: a real exchange charges the entry's fee and settles funding at once; Freqtrade's simulated wallet books
    both at the close.
    """

    def __init__(self, context: BotContext, freqtrade: Attached) -> None:
        self._config = context.config
        self._freqtrade = freqtrade
        self.booked = context.config.get("runmode") == RunMode.LIVE

    @property
    def currency(self) -> str:
        """The coin: Freqtrade's proxy coin where it uses one (BNFCR or BFUSD, cross margin), else the stake currency."""
        exchange = self._freqtrade.dp._exchange
        if exchange is None:
            raise RuntimeError("the account was asked before Freqtrade's exchange was there")
        return str(exchange.get_proxy_coin())

    def balance(self) -> float:
        """Return what the wallet holds, without unrealised profit; 0 where Freqtrade knows of no such wallet."""
        wallets = self._freqtrade.wallets
        if wallets is None:
            raise RuntimeError("the account was asked before Freqtrade's wallets were there")
        return float(wallets.get_total(self.currency))

    def capital(self, trades: Iterable[LocalTrade]) -> float:
        """Return what the wallet would hold if no trade had earned or cost anything; NaN where it is not known.

        Only deposits and withdrawals change it, and what Freqtrade does not know of. ``trades``: all open ones.
        """
        if not self.booked:
            start = self._config["dry_run_wallet"]
            return float(start.get(self.currency, math.nan) if isinstance(start, dict) else start)
        results = Trade.get_total_closed_profit() + sum(booked_result(trade) for trade in trades)
        return self.balance() - float(results)


def booked_result(trade: LocalTrade) -> float:
    """Return what an open trade has changed in an exchange's wallet: closed parts, the entry's fee, settled funding."""
    entry_fee = trade.open_rate * trade.amount * trade.fee_open
    return float((trade.realized_profit or 0.0) - entry_fee + _funding_of_open_part(trade))


def _funding_of_open_part(trade: LocalTrade) -> float:
    """Return the funding since the last closed part, whose profit holds all funding before it."""
    funding = 0.0
    for order in trade.orders:
        if not order.ft_is_open and order.filled:
            funding = 0.0 if order.ft_order_side == trade.exit_side else funding + (order.funding_fee or 0.0)
    return funding + (trade.funding_fee_running or 0.0)
