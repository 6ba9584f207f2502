"""Looks after every coin: missing tickers, overdue candles, holes."""

from __future__ import annotations

import logging

import numpy as np

from companion.streams.context import StreamContext
from companion.streams.market_silence import MarketSilence
from companion.streams.repairs import CandleRepairs
from companion.streams.rest import Rest
from companion.streams.status import Staleness
from companion.streams.weight import Urgency
from companion.venues.errors import RequestError
from hhq.arrays import IntArray

_LOG = logging.getLogger("companion.streams")
LOOK_SECONDS = 0.5
_ASK_BEFORE_STALE = 0.8
"""Share of the time to staleness after which a quiet coin's ticker is requested over REST."""


class Watch:
    """Staleness per coin, and REST for what the streams do not bring."""

    def __init__(
        self,
        context: StreamContext,
        repairs: CandleRepairs,
        rest: Rest,
    ) -> None:
        self._market = context.market
        self._intake = context.intake
        self._staleness = context.staleness
        self._clock = context.clock
        self._exchange_clock = context.exchange_clock
        self._settings = context.settings
        self._repairs = repairs
        self._rest = rest
        self._silence = MarketSilence()
        self._bar = -1
        self._bar_seen = 0.0

    async def run(self) -> None:
        """Look at all coins twice a second until cancelled."""
        while True:
            self.look()
            await self._clock.sleep(LOOK_SECONDS)

    async def ask_tickers(self) -> None:
        """Request over REST the tickers of coins whose stream is quiet, until cancelled."""
        while True:
            rows = self._quiet(self._settings.ticker_stale_seconds * _ASK_BEFORE_STALE)
            try:
                await self._fetch_tickers(rows)
            except RequestError as problem:
                _LOG.info("tickers: %s", problem)
            await self._clock.sleep(LOOK_SECONDS * 2.0)

    def look(self) -> None:
        """Mark what is stale, clear what no longer is, and have missing candles fetched."""
        market = self._market
        rows = market.universe.trading_rows
        self._silence.look(sum(market.is_heard(row) for row in rows), len(rows), self._clock.monotonic())
        silent = self._quiet(self._settings.ticker_stale_seconds)
        self._staleness.settle(silent.tolist(), Staleness.TICKER, self._staleness.rows(Staleness.TICKER))
        self._look_at_candles()
        for row in self._staleness.rows(Staleness.GAP):
            if not self._repairs.missing(row):
                self._staleness.clear(row, Staleness.GAP)
            elif not self._repairs.is_waiting(row):
                self._repairs.want(row, Urgency.REPAIR)

    def _look_at_candles(self) -> None:
        bar, now = self._exchange_clock.closed_bar(), self._clock.monotonic()
        if bar != self._bar:
            self._bar, self._bar_seen = bar, now
        overdue = now - self._bar_seen
        trading = self._trading()
        missing = trading[self._market.candles.last_bars[trading] < bar]
        if overdue > self._settings.candle_late_seconds:
            for row in missing.tolist():
                self._repairs.want(row, Urgency.LIVE)
        held = self._staleness.rows(Staleness.CANDLE)
        if overdue > self._settings.candle_stale_seconds:
            self._staleness.settle(missing.tolist(), Staleness.CANDLE, held)
        else:
            # A coin that was stale at the previous candle stays stale until its newest candle is there.
            self._staleness.settle(set(missing.tolist()) & set(held), Staleness.CANDLE, held)

    async def _fetch_tickers(self, rows: IntArray) -> None:
        if not rows.size:
            return
        symbols = [self._market.universe.coin(row).symbol for row in rows.tolist()]
        if not self._rest.are_cheaper_singly(symbols):
            self._intake.take_current(await self._rest.tickers(frozenset(symbols)))
            return
        for symbol in symbols:
            self._intake.take_current(await self._rest.ticker(symbol))

    def _quiet(self, seconds: float) -> IntArray:
        trading = self._trading()
        return trading[self._intake.ticker_heard[trading] < self._clock.monotonic() - seconds]

    def _trading(self) -> IntArray:
        return np.array(self._market.universe.trading_rows, dtype=np.int64)
