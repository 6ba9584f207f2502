"""One run of the streams, from the exchange's client to the last task."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

import numpy as np

from companion.market.universe import Coin
from companion.streams.connection import Connection
from companion.streams.context import StreamContext
from companion.streams.repairs import CandleRepairs, backfill_order
from companion.streams.rest import Rest
from companion.streams.settlements import Settlements
from companion.streams.socket import Dialer
from companion.streams.status import Staleness
from companion.streams.subscriptions import Subscriptions
from companion.streams.watch import Watch
from companion.streams.weight import Urgency
from companion.tasks.backoff import Backoff
from companion.venues.errors import RequestError
from companion.venues.venue import VenueClient
from hhq.contracts import is_a_date, moment

_LOG = logging.getLogger("companion.streams")
_CLOCK_SAMPLES = 3
_STRANGE_LAG_MS = 1_000
"""If messages seem this old, or this far in the future, the clock is measured again."""
_CLOCK_LOOK_SECONDS = 1.0
_SHORTEST_CLOCK_SECONDS = 2.0
_LONGEST_WAIT_SECONDS = 5.0
"""Longest wait between attempts at what nothing else can begin without."""


class Session:
    """The parts that live as long as one client of the exchange."""

    def __init__(self, context: StreamContext, client: VenueClient) -> None:
        self._context = context
        self._rest = Rest(client.requests, context.ledger, context.clock, context.counters, context.turns)
        self._dialer = Dialer(context, client.transport)
        self._repairs = CandleRepairs(context, self._rest)
        self.subscriptions = Subscriptions(
            context, self._repairs, lambda name, kind: Connection(name, kind, context, self._dialer)
        )
        self._settlements = Settlements(context, self._rest)
        self._watch = Watch(context, self._repairs, self._rest)
        self._deliveries: dict[str, float] = {}

    async def run(self) -> None:
        """Learn what the exchange lists, then keep everything going until cancelled."""
        await self._until_it_works("clock", self._measure_clock)
        await self._until_it_works("listings", self._look_at_listings)
        await self._until_it_works("tickers", self._look_at_tickers)
        # Before any candle makes a coin decidable: without its funding it would be decided differently from the bot.
        await self._until_it_works("settled funding rates", self._settlements.fetch_history)
        universe = self._context.market.universe
        self._complete(universe.trading_rows, Urgency.BACKFILL)
        try:
            await self.subscriptions.follow(universe.trading_rows)
            async with asyncio.TaskGroup() as tasks:
                for name, work in self._works():
                    tasks.create_task(work, name=f"streams: {name}")
        finally:
            await self.subscriptions.end()

    def _works(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        works = [(group.name, group.run()) for group in self.subscriptions.groups]
        works += [
            (f"repairs {number}", self._repairs.work())
            for number in range(self._context.settings.requests_at_once)
        ]
        return [
            *works,
            ("first backfill", self._first_backfill()),
            ("funding", self._settlements.run()),
            ("watch", self._watch.run()),
            ("tickers", self._watch.ask_tickers()),
            ("clock", self._keep_clock()),
            ("listings", self._keep_listings()),
        ]

    async def _first_backfill(self) -> None:
        """Grant the first backfill its larger share of the weight until it is done."""
        context = self._context
        begun = context.clock.monotonic()
        with context.ledger.backfilling():
            await context.counters.until(lambda: not self._repairs.backfilling)
        backfill = context.staleness.backfill_status()
        seconds = context.clock.monotonic() - begun
        counts = backfill.backfilled, backfill.coins
        _LOG.info("candles of %d of %d coins are backfilled after %.0f s", *counts, seconds)

    async def _keep_clock(self) -> None:
        """Measure the exchange's clock every few minutes, and when messages do not fit it."""
        context = self._context
        measured = context.clock.monotonic()
        while True:
            await context.clock.sleep(_CLOCK_LOOK_SECONDS)
            age = context.clock.monotonic() - measured
            strange = abs(context.intake.lag_ms) > _STRANGE_LAG_MS and age > _SHORTEST_CLOCK_SECONDS
            if age < context.settings.clock_minutes * 60.0 and not strange:
                continue
            try:
                await self._measure_clock()
                measured = context.clock.monotonic()
            except RequestError as problem:
                _LOG.info("clock of the exchange: %s", problem)

    async def _measure_clock(self) -> None:
        """Take the quickest of several answers: it tells the time best."""
        samples = [await self._rest.time() for _ in range(_CLOCK_SAMPLES)]
        self._context.exchange_clock.measured(*min(samples, key=lambda sample: sample[2] - sample[1]))
        self._context.intake.lag_ms = 0
        self._context.counters.add("clock_measured")

    async def _keep_listings(self) -> None:
        context = self._context
        while True:
            await context.clock.sleep(context.settings.listings_minutes * 60.0)
            await self._until_it_works("listings", self._look_at_listings)
            self._complete(context.staleness.rows(Staleness.BACKFILL), Urgency.REPAIR)
            await self.subscriptions.follow(context.market.universe.trading_rows)

    async def _look_at_listings(self) -> None:
        """Take in what the exchange lists now: rules, listings, delistings."""
        context = self._context
        traded = context.traded_types()
        coins = [coin for coin in (await self._rest.listings()).coins if coin.contract_type in traded]
        self._tell_deliveries(coins)
        # Fresh memory is slow to write to: not in the event loop.
        await asyncio.to_thread(context.market.prepare, coins)
        change = context.market.update_listings(coins)
        context.intake.grow()
        for row in change.listed:
            # Also without a ticker, until one arrives.
            context.staleness.mark(row, Staleness.BACKFILL)
            context.staleness.mark(row, Staleness.TICKER)
            context.market.unheard.add(row)
        for row in change.delisted:
            context.staleness.forget(row)
            self._repairs.forget(row)
        context.counters.add("coins_listed", len(change.listed))
        context.counters.add("coins_delisted", len(change.delisted))
        if change.listed or change.delisted:
            names = [context.market.universe.coin(row).symbol for row in change.delisted]
            _LOG.info("%d coins listed, delisted: %s", len(change.listed), ", ".join(names) or "none")

    def _tell_deliveries(self, coins: Iterable[Coin]) -> None:
        """Log each announced delivery once, and again if its date changes."""
        for coin in coins:
            if is_a_date(coin.delivery_ms) and self._deliveries.get(coin.symbol) != coin.delivery_ms:
                self._deliveries[coin.symbol] = coin.delivery_ms
                _LOG.warning("DELISTING: %s is delivered on %s", coin.pair, moment(coin.delivery_ms))

    async def _look_at_tickers(self) -> None:
        """Take in the tickers of all coins: the most traded are backfilled first."""
        self._context.intake.take_current(await self._rest.tickers())

    def _complete(self, rows: Iterable[int], urgency: Urgency) -> None:
        market = self._context.market
        volumes = np.nan_to_num(market.live.quote_volume_24h).tolist()
        for row in rows:
            self._repairs.want(row, urgency, backfill_order(market.universe.coin(row).pair, volumes[row]))

    async def _until_it_works(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        context = self._context
        longest = min(context.settings.longest_backoff_seconds, _LONGEST_WAIT_SECONDS)
        backoff = Backoff(min(context.settings.backoff_seconds, longest), longest)
        failures = 0
        while True:
            try:
                return await work()
            except RequestError as problem:
                failures += 1
                wait = backoff.wait(failures, context.rng)
                _LOG.warning("%s of the exchange: %s; tried again in %.1f s", what, problem, wait)
                await context.clock.sleep(wait)
