"""Which positions there are: a trade that an answer lacks is closed only when the bot says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from companion.bot.models import OpenTrade

GONE_AFTER = 2
"""Complete answers in a row that must lack a trade which the bot does not know any more."""


class Fate(Enum):
    """What the bot says of a trade that its list of open trades lacked."""

    CLOSED = "closed"
    OPEN = "open"
    UNKNOWN = "the bot knows no such trade"
    UNANSWERED = "no answer"


@dataclass(frozen=True, slots=True)
class Positions:
    """Positions in the order of their ids; ``doubts`` counts the answers that lacked an unconfirmed one."""

    trades: tuple[OpenTrade, ...] = ()
    doubts: Mapping[int, int] = field(default_factory=dict)

    def missing(self, answer: tuple[OpenTrade, ...]) -> list[OpenTrade]:
        """The positions that `answer` lacks: their fate must be asked for. A trade is its id and its opening."""
        here = {(trade.trade_id, trade.open_timestamp) for trade in answer}
        return [trade for trade in self.trades if (trade.trade_id, trade.open_timestamp) not in here]

    def after(self, answer: tuple[OpenTrade, ...], fates: Mapping[int, Fate]) -> Positions:
        """The positions after an answer of /status; `fates` by trade id for those that it lacked."""
        present = {trade.trade_id: trade for trade in answer}
        doubts: dict[int, int] = {}
        kept: list[OpenTrade] = []
        for trade in self.missing(answer):
            if trade.trade_id in present:
                # Another trade has this id: the bot has begun another database.
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
