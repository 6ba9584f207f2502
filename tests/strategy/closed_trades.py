"""Closed trades put into the bot's database, and the locks that it holds."""

from __future__ import annotations

from datetime import datetime, timedelta

from freqtrade.persistence import Order, PairLocks, Trade

from tests.strategy.rig import Bot


def closed_trade(closed_at: datetime, profit: float, reason: str, pair: str = "XRP/USDT:USDT") -> None:
    """Store a closed LONG of 1,000 USDT at 10 USDT a coin."""
    trade = Trade(
        pair=pair, stake_amount=100.0, max_stake_amount=100.0, amount=100.0, leverage=10.0, open_rate=10.0,
        fee_open=0.0005, fee_close=0.0005, is_short=False, exchange="binance", strategy="HHQStrategy",
        open_date=(closed_at - timedelta(hours=1)).replace(tzinfo=None),
        close_date=closed_at.replace(tzinfo=None), is_open=False, exit_reason=reason,
        close_profit_abs=profit, close_profit=profit / 100.0, close_rate=10.0 + profit / 100.0,
        fee_open_currency="USDT", fee_close_currency="USDT", contract_size=1.0, precision_mode=4,
        precision_mode_price=4, amount_precision=0.1, price_precision=0.0001,
    )  # fmt: skip
    for side, at in (("buy", trade.open_date), ("sell", trade.close_date)):
        trade.orders.append(
            Order(
                ft_order_side=side, ft_pair=pair, ft_is_open=False, order_id=f"{side}{closed_at}{pair}",
                status="closed", symbol=pair, order_type="market", side=side, price=10.0, average=10.0,
                amount=100.0, filled=100.0, remaining=0.0, cost=1000.0, order_date=at, order_filled_date=at,
                ft_amount=100.0, ft_price=10.0,
            )
        )  # fmt: skip
    Trade.session.add(trade)
    Trade.commit()


def locks(bot: Bot) -> list[tuple[str, str]]:
    return sorted((lock.pair, lock.reason.split(":")[0]) for lock in PairLocks.get_pair_locks(None, bot.now))


def lines(messages: list[str], word: str) -> list[str]:
    """The log lines that begin with a word."""
    return [text for text in messages if text.startswith(word)]
