"""From an accepted signal to a position: score, leverage, margin by the account now (docs/leverage-and-size.md)."""

from __future__ import annotations

import math
from datetime import datetime
from typing import NamedTuple

import numpy as np

from hhq.exits.levels import FillMarket, stop_distance_pct
from hhq.features.catalogue import FeatureBlock
from hhq.gates import Gate
from hhq.leverage.bounds import volatility_cap
from hhq.leverage.factors import balance_multiplier
from hhq.leverage.position import PositionPlan, PositionRequest, solve_position
from hhq.score import entry_score
from hhq.settings import HHQSettings
from hhq.signals import Signals, Where, evaluate, fill_market
from hhq.sizing import AccountView, account_room, wanted_margin
from hhq_freqtrade.account.account import Account
from hhq_freqtrade.account.closed_trades import ClosedTrades
from hhq_freqtrade.account.guard_locks import GuardLocks
from hhq_freqtrade.analysis.context import BotContext
from hhq_freqtrade.analysis.exchange_facts import PairFacts
from hhq_freqtrade.analysis.pair_table import PairTable
from hhq_freqtrade.entry.account_score import AccountScore
from hhq_freqtrade.entry.plan import EntryPlan, price_of, size_of
from hhq_freqtrade.entry.refusals import Cause, EntryRefusal, contract_refusal
from hhq_freqtrade.entry.user_entry import UserEntry


class _Decided(NamedTuple):
    """The candidate last decided for a pair, and what it was decided from."""

    table: PairTable
    row: int
    side: int
    settings: HHQSettings
    signals: Signals


class EntryPlanner:
    """Makes the plans of entries. That changes nothing, so a rival pair's entry can be planned just as well."""

    def __init__(
        self, context: BotContext, account: Account, closed: ClosedTrades, guards: GuardLocks
    ) -> None:
        self._settings = context.settings
        self._facts = context.facts
        self._contracts = context.contracts
        self._account = account
        self._score = AccountScore(closed)
        self._guards = guards
        self._decided: dict[str, _Decided] = {}

    def plan(
        self, table: PairTable, row: int, side: int, now: datetime, *,
        asked: UserEntry | None = None, freqtrade_maximum: float = math.inf,
    ) -> EntryPlan:  # fmt: skip
        """Return the plan of an entry of ``side`` at a row of the table; one that a user ``asked`` for needs no signal.

        ``freqtrade_maximum`` is the leverage at which Freqtrade itself would cap it.
        """
        settings, facts, account = self._settings.current, self._facts.of(table.pair), self._account.view(now)
        penalty = self._guards.penalty(table.pair, now)
        signals = self._signals(table, row, side, facts, settings)
        pattern = self._score.pattern_points(table.pair, side, settings)
        score = entry_score(float(signals.score[0]), pattern, penalty)
        minimum = self._score.minimum(signals, settings)
        market = _of_one(fill_market(table.block.values[:, :1, row], table.market.macro[row : row + 1]))
        refusal = contract_refusal(self._contracts.of(table.pair), now, settings)
        if asked is None:
            refusal = refusal or _signal_refusal(table.accepted_side(row) == side, score, minimum)
        position, refusal = None, refusal or _equity_refusal(account.equity)
        if refusal is None:
            request = _request(signals, market, side, now, facts, account, settings, asked, freqtrade_maximum)
            position = _solved(request, facts, account, settings)
            refusal = _position_refusal(position)
        return EntryPlan(
            pair=table.pair,
            side=side,
            candle=int(table.numbers[row]),
            signals=signals,
            features=tuple(table.block.values[:, 0, row].tolist()),
            fill_market=market,
            digest=table.value("digest", row),
            score=score,
            minimum=minimum,
            pattern_points=pattern,
            kill_penalty=penalty,
            position=position,
            refusal=refusal,
            asked=asked,
            gate=Gate(int(table.value("gate", row))),
            signal_side=table.accepted_side(row),
        )

    def _signals(
        self, table: PairTable, row: int, side: int, facts: PairFacts, settings: HHQSettings
    ) -> Signals:
        """Decide an entry of ``side`` at a row; the pair's last decision is kept for the next callback."""
        known = self._decided.get(table.pair)
        if (
            known is not None
            and known.table is table
            and known.settings is settings
            and (known.row, known.side) == (row, side)
        ):
            return known.signals
        signals = table.signal(row, side, settings) or _evaluated(table, row, side, facts, settings)
        self._decided[table.pair] = _Decided(table, row, side, settings, signals)
        return signals


