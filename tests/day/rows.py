"""Rows of a bot's database, made for tests of the judgements."""

from __future__ import annotations

from typing import Any

from tests.endurance.snapshot import REASON_KEY, Row, Snapshot

BTC, ETH = "BTC/USDT:USDT", "ETH/USDT:USDT"
NOON = "2026-12-01 12:00:00.000000"


def order(side: str, amount: float, tag: str = "", trade: int = 1) -> Row:
    return {
        "ft_trade_id": trade, "ft_order_side": side, "ft_order_tag": tag, "filled": amount, "average": 100.0,
        "price": 100.0, "ft_is_open": False,
    }  # fmt: skip


def trade(number: int, **changes: Any) -> Row:
    made = {
        "id": number, "pair": BTC, "is_open": True, "is_short": False, "amount": 2.0, "fee_open": 0.0005,
        "fee_close": 0.0005, "open_date": "2026-12-01 10:00:00.123456", "close_date": None, "close_profit_abs": None,
        "close_profit": None, "exit_reason": None,
    }  # fmt: skip
    return {**made, **changes}


def closed(number: int, close_date: str, net: float, **changes: Any) -> Row:
    return trade(
        number, is_open=False, close_date=close_date, close_profit_abs=net, close_profit=net / 20.0, **changes
    )


def snapshot(*trades: Row, locks: tuple[Row, ...] = (), orders: tuple[Row, ...] = ()) -> Snapshot:
    entries = [order("buy", each["amount"], trade=each["id"]) for each in trades]
    reasons = {(each["id"], REASON_KEY): "SL_HIT" for each in trades if not each["is_open"]}
    return Snapshot(
        {each["id"]: each for each in trades},
        [*entries, *orders],
        reasons,
        dict(enumerate(locks, 1)),
        {},
        [],
    )
