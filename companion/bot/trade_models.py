"""Freqtrade's answers about trades and their orders; units as in :mod:`companion.bot.models`."""

from __future__ import annotations

from typing import Literal, TypeAlias

from companion.bot.models import Answer

_DECIMAL_PLACES, _TICK_SIZE = 2, 4
"""Meanings of ``precision_mode``, as ccxt numbers them."""

OrderType: TypeAlias = Literal["limit", "market"]


class Order(Answer):
    """One order of a trade."""

    order_id: str
    pair: str
    status: str
    ft_order_side: str
    order_type: str
    is_open: bool
    amount: float
    filled: float | None = None
    remaining: float | None = None
    safe_price: float
    cost: float
    order_timestamp: int | None = None
    order_filled_timestamp: int | None = None
    ft_order_tag: str | None = None


class Trade(Answer):
    """What open and closed trades have in common."""

    trade_id: int
    pair: str
    is_open: bool
    is_short: bool
    exchange: str
    strategy: str
    enter_tag: str | None = None
    amount: float
    amount_requested: float
    stake_amount: float
    leverage: float | None = None
    open_timestamp: int
    open_fill_timestamp: int | None
    open_rate: float
    open_trade_value: float
    close_timestamp: int | None = None
    close_rate: float | None = None
    close_profit: float | None = None
    close_profit_abs: float | None = None
    realized_profit: float
    exit_reason: str | None = None
    stop_loss_abs: float | None = None
    stop_loss_ratio: float | None = None
    initial_stop_loss_abs: float | None = None
    min_rate: float | None = None
    max_rate: float | None = None
    liquidation_price: float | None = None
    funding_fees: float | None = None
    fee_open: float | None = None
    fee_open_cost: float | None = None
    fee_close: float | None = None
    fee_close_cost: float | None = None
    amount_precision: float | None = None
    precision_mode: int | None = None
    nr_of_successful_entries: int
    nr_of_successful_exits: int
    has_open_orders: bool
    orders: tuple[Order, ...]

    @property
    def side(self) -> int:
        """+1 long, −1 short."""
        return -1 if self.is_short else 1

    @property
    def exit_side(self) -> str:
        """``ft_order_side`` of the orders that close it."""
        return "buy" if self.is_short else "sell"

    @property
    def amount_step(self) -> float | None:
        """Coins by which an order's amount can differ from another's; None where the bot does not say."""
        if self.amount_precision is None:
            return None
        if self.precision_mode == _DECIMAL_PLACES:
            return float(10.0**-self.amount_precision)
        return self.amount_precision if self.precision_mode == _TICK_SIZE else None


class OpenTrade(Trade):
    """A trade of /status: a position, or an entry order still pending (``amount`` 0)."""

    current_rate: float | None
    profit_ratio: float | None = None
    profit_abs: float | None = None
    total_profit_abs: float | None
    total_profit_ratio: float | None = None
    stoploss_current_dist_ratio: float | None = None


class ClosedTradeAnswer(Trade):
    """A trade of /trades."""

    close_timestamp: int
    close_rate: float
    close_profit: float
    close_profit_abs: float


class TradePage(Answer):
    """A page of /trades: closed trades only."""

    trades: tuple[ClosedTradeAnswer, ...]
    trades_count: int
    offset: int
    total_trades: int
