"""The last candles of one coin, with what is decided at each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from companion.market.memory import MarketMemory
from companion.scanner.columns import SIDES, Number, numbers, signal_levels
from companion.scanner.explained import row_of
from companion.scanner.gathering import candles_alone
from companion.scanner.latest_scan import Scan
from hhq.arrays import FloatArray
from hhq.coins import BTC, ETH
from hhq.contracts import with_contracts
from hhq.decide import Decisions, decide
from hhq.features.block import compute_features
from hhq.features.catalogue import Feature, FeatureBlock
from hhq.gates import Gate
from hhq.layers import LAYERS
from hhq.market.series import MarketSeries, market_series
from hhq.panel import CANDLE_MS, WINDOW, Panel, RecordedRows

DECIDED = 288
"""At most so many candles are decided: a day."""

Points = tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class CourseInputs:
    """Copies of what :func:`decided_course` reads: candles of the coin, BTC and ETH, settled ``funding`` (1, bars).

    ``is_older``: the coin had candles before the first one that is still known.
    """

    row: int
    is_older: bool
    candles: Panel
    btc: Panel
    eth: Panel
    funding: FloatArray


@dataclass(frozen=True, slots=True)
class DecidedCandles:
    """What is decided at the close of candles; one entry for each. Null: n/a, or the candle has no side.

    ``threshold`` is what abs(``zscore``) has to exceed for a side. ``points``: of every layer. ``recorded``: the scanner has
    decided this candle when it closed, with the order book of that time; the others are decided now, from candles and
    settled funding alone.
    """

    time: tuple[int, ...]
    recorded: tuple[bool, ...]
    gate: tuple[str, ...]
    side: tuple[str | None, ...]
    zscore: Points
    threshold: Points
    score: Points
    minimum: Points
    entry_price: Points
    stop_price: Points
    target_price: Points
    points: tuple[Points | None, ...]


@dataclass(frozen=True, slots=True)
class LayerName:
    """A layer by its number."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class CoinCandles:
    """Closed 5m candles of a coin, oldest first: ``time`` of their opening (ms UTC), prices in USDT, volume in coins.

    ``decisions``: of the last of them, at most a day; their ``points`` are in the order of ``layers``.
    """

    pair: str
    symbol: str
    candle_ms: int
    time: tuple[int, ...]
    open: Points
    high: Points
    low: Points
    close: Points
    volume: Points
    layers: tuple[LayerName, ...]
    decisions: DecidedCandles


def course_inputs(market: MarketMemory, scan: Scan, pair: str) -> CourseInputs | None:
    """Copy, in the event loop, what is decided from; None for a pair that the scan does not have."""
    row = row_of(scan, pair)
    if row is None:
        return None
    rows, bar = np.array([row]), scan.bar
    candles = market.candles.panel((pair,), rows, bar)
    return CourseInputs(
        row,
        market.candles.begin_of(row) < candles.first_bar,
        candles,
        candles_alone(market, BTC, bar),
        candles_alone(market, ETH, bar),
        market.funding.panel(rows, candles.first_bar, candles.bars),
    )


def decided_course(inputs: CourseInputs, scan: Scan, count: int) -> CoinCandles:
    """The last ``count`` candles up to the scan's, and their decisions; work for a thread.

    The newest is decided from exactly what the scan has read.
    """
    candles = inputs.candles
    known = np.flatnonzero(~np.isnan(candles.close[0]))
    shown = min(count, candles.bars - int(known[0]) if known.size else 1)
    decided = min(shown, DECIDED)
    first = candles.bars - decided
    market = market_series(inputs.btc, inputs.eth, scan.settings.market, candles.first_bar + first).aligned(
        candles.first_bar + first, decided
    )
    block = compute_features(
        candles, RecordedRows.of_funding(inputs.funding), market.smt, scan.settings.features, first
    )
    if inputs.is_older:
        # What the memory no longer has was there when the candle closed.
        block.history[0, block.history[0] == first + 1 + np.arange(decided)] = WINDOW
    block.values[:, 0, -1] = scan.block.values[:, inputs.row, 0]
    block.history[0, -1] = scan.block.history[inputs.row, 0]
    coins = scan.coins.one(inputs.row)
    decisions = with_contracts(decide(block, market.values, coins, scan.settings), coins, scan.settings)
    pair = candles.symbols[0]
    prices = {
        name: numbers(getattr(candles, name)[0, candles.bars - shown :])
        for name in ("open", "high", "low", "close", "volume")
    }
    return CoinCandles(
        pair=pair,
        symbol=scan.columns.coin(inputs.row).symbol,
        candle_ms=CANDLE_MS,
        time=tuple(candles.open_time[candles.bars - shown :].tolist()),
        layers=tuple(LayerName(layer.number, layer.name) for layer in LAYERS),
        decisions=_decided(scan, block, market, decisions),
        **prices,
    )


def _decided(scan: Scan, block: FeatureBlock, market: MarketSeries, decisions: Decisions) -> DecidedCandles:
    signals = decisions.signals
    levels = signal_levels(block, market, decisions, scan.settings)
    bars = block.values.shape[2]
    points: list[Points | None] = [None] * bars
    for bar, column in zip(signals.bar.tolist(), signals.points.T, strict=True):
        points[bar] = numbers(column)

    def spread(values: FloatArray) -> Points:
        return numbers(decisions.spread(values)[0])

    return DecidedCandles(
        time=tuple(((block.first_bar + np.arange(bars)) * CANDLE_MS).tolist()),
        recorded=(False,) * (bars - 1) + (True,),
        gate=tuple(Gate(code).name for code in decisions.gate[0].tolist()),
        side=tuple(SIDES[side] for side in decisions.side[0].tolist()),
        zscore=numbers(block[Feature.ZSCORE][0]),
        threshold=numbers(decisions.threshold[0]),
        score=spread(signals.score),
        minimum=spread(signals.minimum),
        entry_price=spread(signals.entry_price),
        stop_price=spread(levels.stop_price),
        target_price=spread(levels.target_price),
        points=tuple(points),
    )
