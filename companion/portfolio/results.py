"""What closed trades have earned, read from the history: one small row per trade."""

from __future__ import annotations

import math
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from companion.store.tables import TradeRow
from hhq.closed_trade import ClosedTrade, Outcome, closed_trade
from hhq.reasons import reason_named


class Result(NamedTuple):
    """A closed trade in figures: money in USDT (NaN = n/a), times in ms UTC, ``side`` +1 long, −1 short.

    ``fee_rate``: entry's and exit's fee together, a fraction of the notional.
    """

    pair: str
    side: int
    opened_ms: int
    closed_ms: int
    notional: float
    net: float
    fees: float
    funding: float
    score: float
    code: str
    fee_rate: float = math.nan

    def as_core(self) -> ClosedTrade:
        """The trade as the core's guards read it; a notional that is not known makes its result n/a."""
        return closed_trade(
            self.pair,
            self.closed_ms / 1000.0,
            net=self.net,
            notional=self.notional,
            fee_rate=self._rate(),
            reason=reason_named(self.code),
            side=self.side,
        )

    def _rate(self) -> float:
        """The rate; of a trade that was stored without one, the fees paid, or none where these are not known either."""
        paid = self.fees / self.notional if self.notional > 0.0 else math.nan
        return next((rate for rate in (self.fee_rate, paid) if not math.isnan(rate)), 0.0)

    @property
    def outcome(self) -> Outcome | None:
        """Win, loss or neutral (smaller than the fees), None where the result is not known."""
        trade = self.as_core()
        return None if math.isnan(trade.net_pct) else trade.outcome


def results(session: Session, *, bot: str | None = None, since_ms: int = 0) -> list[Result]:
    """The results of all trades that closed at or after a time, oldest first."""
    query = (
        select(
            TradeRow.pair,
            TradeRow.side,
            TradeRow.opened_ms,
            TradeRow.closed_ms,
            TradeRow.entry_price,
            TradeRow.size,
            TradeRow.net_pnl,
            TradeRow.fees,
            TradeRow.funding,
            TradeRow.score,
            TradeRow.code,
            TradeRow.fee_rate,
        )
        .where(TradeRow.closed_ms >= since_ms)
        .order_by(TradeRow.closed_ms, TradeRow.id)
    )
    if bot is not None:
        query = query.where(TradeRow.bot == bot)
    return [
        Result(
            pair, side, opened, closed, entry * _number(size), _number(net), _number(fees), _number(funding),
            _number(score), code, _number(rate),
        )
        for pair, side, opened, closed, entry, size, net, fees, funding, score, code, rate in session.execute(query)
    ]  # fmt: skip


def _number(value: float | None) -> float:
    return math.nan if value is None else value
