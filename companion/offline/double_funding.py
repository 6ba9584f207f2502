"""Funding that Freqtrade's backtest counts twice: that of reductions which fill on a funding candle (docs/results.md).

A fill ends one span of funding and begins the next, and both hold the payment of its moment. For the last fill no span
follows; for a reduction the payment is in the result twice, the second time for what is left or even for all.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias
from zipfile import BadZipFile, ZipFile

import numpy as np

from companion.offline.data_folder import DataFolder
from companion.replay.errors import MarketDataError
from companion.replay.folder import read_candles, read_funding

Payments: TypeAlias = Mapping[int, float]
"""Funding of one coin held long, in USDT received (negative: paid), by time in ms UTC."""


class Fill(NamedTuple):
    """A filled order: time in ms UTC, amount in coins."""

    time: int
    amount: float
    is_entry: bool


@dataclass(frozen=True, slots=True)
class BacktestTrade:
    """A trade as Freqtrade's backtest exports it: ``side`` +1 long, −1 short; money in USDT."""

    pair: str
    side: int
    fills: tuple[Fill, ...]
    funding: float
    profit: float

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> BacktestTrade:
        """The trade of one exported row. Raises KeyError, TypeError or ValueError for one that it cannot read."""
        fills = sorted(
            (
                Fill(int(order["order_filled_timestamp"]), float(order["amount"]), bool(order["ft_is_entry"]))
                for order in row["orders"]
                if order["order_filled_timestamp"] is not None
            ),
            key=lambda fill: fill.time,
        )
        side = -1 if row["is_short"] else 1
        return cls(
            str(row["pair"]), side, tuple(fills), float(row["funding_fees"] or 0.0), float(row["profit_abs"])
        )

    def reductions_on(self, payments: Payments) -> int:
        """How many of its fills take off a part at a moment at which funding is paid."""
        return sum(not fill.is_entry and fill.time in payments for fill in self.fills[:-1])

    def funding_once(self, payments: Payments) -> float:
        """Its funding with each payment counted once, for the amount held at that moment, in USDT."""
        first, last = self.fills[0].time, self.fills[-1].time
        due = ((time, rate) for time, rate in payments.items() if first <= time <= last)
        return self.side * math.fsum(rate * self._held(time) for time, rate in due)

    def _held(self, time: int) -> float:
        entered = math.fsum(fill.amount for fill in self.fills if fill.is_entry and fill.time <= time)
        return entered - math.fsum(
            fill.amount for fill in self.fills if not fill.is_entry and fill.time < time
        )


@dataclass(frozen=True, slots=True)
class DoubleFunding:
    """What was counted twice: by how many reductions, in how many trades; what it adds to ``profit``, in USDT."""

    reductions: int
    trades: int
    amount: float
    profit: float

    @property
    def corrected(self) -> float:
        """The result without it."""
        return self.profit - self.amount


def double_funding(trades: Iterable[BacktestTrade], payments: Callable[[str], Payments]) -> DoubleFunding:
    """Find the funding that was counted twice; ``payments`` gives those of a pair."""
    reductions, amounts, profits = 0, [], []
    for trade in trades:
        profits.append(trade.profit)
        due = payments(trade.pair)
        found = trade.reductions_on(due)
        if found:
            reductions += found
            amounts.append(trade.funding - trade.funding_once(due))
    return DoubleFunding(reductions, len(amounts), math.fsum(amounts), math.fsum(profits))


def funding_payments(folder: DataFolder, pair: str) -> Payments:
    """The payments that Freqtrade knows: hourly file of rates times the mark price of that hour's open.

    Empty without one of the files. Raises MarketDataError for a damaged one.
    """
    files = folder.files(pair)
    if files.funding is None or files.mark is None or not files.hourly_funding:
        return {}
    rates, marks = read_funding(files.funding), read_candles(files.mark)
    times, of_rates, of_marks = np.intersect1d(rates.time, marks.time, return_indices=True)
    values = -rates.rate[of_rates] * marks.open[of_marks]
    return {
        int(time): float(value) for time, value in zip(times, values, strict=True) if not math.isnan(value)
    }


def exported_trades(path: Path, strategy: str) -> list[BacktestTrade]:
    """The trades of a strategy in Freqtrade's zip of a backtest. Raises OSError, KeyError, TypeError or ValueError."""
    try:
        with ZipFile(path) as archive:
            content = json.loads(archive.read(path.with_suffix(".json").name))
    except BadZipFile as problem:
        raise ValueError(str(problem)) from problem
    return [BacktestTrade.of(row) for row in content["strategy"][strategy]["trades"]]


def funding_notes(folder: DataFolder, exported: Path | None, strategy: str) -> list[str]:
    """What the report says about it: nothing where no reduction fell on a funding candle.

    ``exported``: Freqtrade's zip of the run, None where it exported no trades.
    """
    if exported is None:
        why = "no trades were exported"
        return [f"NOTE: funding that Freqtrade counts twice is not corrected: {why}."]
    known: dict[str, Payments] = {}

    def payments(pair: str) -> Payments:
        if pair not in known:
            known[pair] = funding_payments(folder, pair)
        return known[pair]

    try:
        found = double_funding(exported_trades(exported, strategy), payments)
    except (OSError, KeyError, TypeError, ValueError, MarketDataError) as problem:
        return [f"NOTE: funding that Freqtrade counts twice is not corrected: {exported}: {problem!r}"]
    return [_told(found)] if found.reductions else []


def _told(found: DoubleFunding) -> str:
    return (
        f"FUNDING: Freqtrade counts the funding of {found.reductions} reductions twice (in {found.trades} trades, on "
        f"funding candles): {found.amount:+.2f} USDT. Result by Freqtrade {found.profit:+.2f} USDT, corrected "
        f"{found.corrected:+.2f} USDT."
    )
