"""What a bot's closed trades really earned and paid, in % of the entry's notional, and how their entries were filled."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from hhq.arrays import BoolArray, FloatArray, IntArray
from hhq.costs import Costs
from hhq.evidence.booked import FilledOrders, Terms, trades_of
from hhq.evidence.groups import Groups
from hhq.evidence.interval import Mean, mean_by_days
from hhq.evidence.tables import Earned


@dataclass(frozen=True, slots=True)
class Entries:
    """How k trades began; float64 (k,), NaN = n/a, unless they say otherwise.

    ``coin`` int64: number of the coin; ``candle`` int64: clock number of the signal's candle. ``signal_price``: the close of
    that candle, ``limit_price``: the price that the signal named for its order, ``price``: the average of what was filled.
    ``wait_seconds`` from the close of the candle to the first fill.
    """

    coin: IntArray
    candle: IntArray
    signal_price: FloatArray
    limit_price: FloatArray
    price: FloatArray
    wait_seconds: FloatArray


@dataclass(frozen=True, slots=True)
class LiveTrades:
    """k closed trades; float64 (k,), NaN = n/a, unless they say otherwise. Percentages are of the entry's notional.

    ``day`` int64 of the first fill, in days since 1970 UTC; ``fees_pct`` as they were charged (a cost: ≥ 0, a rebate
    below 0); ``funding_pct`` received (+) or paid (−). ``slippage_pct`` and ``beyond_limit_pct``: by how much the entry was
    worse than the signal's price and than its limit, in % of that price, below 0 = better.
    """

    coin: IntArray
    candle: IntArray
    day: IntArray
    side: FloatArray
    leverage: FloatArray
    code: Groups
    gross_pct: FloatArray
    fees_pct: FloatArray
    funding_pct: FloatArray
    slippage_pct: FloatArray
    beyond_limit_pct: FloatArray
    wait_seconds: FloatArray

    @property
    def count(self) -> int:
        """Number of trades."""
        return int(self.candle.size)

    @property
    def net_pct(self) -> FloatArray:
        """What each trade earned after fees and funding."""
        return np.asarray(self.gross_pct - self.fees_pct + self.funding_pct)

    def only(self, chosen: BoolArray) -> Self:
        """Return the chosen ones."""
        columns = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "code"}
        chosen_columns = {name: values[chosen] for name, values in columns.items()}
        return type(self)(code=Groups(self.code.names, self.code.of[chosen]), **chosen_columns)


@dataclass(frozen=True, slots=True)
class LiveSummary:
    """Means of closed trades with their intervals, in the units of :class:`LiveTrades`; net and gross by close reason."""

    gross: Mean
    fees: Mean
    funding: Mean
    net: Mean
    slippage: Mean
    beyond_limit: Mean
    wait_seconds: Mean
    reasons: tuple[Earned, ...]


def live_trades(entries: Entries, terms: Terms, orders: FilledOrders, costs: Costs) -> LiveTrades:
    """Return the trades of these entries, terms and filled orders; every trade has at least one filled entry."""
    parts = trades_of(terms, orders, costs)
    return LiveTrades(
        coin=entries.coin,
        candle=entries.candle,
        day=terms.day,
        side=terms.side,
        leverage=terms.leverage,
        code=terms.code,
        gross_pct=parts.gross / parts.entered * 100.0,
        fees_pct=parts.fees / parts.entered * 100.0,
        funding_pct=parts.funding / parts.entered * 100.0,
        slippage_pct=slippage_pct(entries.price, entries.signal_price, terms.side),
        beyond_limit_pct=slippage_pct(entries.price, entries.limit_price, terms.side),
        wait_seconds=entries.wait_seconds,
    )


def slippage_pct(price: FloatArray, wanted: FloatArray, side: FloatArray) -> FloatArray:
    """Return by how much a price was worse than the wanted one, in % of that, float64 (k,); below 0 = better."""
    return np.asarray(side * (price / wanted - 1.0) * 100.0)


def summary_of(trades: LiveTrades) -> LiveSummary:
    """Return the means of the trades; one whose value is n/a is left out of the mean of that value."""
    return LiveSummary(
        gross=known_mean(trades.gross_pct, trades.day),
        fees=known_mean(trades.fees_pct, trades.day),
        funding=known_mean(trades.funding_pct, trades.day),
        net=known_mean(trades.net_pct, trades.day),
        slippage=known_mean(trades.slippage_pct, trades.day),
        beyond_limit=known_mean(trades.beyond_limit_pct, trades.day),
        wait_seconds=known_mean(trades.wait_seconds, trades.day),
        reasons=earned_by(trades, trades.code),
    )


def earned_by(trades: LiveTrades, groups: Groups) -> tuple[Earned, ...]:
    """Return what the trades of each group earned, in the order of the names; groups without trades are left out."""
    rows = ((name, trades.only(groups.of == place)) for place, name in enumerate(groups.names))
    return tuple(earned_live(name, chosen) for name, chosen in rows if chosen.count)


def earned_live(name: str, trades: LiveTrades) -> Earned:
    """Return what these trades earned."""
    return Earned(name, known_mean(trades.gross_pct, trades.day), known_mean(trades.net_pct, trades.day))


def known_mean(values: FloatArray, days: IntArray) -> Mean:
    """Return the mean of the values that are known, float64 (n,), with the numbers of their days, int64 (n,)."""
    known = ~np.isnan(values)
    return mean_by_days(values[known], days[known])