def _request(
    signals: Signals,
    market: FillMarket,
    side: int,
    now: datetime,
    facts: PairFacts,
    account: AccountView,
    settings: HHQSettings,
    asked: UserEntry | None,
    freqtrade_maximum: float,
) -> PositionRequest:
    """Return what an entry would take by its signal; where a user asks for a price, a leverage or a margin, that."""
    balance = balance_multiplier(
        equity=account.equity, peak_equity=account.peak_equity, settings=settings.leverage
    )
    hour = now.hour + now.minute / 60.0
    wishes, price = asked or UserEntry(), price_of(signals, asked)
    stop = float(signals.stop_distance_pct[0])
    margin = wanted_margin(account, size_of(signals, asked), hour, settings.sizing).margin
    return PositionRequest(
        side=side,
        entry_price=price,
        stop_distance_pct=stop if asked is None else float(stop_distance_pct(market, price, settings.levels)),
        wanted_margin=wishes.margin if math.isfinite(wishes.margin) else margin,
        product=float(signals.factors.product(balance)[0]),
        minimum_notional=facts.smallest_notional(price),
        asked_leverage=wishes.leverage,
        volatility_cap=float(volatility_cap(market.atr_1h_pct, settings.levels, settings.leverage)),
        freqtrade_maximum=freqtrade_maximum,
    )


def _solved(
    request: PositionRequest, facts: PairFacts, account: AccountView, settings: HHQSettings
) -> PositionPlan | None:
    """Return the position of an entry, None if the exchange names no leverage tiers."""
    if facts.tiers is None:
        return None
    room = account_room(account, request.side, settings.sizing)
    return solve_position(request, room, facts.tiers, settings.exits.kill_switch.first(), settings.leverage)


def _equity_refusal(equity: float) -> EntryRefusal | None:
    return EntryRefusal(Cause.EQUITY_UNKNOWN) if math.isnan(equity) else None


def _signal_refusal(accepted: bool, score: float, minimum: float) -> EntryRefusal | None:
    if not accepted:
        return EntryRefusal(Cause.NO_SIGNAL)
    return None if score >= minimum else EntryRefusal(Cause.SCORE_LOW, score, minimum)


def _position_refusal(position: PositionPlan | None) -> EntryRefusal | None:
    if position is None:
        return EntryRefusal(Cause.NO_TIERS)
    return None if position.refusal is None else EntryRefusal(Cause.NOT_SOLVED, position=position)


def _evaluated(table: PairTable, row: int, side: int, facts: PairFacts, settings: HHQSettings) -> Signals:
    regime = np.array([[table.value("regime", row)]]).astype(np.int8)
    threshold = np.array([[table.value("threshold", row)]])
    block = FeatureBlock(
        table.block.symbols,
        int(table.numbers[row]),
        table.block.values[:, :, row : row + 1],
        table.block.history[:, row : row + 1],
    )
    zero = np.zeros(1, dtype=np.int64)
    market = table.market.at(np.array([row], dtype=np.int64))
    at = Where(zero, zero, np.array([float(side)]))
    return evaluate(block, regime, threshold, market, facts.coin_table(table.pair), settings, at)


def _of_one(market: FillMarket) -> FillMarket:
    return FillMarket(*(float(np.asarray(value)[0]) for value in (
        market.atr_1h, market.atr_1h_pct, market.atr_5m_pct, market.hurst, market.macro)))  # fmt: skip
