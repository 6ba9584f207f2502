"""States of a bot, made as Freqtrade's answers are read."""

from __future__ import annotations

from typing import Any

from companion.bot.state import BotState
from companion.bot.trade_models import ClosedTradeAnswer, OpenTrade


def order(number: int, tag: str | None = None, filled: float = 1.0) -> dict[str, Any]:
    """An order of a trade; with ``filled`` 0 it is still waiting."""
    return {
        "order_id": f"o{number}", "pair": "BTC/USDT:USDT", "status": "closed", "ft_order_side": "sell",
        "order_type": "market", "is_open": filled == 0, "amount": 1.0, "filled": filled, "safe_price": 99.0,
        "cost": 99.0, "order_filled_timestamp": 5, "ft_order_tag": tag,
    }  # fmt: skip


def _trade(number: int, **values: Any) -> dict[str, Any]:
    return {
        "trade_id": number, "pair": "BTC/USDT:USDT", "is_open": True, "is_short": False, "exchange": "binance",
        "strategy": "HHQStrategy", "amount": 1.0, "amount_requested": 1.0, "stake_amount": 10.0, "leverage": 10.0,
        "open_timestamp": 1, "open_fill_timestamp": 2, "open_rate": 100.0, "open_trade_value": 100.0,
        "realized_profit": 0.0, "nr_of_successful_entries": 1, "nr_of_successful_exits": 0,
        "has_open_orders": False, "orders": [], **values,
    }  # fmt: skip


def position(number: int, **values: Any) -> OpenTrade:
    """An open trade."""
    return OpenTrade.model_validate(
        {"current_rate": 101.0, "total_profit_abs": 1.0, **_trade(number), **values}
    )


def closed(number: int, at: int, **values: Any) -> ClosedTradeAnswer:
    """A closed trade."""
    ending = {"close_timestamp": at, "close_rate": 99.0, "close_profit": -0.1, "close_profit_abs": -1.0}
    return ClosedTradeAnswer.model_validate({**_trade(number, is_open=False), **ending, **values})


def state(
    positions: tuple[OpenTrade, ...] = (), recent: tuple[ClosedTradeAnswer, ...] = (), asked_ms: int = 1
) -> BotState:
    """A state of a bot that has answered."""
    return BotState("hhq", "http://bot", positions=positions, recent=recent, asked_ms=asked_ms)
