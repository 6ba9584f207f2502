"""From an accepted signal to a position: one plan per pair and candle, read by all entry callbacks (docs/signal.md).

Freqtrade asks for the price, the leverage, the stake and the confirmation one after another. The first of them makes
the plan; the others read it, so the leverage of the order is the leverage of the plan.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from hhq.arrays import CodeArray
from hhq.closed_trade import ClosedTrade, Outcome
from hhq.exits.levels import FillMarket
from hhq.features.catalogue import FeatureBlock
from hhq.gates import Gate
from hhq.layers import trade_pattern
from hhq.layers.trade_pattern import WinRate
from hhq.leverage.factors import balance_multiplier
from hhq.leverage.position import PositionPlan, PositionRequest, solve_position
from hhq.panel import CANDLE_MS
from hhq.score import entry_score, minimum_score, with_macro
from hhq.settings import HHQSettings
from hhq.signals import Signals, Where, evaluate, fill_market, first_veto
from hhq.sizing import AccountView, account_room, wanted_margin
from hhq_freqtrade.account.closed_trades import ClosedTrades
from hhq_freqtrade.analysis.exchange_facts import PairFacts
from hhq_freqtrade.analysis.pair_table import PairTable

FORCED = "force_entry"
"""Entry tag that Freqtrade gives to entries made by hand."""
_NO_TRADES = WinRate(0, math.nan)


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """What an entry of one pair at one candle came to. ``refusal`` is empty when the entry may be made.

    ``forced``: the user asked for it, no signal did.
    """

    pair: str
    side: int
    number: int
    signals: Signals
    features: tuple[float, ...]
    fill_market: FillMarket
    digest: float
    score: float
    minimum: float
    pattern_points: float
    kill_penalty: float
    position: PositionPlan | None
    refusal: str
    forced: bool

    @property
    def entry_price(self) -> float:
        """Limit price of the entry."""
        return float(self.signals.entry_price[0])


class EntryDesk:
    """Makes the plans; holds the last one of each pair until the next callback of its entry has read it."""

    def __init__(self, closed: ClosedTrades) -> None:
        self._closed = closed
        self._plans: dict[str, EntryPlan] = {}
        self._refused: dict[str, int] = {}
        self._decided: dict[str, tuple[PairTable, int, int, HHQSettings, Signals]] = {}
        self._vetoes: dict[tuple[str, int], tuple[PairTable, HHQSettings, CodeArray]] = {}
        self._win_rates: tuple[int, dict[str | int, WinRate]] = (0, {})

    def clear(self) -> None:
        """Forget all plans, before another run of a backtest."""
        self._plans.clear()
        self._refused.clear()
        self._decided.clear()
        self._vetoes.clear()
        self._win_rates = (0, {})

    def known(self, pair: str, side: int, number: int) -> EntryPlan | None:
        """Return the plan made for this pair, side and candle."""
        plan = self._plans.get(pair)
        return plan if plan is not None and (plan.side, plan.number) == (side, number) else None

    def keep(self, plan: EntryPlan) -> None:
        """Hold a plan in place of the pair's last one."""
        self._plans[plan.pair] = plan

    def forget(self, pair: str) -> None:
        """Drop the plan of a pair."""
        self._plans.pop(pair, None)

    def veto_of(
        self, table: PairTable, row: int, side: int, facts: PairFacts, settings: HHQSettings
    ) -> Gate | None:
        """Return what refuses an entry of ``side`` at a row whatever its score, None for nothing.

        All rows of a table are asked at once, which takes hardly longer than one: in a backtest orders wait at many.
        """
        known = self._vetoes.get((table.pair, side))
        if known is None or known[0] is not table or known[1] is not settings:
            rows = np.arange(table.numbers.size)
            at = Where(np.zeros_like(rows), rows, np.full(rows.size, float(side)))
            coins = facts.coin_table(table.pair)
            codes = first_veto(table.block.values[:, 0, :], table.market, coins, settings, at)
            known = self._vetoes[table.pair, side] = (table, settings, codes)
        gate = Gate(int(known[2][row]))
        return None if gate is Gate.SCORE_PASS else gate

    def refuse(self, plan: EntryPlan) -> None:
        """Note that the pair takes no entry at this candle, so that it takes nobody's slot in the ranking."""
        self._refused[plan.pair] = plan.number

    def refused_at(self, number: int) -> set[str]:
        """Return the pairs that were refused at this candle."""
        return {pair for pair, at in self._refused.items() if at == number}

    def plan(
        self,
        table: PairTable,
        row: int,
        side: int,
        now: datetime,
        facts: PairFacts,
        account: AccountView,
        kill_penalty: float,
        settings: HHQSettings,
        *,
        forced: bool,
        freqtrade_maximum: float = math.inf,
    ) -> EntryPlan:
        """Solve the entry of ``side`` at a row of the table; ``forced`` entries need no accepted signal."""
        signals = self._signals(table, row, side, facts, settings)
        pattern = self._pattern_points(table.pair, side, settings)
        score = entry_score(float(signals.score[0]), pattern, kill_penalty)
        minimum = self._minimum(signals, settings)
        refusal = ""
        if not forced and table.accepted_side(row) != side:
            refusal = "no accepted signal at this candle"
        elif not forced and not score >= minimum:
            refusal = f"SCORE_LOW with the account: {score:.0f} < {minimum:.0f}"
        position = None
        if not refusal:
            position = self._solve(signals, side, now, facts, account, settings, freqtrade_maximum)
            refusal = self._position_refusal(position)
        return EntryPlan(
            pair=table.pair,
            side=side,
            number=int(table.numbers[row]),
            signals=signals,
            features=tuple(float(value) for value in table.block.values[:, 0, row]),
            fill_market=_of_one(
                fill_market(table.block.values[:, :1, row], table.market.macro[row : row + 1])
            ),
            digest=table.value("digest", row),
            score=score,
            minimum=minimum,
            pattern_points=pattern,
            kill_penalty=kill_penalty,
            position=position,
            refusal=refusal,
            forced=forced,
        )

    def _signals(
        self, table: PairTable, row: int, side: int, facts: PairFacts, settings: HHQSettings
    ) -> Signals:
        """Decide an entry of ``side`` at a row; what was decided last for the pair is kept for the next callback."""
        known = self._decided.get(table.pair)
        if known and known[0] is table and known[1:3] == (row, side) and known[3] is settings:
            return known[4]
        signals = table.signal(row, side, settings) or _decided(table, row, side, facts, settings)
        self._decided[table.pair] = (table, row, side, settings, signals)
        return signals

    def _solve(
        self,
        signals: Signals,
        side: int,
        now: datetime,
        facts: PairFacts,
        account: AccountView,
        settings: HHQSettings,
        freqtrade_maximum: float,
    ) -> PositionPlan | None:
        if facts.tiers is None:
            return None
        rule = settings
        balance = balance_multiplier(
            equity=account.equity, peak_equity=account.peak_equity, settings=rule.leverage
        )
        hour = now.hour + now.minute / 60.0
        price = float(signals.entry_price[0])
        request = PositionRequest(
            side=side,
            entry_price=price,
            stop_distance_pct=float(signals.stop_distance_pct[0]),
            wanted_margin=wanted_margin(account, float(signals.size_factor[0]), hour, rule.sizing).margin,
            product=float(signals.factors.product(balance)[0]),
            minimum_notional=facts.smallest_notional(price),
            freqtrade_maximum=freqtrade_maximum,
        )
        room = account_room(account, side, rule.sizing)
        return solve_position(request, room, facts.tiers, rule.exits.kill_switch.first(), rule.leverage)

    def _position_refusal(self, position: PositionPlan | None) -> str:
        if position is None:
            return "LEVERAGE: the exchange names no leverage tiers for this pair"
        return "" if position.refusal is None else f"{position.refusal.name}: {position.detail}"

    def _minimum(self, signals: Signals, settings: HHQSettings) -> float:
        rule = settings.signal
        last = self._closed.records[-rule.minimum_score.trades :]
        wins = sum(_won(trade) for trade in last)
        factor = signals.market.minimum_factor
        return float(with_macro(minimum_score(rule, wins, len(last)), factor)[0])

    def _pattern_points(self, pair: str, side: int, settings: HHQSettings) -> float:
        rates = self._rates()
        of_coin, of_side, of_other = (rates.get(key, _NO_TRADES) for key in (pair, side, -side))
        return trade_pattern.points(of_coin, of_side, of_other, settings.layers)

    def _rates(self) -> dict[str | int, WinRate]:
        """Return the win rates of the patterns by pair and by side, counted once for each trade that closes."""
        count = len(self._closed.records)
        if self._win_rates[0] != count:
            judged: dict[str | int, list[bool]] = defaultdict(list)
            for trade in self._closed.pattern_records():
                if trade.outcome is not Outcome.NEUTRAL:
                    for key in (trade.pair, trade.side):
                        judged[key].append(_won(trade))
            self._win_rates = (count, {key: _win_rate(wins) for key, wins in judged.items()})
        return self._win_rates[1]


def _decided(table: PairTable, row: int, side: int, facts: PairFacts, settings: HHQSettings) -> Signals:
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


def candle_before(now: datetime) -> int:
    """Return the clock number of the candle that closed last at ``now``."""
    return int(now.timestamp() * 1000) // CANDLE_MS - 1


def _of_one(market: FillMarket) -> FillMarket:
    return FillMarket(*(float(np.asarray(value)[0]) for value in (
        market.atr_1h, market.atr_1h_pct, market.atr_5m_pct, market.hurst, market.macro)))  # fmt: skip


def _won(trade: ClosedTrade) -> bool:
    return trade.outcome is Outcome.WIN


def _win_rate(won: list[bool]) -> WinRate:
    return WinRate(len(won), sum(won) / len(won) * 100.0)
