"""Brings the channels up to date from the scanner's latest_scan, the bots and the log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import numpy as np

from companion.bot.state import BotState
from companion.feed.coins import candidate_entries, opportunity_rows
from companion.feed.hub import FeedHub
from companion.feed.log_lines import FeedLogHandler
from companion.feed.pieces import Pieces
from companion.feed.portfolio import PortfolioViews, closed_since, kill_switch_orders, opened_since
from companion.ground.plain import Json, Row, plain
from companion.scanner.latest_scan import LatestScan, LiveView, Scan
from companion.tasks.turns import Turns
from hhq.arrays import BoolArray
from hhq.gates import Gate


class FeedPublisher:
    """Publishes each scan as soon as it is there, everything else once per interval. Add it to a bot's listeners."""

    def __init__(
        self,
        hub: FeedHub,
        latest_scan: LatestScan,
        views: PortfolioViews,
        states: Callable[[], tuple[BotState, ...]],
        log: FeedLogHandler,
        turns: Turns,
        fresh: Callable[[Scan], BoolArray] = lambda scan: scan.fresh,
    ) -> None:
        self._hub = hub
        self._latest_scan = latest_scan
        self._views = views
        self._states = states
        self._log = log
        self._turns = turns
        self._fresh = fresh
        self._told_fresh: BoolArray | None = None
        self._scan: Scan | None = None
        self._live: LiveView | None = None
        self._told: set[tuple[str, int]] = set()
        self._prices: dict[str, Json] = {}

    async def run(self) -> None:
        """Publish until cancelled."""
        self._log.attach()
        try:
            while True:
                await self._publish_in_turns()
                await self._next_update()
        finally:
            self._log.detach()

    async def _publish_in_turns(self) -> None:
        """Let others run between the pieces: a new scan gives them work too."""
        pieces = self.publishing()
        pending = True
        while pending:
            async with self._turns.turn():
                pending = next(pieces, _END) is not _END

    async def _next_update(self) -> None:
        """Return at the next scan, or after one interval at the latest."""
        try:
            async with asyncio.timeout(self._hub.settings.interval_seconds):
                await self._latest_scan.next_scan()
        except TimeoutError:
            return

    def publishing(self) -> Pieces[None]:
        """Publish what has changed since last time, in pieces, then wake the clients once."""
        scan, live = self._latest_scan.scan, self._latest_scan.live
        if scan is not None and self._has_moved(scan, live):
            yield from self._publish_coins(scan, live)
            if scan is not self._scan:
                yield from self._publish_decisions(scan)
            self._scan, self._live = scan, live
        self._publish_bots()
        lines = self._log.take()
        self._hub.logs.publish(lines)
        self._hub.ui_messages.publish([{"type": "LOG", "data": line} for line in lines])
        self._hub.wake()

    def state_changed(self, before: BotState, after: BotState) -> None:
        """Note what has happened to a bot's positions; it is published with the next update."""
        if after.positions is before.positions and after.recent is before.recent:
            return
        closed = [self._views.trade(after, trade) for trade in closed_since(before, after)]
        self._hub.trades.publish(list(closed))
        messages: list[Mapping[str, Json]] = []
        opened = set(opened_since(before, after))
        if opened:
            columns = self._views.position_columns
            rows = self._views.positions(after)
            found = [
                {"id": key, **dict(zip(columns, rows[key], strict=True))} for key in opened & rows.keys()
            ]
            messages += [{"type": "POSITION_OPENED", "data": position} for position in found]
        messages += [{"type": "KILL_SWITCH", "data": event} for event in kill_switch_orders(before, after)]
        messages += [{"type": "POSITION_CLOSED", "data": trade} for trade in closed]
        self._hub.ui_messages.publish(messages)

    def _has_moved(self, scan: Scan, live: LiveView | None) -> bool:
        """Whether there is another scan or view, or a coin has become stale or fresh, as without a scanner too."""
        before, self._told_fresh = self._told_fresh, self._fresh(scan)
        if scan is not self._scan or live is not self._live:
            return True
        return before is None or not np.array_equal(before, self._told_fresh)

    def _publish_coins(self, scan: Scan, live: LiveView | None) -> Pieces[None]:
        rows = opportunity_rows(scan, live, self._fresh(scan))
        yield
        if not (yield from self._hub.opportunities.publishing(rows)):
            return
        yield
        prices = self._moved_prices(scan, live)
        if prices:
            self._hub.ui_messages.publish([{"type": "PRICE_UPDATE", "data": prices}])
        yield

    def _moved_prices(self, scan: Scan, live: LiveView | None) -> dict[str, Json]:
        if live is None or live.price.size != len(scan.columns):
            return {}
        symbols = scan.columns["symbol"]
        found = {
            str(symbol): price
            for symbol, price in zip(symbols, live.price.tolist(), strict=True)
            if price == price and self._prices.get(str(symbol)) != price
        }
        self._prices.update(found)
        return dict(found)

    def _publish_decisions(self, scan: Scan) -> Pieces[None]:
        if self._scan is None or scan.bar != self._scan.bar:
            self._told.clear()
        entries = yield from candidate_entries(scan, self._told)
        yield
        self._hub.signals.publish(entries)
        yield
        self._hub.funnel.publish(
            {
                "bar": scan.bar,
                "close_ms": scan.close_ms,
                "of_pass": plain(scan.funnels.of_pass),
                "of_day": plain(scan.funnels.of_day),
                "passes": scan.funnels.passes,
            }
        )
        yield
        candidates = self._hub.opportunities.objects("gate", _SCORED)
        self._hub.scanner_messages.publish(
            [{"type": "scanner_update", "data": {"opportunities": candidates}}]
        )
        yield
        accepted = [entry for entry in entries if entry["accepted"]]
        self._hub.ui_messages.publish([{"type": "SIGNAL", "data": entry} for entry in accepted])
        yield

    def _publish_bots(self) -> None:
        rows: dict[str, Row] = {}
        states = self._states()
        for state in states:
            rows |= self._views.positions(state)
        self._hub.positions.publish(rows)
        self._hub.accounts.publish({state.name: self._views.account(state) for state in states})


_END = object()
_SCORED = frozenset(gate.name for gate in Gate if gate >= Gate.SCORE_LOW)
