"""Funding that Freqtrade's backtest counts twice: that of reductions which fill on a funding candle (docs/results.md).

A fill ends one span of funding and begins the next, and both hold the payment of its moment. For the last fill no span
follows; for a reduction the payment is in the result twice, the second time for what is left or even for all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np

from companion.offline.backtest_export import BacktestTrade
from companion.offline.data_folder import DataFolder
from companion.replay.folder import read_candles, read_funding

Payments: TypeAlias = Mapping[int, float]
"""Funding of one coin held long, in USDT received (negative: paid), by time in ms UTC."""


def reductions_on(trade: BacktestTrade, payments: Payments) -> int:
    """How many fills of a trade take off a part at a moment at which funding is paid."""
    return sum(not fill.is_entry and fill.time_ms in payments for fill in trade.fills[:-1])


def funding_once(trade: BacktestTrade, payments: Payments) -> float:
    """The funding of a trade with each payment counted once, for the amount held at that moment, in USDT."""
    first, last = trade.fills[0].time_ms, trade.fills[-1].time_ms
    due = ((time, rate) for time, rate in payments.items() if first <= time <= last)
    return trade.side * math.fsum(rate * _held(trade, time) for time, rate in due)


def _held(trade: BacktestTrade, time: int) -> float:
    entered = math.fsum(fill.amount for fill in trade.fills if fill.is_entry and fill.time_ms <= time)
    return entered - math.fsum(
        fill.amount for fill in trade.fills if not fill.is_entry and fill.time_ms < time
    )


def counted_twice(trade: BacktestTrade, payments: Payments) -> float:
    """What Freqtrade books of a trade's funding beyond what was due, in USDT; 0 without reductions on funding candles."""
    return trade.funding - funding_once(trade, payments) if reductions_on(trade, payments) else 0.0


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
        found = reductions_on(trade, due)
        if found:
            reductions += found
            amounts.append(counted_twice(trade, due))
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


def known_payments(folder: DataFolder) -> Callable[[str], Payments]:
    """The payments of any pair of a folder, each pair's files read once."""
    return cache(lambda pair: funding_payments(folder, pair))


def funding_line(found: DoubleFunding) -> str:
    """What the report says about it."""
    return (
        f"FUNDING: Freqtrade counts the funding of {found.reductions} reductions twice (in {found.trades} trades, on "
        f"funding candles): {found.amount:+.2f} USDT. Result by Freqtrade {found.profit:+.2f} USDT, corrected "
        f"{found.corrected:+.2f} USDT."
    )
