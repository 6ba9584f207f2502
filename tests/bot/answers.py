"""Answers in the shape of Freqtrade 2026.9."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OPENED_MS = 1_760_000_000_000
BTC = "BTC/USDT:USDT"


def trade(trade_id: int, **changes: Any) -> dict[str, Any]:
    """An open trade as /status has it."""
    made: dict[str, Any] = {
        "trade_id": trade_id,
        "pair": BTC,
        "is_open": True,
        "is_short": False,
        "exchange": "binance",
        "strategy": "HHQStrategy",
        "enter_tag": "TRENDING 0123456789ab",
        "amount": 0.5,
        "amount_requested": 0.5,
        "stake_amount": 100.0,
        "leverage": 5.0,
        "open_timestamp": OPENED_MS + trade_id,
        "open_fill_timestamp": OPENED_MS + trade_id,
        "open_rate": 1000.0,
        "open_trade_value": 500.2,
        "realized_profit": 0.0,
        "nr_of_successful_entries": 1,
        "nr_of_successful_exits": 0,
        "has_open_orders": False,
        "orders": [],
        "current_rate": 1010.0,
        "total_profit_abs": 4.5,
        "a_field_of_tomorrow": {"any": "thing"},
    }
    return made | changes


def order(order_id: str, side: str, **changes: Any) -> dict[str, Any]:
    """One order of a trade."""
    made: dict[str, Any] = {
        "order_id": order_id, "pair": BTC, "status": "closed", "ft_order_side": side, "order_type": "market",
        "is_open": False, "amount": 0.5, "filled": 0.5, "remaining": 0.0, "safe_price": 1000.0, "cost": 100.0,
    }  # fmt: skip
    return made | changes


def closed(trade_id: int, **changes: Any) -> dict[str, Any]:
    """A closed trade as /trades has it."""
    end = {
        "is_open": False,
        "close_timestamp": OPENED_MS + 60_000 + trade_id,
        "close_rate": 1020.0,
        "close_profit": 0.08,
        "close_profit_abs": 8.0,
        "exit_reason": "TP_HIT",
    }
    return trade(trade_id) | end | changes


def page(*trades: dict[str, Any]) -> dict[str, Any]:
    """All closed trades in one page."""
    return {"trades": list(trades), "trades_count": len(trades), "offset": 0, "total_trades": len(trades)}


def locks(*found: dict[str, Any]) -> dict[str, Any]:
    """Answer of /locks."""
    return {"lock_count": len(found), "locks": list(found)}


def lock(lock_id: int, pair: str, reason: str, end_ms: int) -> dict[str, Any]:
    """A lock of both sides."""
    return {
        "id": lock_id, "active": True, "pair": pair, "side": "*", "reason": reason,
        "lock_timestamp": OPENED_MS, "lock_end_timestamp": end_ms,
    }  # fmt: skip


def candles(
    pair: str, opened_ms: int, digest: float | None, inputs: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """Answer of /pair_candles with the newest candle and the columns ``inputs``; without candles if the time is 0."""
    more = inputs or {}
    data = [["2025-10-09", 1.0, digest, *more.values()]] if opened_ms else []
    return {
        "pair": pair, "timeframe": "5m", "timeframe_ms": 300_000, "strategy": "HHQStrategy",
        "columns": ["date", "close", "hhq_digest", *more], "data": data, "length": len(data),
        "last_analyzed_ts": 0, "data_stop_ts": opened_ms,
    }  # fmt: skip


def of_a_quiet_bot() -> dict[str, Any]:
    """A running bot without trades, by call."""
    return {
        "GET ping": {"status": "pong"},
        "GET version": {"version": "2026.9"},
        "GET show_config": {
            "version": "2026.9", "api_version": 2.5, "bot_name": "hhq", "state": "running", "runmode": "dry_run",
            "dry_run": True, "exchange": "binance", "trading_mode": "futures", "margin_mode": "isolated",
            "stake_currency": "USDT", "stake_amount": "unlimited", "max_open_trades": 15, "stoploss_on_exchange": False,
            "force_entry_enable": False,
        },
        "GET status": [],
        "GET trades": page(),
        "GET profit": {
            "profit_closed_coin": 0.0, "profit_closed_ratio": 0.0, "profit_all_coin": 0.0, "profit_all_ratio": 0.0,
            "trade_count": 0, "closed_trade_count": 0, "winning_trades": 0, "losing_trades": 0, "winrate": 0.0,
            "profit_factor": None, "expectancy": 0.0, "max_drawdown": 0.0, "max_drawdown_abs": 0.0,
            "current_drawdown": 0.0, "current_drawdown_abs": 0.0, "bot_start_timestamp": OPENED_MS,
        },
        "GET balance": {
            "currencies": [], "total": 10_000.0, "total_bot": 9_900.0, "stake": "USDT", "starting_capital": 10_000.0,
            "starting_capital_ratio": 0.0,
        },
        "GET whitelist": {"whitelist": [BTC, "ETH/USDT:USDT"], "method": ["RemotePairList"]},
        "GET blacklist": {"blacklist": [], "blacklist_expanded": [], "errors": {}},
        "GET locks": locks(),
    }  # fmt: skip
