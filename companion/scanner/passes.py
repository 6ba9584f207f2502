"""The passes over one candle: all coins at its close, then those whose data arrived or changed later."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from companion.ground.clock import Clock
from companion.ground.own_thread import OwnThread
from companion.market.memory import MarketMemory
from companion.scanner.coin_facts import CoinFacts
from companion.scanner.deciding import (
    Analysed,
    Decided,
    decide_coins,
    features_of,
    market_at_close,
    put_together,
    with_coins,
)
from companion.scanner.funnels import FunnelMemory, Funnels
from companion.scanner.gathering import PassInputs, candles_of, gather
from companion.scanner.latest_scan import Scan
from companion.scanner.sources import SealedSource
from hhq.arrays import BoolArray, IntArray
from hhq.coins import BTC, ETH
from hhq.panel import CANDLE_MS, RecordedRows
from hhq.settings import HHQSettings


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass over candle ``bar``: ``late`` bool (coins,) marks the coins not decided in the first one.

    ``failed``: pairs on which the core raised at this candle; they are not tried again.
    """

    bar: int
    settings: HHQSettings
    late: BoolArray
    failed: frozenset[str] = frozenset()
    number: int = 1


class MarketPasses:
    """Copies in the event loop and computes in ``thread``, which must have begun; one pass at a time."""

    def __init__(
        self,
        market: MarketMemory,
        sealed: SealedSource | None,
        facts: CoinFacts,
        clock: Clock,
        thread: OwnThread,
    ) -> None:
        self._market = market
        self._sealed = sealed
        self._facts = facts
        self._clock = clock
        self._thread = thread
        self._funnels = FunnelMemory()
        self._newest: tuple[Pass, Analysed] | None = None
        self.failures: Counter[str] = Counter()

    async def first(self, bar: int, settings: HHQSettings) -> Scan:
        """Decide all coins that have the closing candle ``bar``, once its recorded row is sealed."""
        if self._sealed is not None:
            await self._sealed.sealed(bar)
        rows = self._market.rows
        return await self._decide(Pass(bar, settings, np.zeros(rows.size, dtype=np.bool_)), rows, None)

    async def later(self, changed: set[int]) -> Scan | None:
        """Decide coins that have become decidable, and those whose candles have ``changed`` (rows); None without any.

        BTC and ETH are part of every decision: if they have changed, all coins are decided again.
        """
        if self._newest is None:
            return None
        before, analysed = self._newest
        known = analysed.fresh.size
        decidable = self._market.decidable(before.bar)
        market_changed = not changed.isdisjoint(self._rows_of_the_market())
        wanted = decidable.copy()
        if not market_changed:
            wanted[:known] &= ~analysed.fresh | np.isin(np.arange(known), list(changed))
        wanted[:known] &= ~np.isin(analysed.block.symbols, list(before.failed))
        everybody = market_changed or decidable.size != known
        if not (wanted.any() or everybody):
            return None
        late = wanted.copy()
        late[:known] |= before.late
        plan = replace(before, late=late, number=before.number + 1)
        if everybody:
            return await self._decide(plan, self._market.rows, None)
        return await self._decide(plan, np.flatnonzero(wanted).astype(np.int64), analysed)

    async def _decide(self, plan: Pass, rows: IntArray, others: Analysed | None) -> Scan:
        """Decide ``rows``; ``others``: all coins as analysed before, None if ``rows`` are all."""
        inputs = gather(self._market, plan.bar, rows, self._recorded(plan.bar), self._facts)
        coins = await self._analyse(inputs, plan.settings)
        failed: list[str] = []
        decided, funnels = await self._thread.do(lambda: self._work(plan, coins, rows, others, failed))
        self.failures.update(failed)
        plan = replace(plan, failed=plan.failed | set(failed))
        self._newest = (plan, decided.analysed)
        return Scan(
            bar=plan.bar,
            block=decided.analysed.block,
            market=decided.analysed.market,
            coins=decided.analysed.coins,
            decisions=decided.decisions,
            digests=decided.digests,
            inputs=decided.inputs,
            fresh=decided.fresh,
            late=plan.late,
            rank=decided.rank,
            settings=plan.settings,
            columns=decided.columns,
            funnels=funnels,
            pass_number=plan.number,
            close_ms=(plan.bar + 1) * CANDLE_MS,
            published_ms=self._clock.now_ms(),
        )

    async def _analyse(self, inputs: PassInputs, settings: HHQSettings) -> Analysed:
        """Copy candles in the event loop and analyse them in the thread, a few coins at a time."""
        market = await self._thread.do(lambda: market_at_close(inputs, settings))
        blocks = []
        for part in inputs.parts():
            features = partial(
                features_of, candles_of(self._market, inputs, part), inputs, part, market, settings
            )
            blocks.append(await self._thread.do(features))
        return put_together(inputs, market, blocks)

    def _work(
        self, plan: Pass, coins: Analysed, rows: IntArray, others: Analysed | None, failed: list[str]
    ) -> tuple[Decided, Funnels]:
        if others is not None:
            coins = with_coins(others, coins, rows)
        decided = decide_coins(coins, plan.late, plan.settings, failed)
        return decided, self._funnels.count(decided.decisions, coins.traded)

    def _recorded(self, bar: int) -> RecordedRows | None:
        return None if self._sealed is None else self._sealed.at(bar)

    def _rows_of_the_market(self) -> set[int]:
        rows = (self._market.universe.row(pair) for pair in (BTC, ETH))
        return {row for row in rows if row is not None}
