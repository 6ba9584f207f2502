"""The live inputs of all coins, sampled and added up as they arrive (formulas: hhq.recording)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from companion.market.coverage import EventFeed
from companion.market.memory import MarketMemory
from companion.settings.recorder import RecorderSettings
from hhq.arrays import BoolArray, FloatArray, IntArray
from hhq.recording.book import basis_pct, imbalance, spread_pct
from hhq.recording.events import EventLog
from hhq.recording.samples import SampleRing, imbalance_trend
from hhq.recording.whales import FlowHistory, whale_z
from hhq_shared.recorded_format import COLUMNS, Float32Array

_LATE_EVENTS_MS = 10_000


@dataclass(frozen=True, slots=True)
class BookState:
    """Order book and mark price at one moment, float64 (rows,); units as in :mod:`hhq.recording`."""

    spread_pct: FloatArray
    imbalance: FloatArray
    imbalance_trend: FloatArray
    basis_pct: FloatArray
    funding_rate: FloatArray


class LiveInputs:
    """Samples, events and histories by the rows of the market memory; all methods belong to the event loop."""

    def __init__(self, market: MarketMemory, settings: RecorderSettings) -> None:
        self._market = market
        self._settings = settings
        self._ring = SampleRing(0)
        self._flows = FlowHistory(0, settings.whale_history)
        self._whales, self._bought, self._sold = EventLog(), EventLog(), EventLog()
        self._last_trade: list[int] = []
        self._trading_since: list[int] = []
        self._earlier_flows: dict[str, FloatArray] = {}
        self._fit()

    def restore(self, flows: dict[str, FloatArray]) -> None:
        """Begin with earlier whale flows (USDT) by pair, oldest first; also for coins that are listed later."""
        self._earlier_flows = dict(flows)
        self._take_earlier(range(self._flows.coins))

    def trade(self, row: int, time_ms: int, side: int, notional: float) -> None:
        """Take in an aggregate trade, ``notional`` in USDT: it may be a whale's; it shows that the coin's feed is alive."""
        if row >= len(self._last_trade):
            self._fit()
        last = self._last_trade[row]
        if time_ms - last > self._settings.trade_stale_seconds * 1000:
            self._trading_since[row] = time_ms
        if time_ms > last:
            self._last_trade[row] = time_ms
        if notional >= self._settings.whale_notional:
            self._whales.add(time_ms, row, side * notional)

    def liquidation_order(self, row: int, time_ms: int, side: int, notional: float) -> None:
        """Take in a liquidation order, ``notional`` in USDT; a buy closes a short."""
        (self._bought if side > 0 else self._sold).add(time_ms, row, notional)

    def sample(self, time_ms: int, now_ms: int) -> BookState:
        """Sample the order book for the grid time ``time_ms``, as known at ``now_ms`` (both ms UTC)."""
        self._fit()
        rule, live = self._settings, self._market.live
        book_known = now_ms - live.book_ms <= rule.book_stale_seconds * 1000
        mark_known = now_ms - live.mark_ms <= rule.mark_stale_seconds * 1000
        leaning = _known(imbalance(live.bid_quantity, live.ask_quantity), book_known)
        self._ring.put(time_ms // (rule.sample_seconds * 1000), leaning)
        samples = self._ring.last(rule.trend_recent + rule.trend_before)
        return BookState(
            _known(spread_pct(live.bid, live.ask), book_known),
            leaning,
            imbalance_trend(samples, rule.trend_recent),
            _known(basis_pct(live.mark_price, live.index_price), mark_known),
            _known(live.funding_rate, mark_known),
        )

    def row(self, book: BookState, close_ms: int) -> Float32Array:
        """Return what is known at ``close_ms``, float32 (len(COLUMNS), rows of ``book``), events by their own time."""
        self._fit()
        rows = book.imbalance.size
        flow = self._whale_flow(close_ms)
        listening = self._covers(EventFeed.LIQUIDATION_ORDERS, close_ms, self._settings.liquidation_seconds)
        begin = close_ms - self._settings.liquidation_seconds * 1000
        columns = {
            "spread_pct": book.spread_pct,
            "imbalance": book.imbalance,
            "imbalance_trend": book.imbalance_trend,
            "basis_pct": book.basis_pct,
            "funding_rate": book.funding_rate,
            "whale_z": whale_z(flow, self._flows, self._settings.whale_least),
            "liquidated_shorts": _known(self._bought.sums(begin, close_ms, flow.size), listening),
            "liquidated_longs": _known(self._sold.sums(begin, close_ms, flow.size), listening),
            "whale_flow": flow,
        }
        with np.errstate(over="ignore"):
            values = np.stack([columns[name][:rows] for name in COLUMNS]).astype(np.float32)
        values[np.isinf(values)] = np.nan
        return values

    def close(self, values: Float32Array, close_ms: int) -> None:
        """Add the flows of a candle's row to the history, and forget events that no later row counts."""
        self._fit()
        flow = np.full(self._flows.coins, np.nan)
        flow[: values.shape[1]] = values[COLUMNS.index("whale_flow")]
        self._flows.put(flow)
        rule = self._settings
        self._whales.forget(close_ms - rule.whale_seconds * 1000 - _LATE_EVENTS_MS)
        for log in (self._bought, self._sold):
            log.forget(close_ms - rule.liquidation_seconds * 1000 - _LATE_EVENTS_MS)

    def _whale_flow(self, close_ms: int) -> FloatArray:
        rule = self._settings
        begin = close_ms - rule.whale_seconds * 1000
        since, last = np.array(self._trading_since), np.array(self._last_trade)
        alive = (since <= begin) & (close_ms - last <= rule.trade_stale_seconds * 1000)
        covered = self._covers(EventFeed.AGGREGATE_TRADES, close_ms, rule.whale_seconds)
        return _known(self._whales.sums(begin, close_ms, last.size), alive & covered)

    def _covers(self, feed: EventFeed, until_ms: int, seconds: float) -> BoolArray:
        since: IntArray = self._market.coverage.since(feed)
        covered: BoolArray = (since > 0) & (since <= until_ms - seconds * 1000)
        return covered

    def _fit(self) -> None:
        rows, known = len(self._market.universe), len(self._last_trade)
        if rows > known:
            self._ring.grow(rows)
            self._flows.grow(rows)
            self._last_trade += [0] * (rows - known)
            self._trading_since += [0] * (rows - known)
            self._take_earlier(range(known, rows))

    def _take_earlier(self, rows: range) -> None:
        for row in rows if self._earlier_flows else ():
            flows = self._earlier_flows.pop(self._market.universe.coins[row].pair, None)
            if flows is not None and self._flows.count[row] == 0:
                self._flows.restore(row, flows)


def _known(values: FloatArray, known: BoolArray) -> FloatArray:
    return np.where(known, values, np.nan)
