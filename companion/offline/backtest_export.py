"""A backtest as Freqtrade exports it: its trades with their filled orders, and its own result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from hhq.evidence.booked import FilledOrder


@dataclass(frozen=True, slots=True)
class BacktestTrade:
    """A closed trade: ``side`` +1 long, −1 short; money in USDT, fees in % of an order's notional."""

    pair: str
    side: int
    leverage: float
    fills: tuple[FilledOrder, ...]
    entry_fee_pct: float
    exit_fee_pct: float
    funding: float
    profit: float
    code: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> BacktestTrade:
        """The trade of one exported row. Raises KeyError, TypeError or ValueError for one that it cannot read."""
        fills = sorted(
            (_fill(order) for order in row["orders"] if order["order_filled_timestamp"] is not None),
            key=lambda fill: fill.time_ms,
        )
        return cls(
            pair=str(row["pair"]),
            side=-1 if row["is_short"] else 1,
            leverage=float(row["leverage"]),
            fills=tuple(fills),
            entry_fee_pct=float(row["fee_open"]) * 100.0,
            exit_fee_pct=float(row["fee_close"]) * 100.0,
            funding=float(row["funding_fees"] or 0.0),
            profit=float(row["profit_abs"]),
            code=str(row["exit_reason"]),
        )


@dataclass(frozen=True, slots=True)
class BacktestExport:
    """A backtest: its trades, Freqtrade's absolute profit in USDT, pairs, and the time that was traded."""

    path: Path
    trades: tuple[BacktestTrade, ...]
    profit: float
    pairs: tuple[str, ...]
    begin: datetime
    end: datetime


def read_export(path: Path, strategy: str) -> BacktestExport:
    """Read a strategy's backtest from Freqtrade's zip. Raises OSError, KeyError, TypeError or ValueError."""
    try:
        with ZipFile(path) as archive:
            content = json.loads(archive.read(path.with_suffix(".json").name))
    except BadZipFile as problem:
        raise ValueError(str(problem)) from problem
    found = content["strategy"][strategy]
    return BacktestExport(
        path=path,
        trades=tuple(BacktestTrade.of(row) for row in found["trades"]),
        profit=float(found["profit_total_abs"]),
        pairs=tuple(found["pairlist"]),
        begin=_moment(found["backtest_start_ts"]),
        end=_moment(found["backtest_end_ts"]),
    )


def _fill(order: Mapping[str, Any]) -> FilledOrder:
    return FilledOrder(
        time_ms=int(order["order_filled_timestamp"]),
        amount=float(order["amount"]),
        is_entry=bool(order["ft_is_entry"]),
        price=float(order["safe_price"]),
        tag=str(order["ft_order_tag"] or ""),
    )


def _moment(milliseconds: float) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000.0, UTC)
