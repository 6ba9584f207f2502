"""Which positions are open: a trade missing from an answer counts as closed only when the bot says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from companion.bot.trade_models import OpenTrade

GONE_AFTER = 2
"""A trade that the bot no longer knows is dropped after missing from this many complete answers in a row."""


class Fate(Enum):
    """What the bot says of a trade missing from its list of open trades."""

    CLOSED = "closed"
    OPEN = "open"
    UNKNOWN = "the bot knows no such trade"
    UNANSWERED = "no answer"


@dataclass(frozen=True, slots=True)
class Positions:
    """Positions by id; ``doubts`` counts, by trade id, how often the bot did not know an unconfirmed one."""

    trades: tuple[OpenTrade, ...] = ()
    doubts: Mapping[int, int] = field(default_factory=dict)

    def missing(self, answer: tuple[OpenTrade, ...]) -> list[OpenTrade]:
        """The positions missing from `answer`, to be queried one by one. A trade is identified by id and opening time."""
        here = {(trade.trade_id, trade.open_timestamp) for trade in answer}
        return [trade for trade in self.trades if (trade.trade_id, trade.open_timestamp) not in here]

    def after(self, answer: tuple[OpenTrade, ...], fates: Mapping[int, Fate]) -> Positions:
        """The positions after an answer of /status; `fates`: of those missing from it, by trade id."""
        present = {trade.trade_id: trade for trade in answer}
        doubts: dict[int, int] = {}
        kept: list[OpenTrade] = []
        for trade in self.missing(answer):
            if trade.trade_id in present:
                # Another trade has this id: the bot has started a new database.
                continue
            fate = fates.get(trade.trade_id, Fate.UNANSWERED)
            if fate is Fate.CLOSED:
                continue
            count = self.doubts.get(trade.trade_id, 0) + (fate is Fate.UNKNOWN)
            if count < GONE_AFTER:
                kept.append(trade)
                doubts[trade.trade_id] = count
        ordered = sorted((*answer, *kept), key=lambda trade: trade.trade_id)
        return Positions(tuple(ordered), doubts)
