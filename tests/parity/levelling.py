"""Brings the bot level with the backtest, so that one difference is not the cause of the next."""

from __future__ import annotations

from freqtrade.persistence import Order, Trade

from tests.parity.agreement import RESULT, TradeRecord
from tests.parity.both_runs import Bot


def take_out(bot: Bot, trade: Trade) -> None:
    """Delete a trade that the backtest does not have."""
    bot.strategy.run.book.drop(trade)
    trade.delete()
    Trade.commit()
    bot.freqtrade.wallets.update()


def give_result(bot: Bot, trade: Trade, theirs: TradeRecord) -> None:
    """Give a closed trade the result that the backtest has; close one that is still open."""
    for name in RESULT:
        setattr(trade, name, theirs.values[name])
    if trade.is_open:
        for order in trade.open_orders:
            order.ft_is_open = False
        trade.is_open = False
        trade.close_date = bot.freqtrade.last_process.replace(tzinfo=None)
        bot.strategy.run.book.drop(trade)
    Trade.commit()
    bot.freqtrade.wallets.update()


def give_entry(bot: Bot, trade: Trade, theirs: TradeRecord) -> None:
    """Give an open trade the amount and the price of the backtest's entry."""
    (order,) = [order for order in trade.orders if order.ft_order_side == trade.entry_side]
    order.amount = order.ft_amount = order.filled = theirs.amount
    order.price = order.average = order.ft_price = theirs.entry_price
    order.cost = theirs.amount * theirs.entry_price
    trade.open_rate = trade.open_rate_requested = theirs.entry_price
    trade.recalc_trade_from_orders()
    Trade.commit()
    bot.freqtrade.wallets.update()


def put_in(bot: Bot, theirs: TradeRecord) -> None:
    """Add a closed trade that only the backtest has, so that guards, sizes and the wallet know it."""
    now = bot.freqtrade.last_process
    values = {**theirs.values, "open_date": theirs.values["open_date"].replace(tzinfo=None)}
    trade = Trade(pair=theirs.pair, exchange="binance", is_open=False, **values)
    trade.close_date = now.replace(tzinfo=None)
    trade.orders.append(
        Order(
            ft_order_side=trade.entry_side, ft_pair=theirs.pair, ft_is_open=False, ft_amount=theirs.amount,
            ft_price=theirs.entry_price, order_id=f"backtest-{theirs.pair}-{theirs.filled}", status="closed",
            symbol=theirs.pair, order_type="limit", side=trade.entry_side, price=theirs.entry_price,
            average=theirs.entry_price, amount=theirs.amount, filled=theirs.amount, remaining=0.0,
            cost=theirs.amount * theirs.entry_price, order_date=values["open_date"],
            order_filled_date=values["open_date"],
        )
    )  # fmt: skip
    Trade.session.add(trade)
    Trade.commit()
    bot.freqtrade.wallets.update()
