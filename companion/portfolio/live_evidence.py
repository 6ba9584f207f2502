"""What the stored trades of a bot really came to, and whether that lies within the evidence for its settings."""

from __future__ import annotations

import asyncio
import logging
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from companion.bot.state import BotState
from companion.bot.watch import BotWatch
from companion.evidence.drift import drift_from
from companion.evidence.entry_record import EntryRecord
from companion.evidence.shown_mean import ShownMean
from companion.portfolio.evidence import BotEvidence
from companion.store.database import Store
from companion.store.tables import TradeRow
from hhq.arrays import FloatArray
from hhq.evidence.drift import Drift, DriftState
from hhq.evidence.groups import Groups
from hhq.evidence.live import LiveTrades, slippage_pct, summary_of
from hhq.panel import CANDLE_MS
from hhq_shared.evidence_verdict import EvidenceVerdict
from hhq_shared.strategy_version import read_version

logger = logging.getLogger("companion.portfolio")

_DAY_MS = 86_400_000
_OF_A_BOT = "bot"
"""Origin of trades that a bot told of; imported ones have no record of an entry."""


@dataclass(frozen=True, slots=True)
class LiveEvidence:
    """What a bot's closed trades really came to, and what the evidence says. % are of the entry's notional, means a trade.

    ``drift``: in line, drifts, too little or not measured, with its ``reason``. Means are of the ``trades`` that were
    entered with the settings in force; ``other_settings`` were not, ``left_out`` are a user's entries and trades without a
    record. ``fees`` were paid, ``funding`` received; ``slippage`` and ``beyond_limit``: by how much entries were worse than
    the signal's price and than their limit, in % of that.
    """

    bot: str
    drift: str
    reason: str
    trades: int
    other_settings: int
    left_out: int
    gross: ShownMean
    fees: ShownMean
    funding: ShownMean
    net: ShownMean
    slippage: ShownMean
    beyond_limit: ShownMean
    evidence: EvidenceVerdict


class Told(NamedTuple):
    """What is shown of a bot, and its drift."""

    shown: LiveEvidence
    drift: Drift


class StoredEntry(NamedTuple):
    """A stored trade with the record of its entry; money in USDT, NaN = n/a."""

    record: EntryRecord
    side: int
    opened_ms: int
    price: float
    notional: float
    gross: float
    fees: float
    funding: float
    leverage: float
    code: str


class StoredEntries(NamedTuple):
    """The trades whose signal was the bot's own, oldest close first, and how many others there are."""

    own: tuple[StoredEntry, ...]
    left_out: int


def stored_entries(session: Session, bot: str) -> StoredEntries:
    """Return the stored trades of a bot."""
    row = TradeRow
    query = select(
        row.side, row.opened_ms, row.entry_price, row.size, row.gross_pnl, row.fees, row.funding, row.leverage,
        row.code, row.reason, row.snapshot,
    ).where(row.bot == bot, row.origin == _OF_A_BOT).order_by(row.closed_ms, row.id)  # fmt: skip
    own, left_out = [], 0
    for side, opened, price, size, gross, fees, funding, leverage, code, reason, snapshot in session.execute(
        query
    ):
        record = EntryRecord.of(snapshot)
        if record is None or record.forced or not size:
            left_out += 1
            continue
        money = (_number(gross), _number(fees), _number(funding or 0.0), _number(leverage))
        own.append(StoredEntry(record, side, opened, price, price * size, *money, code or reason))
    return StoredEntries(tuple(own), left_out)


async def live_evidence(store: Store, state: BotState, evidence: BotEvidence) -> Told:
    """Return what a bot's stored trades came to, and the drift of those entered with the settings that it runs with.

    Raises what the store raises. A thread of the store does the work: thousands of trades would stall the loop.
    """
    verdict = evidence.of(state)
    return await store.read(lambda session: _shown(state, verdict, stored_entries(session, state.name)))


def _shown(state: BotState, verdict: EvidenceVerdict, found: StoredEntries) -> Told:
    told = read_version(state.config.strategy_version) if state.config else None
    ours = [entry for entry in found.own if told is not None and entry.record.settings_digest == told.digest]
    trades = _trades(ours)
    summary = summary_of(trades)
    drift = drift_from(verdict, trades.net_pct, trades.day)
    shown = LiveEvidence(
        bot=state.name,
        drift=drift.state.value,
        reason=drift.reason,
        trades=len(ours),
        other_settings=len(found.own) - len(ours),
        left_out=found.left_out,
        gross=ShownMean.of(summary.gross),
        fees=ShownMean.of(summary.fees),
        funding=ShownMean.of(summary.funding),
        net=ShownMean.of(summary.net),
        slippage=ShownMean.of(summary.slippage),
        beyond_limit=ShownMean.of(summary.beyond_limit),
        evidence=verdict,
    )
    return Told(shown, drift)


class DriftWatch:
    """Looks at the drift of one bot whenever its trades have been stored; says once that it begins and that it is over."""

    def __init__(self, watch: BotWatch, store: Store, evidence: BotEvidence) -> None:
        self._watch = watch
        self._store = store
        self._evidence = evidence
        self._moved = asyncio.Event()
        self.name = watch.name
        self.drifts: bool | None = None
        """Whether the bot drifts as of the last look; None before the first."""

    def trades_stored(self) -> None:
        """Look again."""
        self._moved.set()

    async def run(self) -> None:
        """Look until cancelled."""
        self._moved.set()
        while True:
            await self._moved.wait()
            self._moved.clear()
            await self.look()

    async def look(self) -> None:
        """Look once. Raises what the store raises."""
        told = await live_evidence(self._store, self._watch.state, self._evidence)
        self._report(told.drift)

    def _report(self, drift: Drift) -> None:
        before, self.drifts = self.drifts, drift.state is DriftState.DRIFTS
        if self.drifts and not before:
            logger.warning("EVIDENCE_DRIFT: %s drifts: %s", self._watch.name, drift.reason)
        elif before and not self.drifts:
            logger.warning("EVIDENCE_DRIFT: %s is over, %s", self._watch.name, drift.text)


def _trades(found: list[StoredEntry]) -> LiveTrades:
    def column(values: list[float]) -> FloatArray:
        return np.array(values, dtype=np.float64)

    side, price = column([entry.side for entry in found]), column([entry.price for entry in found])
    share = 100.0 / column([entry.notional for entry in found])
    records = [entry.record for entry in found]
    candle = np.array([record.candle for record in records], dtype=np.int64)
    opened = np.array([entry.opened_ms for entry in found], dtype=np.int64)
    return LiveTrades(
        coin=np.zeros(len(found), dtype=np.int64),
        candle=candle,
        day=opened // _DAY_MS,
        side=side,
        leverage=column([entry.leverage for entry in found]),
        code=Groups.named([entry.code for entry in found]),
        gross_pct=column([entry.gross for entry in found]) * share,
        fees_pct=column([entry.fees for entry in found]) * share,
        funding_pct=column([entry.funding for entry in found]) * share,
        slippage_pct=slippage_pct(price, column([_number(record.price) for record in records]), side),
        beyond_limit_pct=slippage_pct(
            price, column([_number(record.entry_price) for record in records]), side
        ),
        wait_seconds=(opened - (candle + 1) * CANDLE_MS) / 1000.0,
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else value
