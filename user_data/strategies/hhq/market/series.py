"""The state of the whole market per candle: changes and trends of BTC and ETH, flash moves, macro regime, SMT."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from hhq.arrays import BoolArray, CodeArray, FloatArray, round_all
from hhq.features.smt import smt_divergence
from hhq.market.flash import flash_states
from hhq.market.macro import macro_measures, macro_regime
from hhq.market.trends import btc_daily_trend, btc_short_term_trend, eth_trend
from hhq.market.values import MarketValues
from hhq.panel import CANDLES_PER_DAY, CANDLES_PER_HOUR, Panel
from hhq.settings.market import FlashSettings, MarketSettings

HALF_HOUR, HOUR, FOUR_HOURS = CANDLES_PER_HOUR // 2, CANDLES_PER_HOUR, 4 * CANDLES_PER_HOUR


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of the close over rolling windows in %, float64 (bars,), NaN where a close is missing."""

    half_hour: FloatArray
    hour: FloatArray
    four_hours: FloatArray
    day: FloatArray

    @classmethod
    def not_available(cls, bars: int) -> Changes:
        """Return changes that are n/a on every candle."""
        return cls(*(np.full(bars, np.nan) for _ in fields(cls)))


@dataclass(frozen=True, slots=True)
class MarketSeries:
    """State of the market at consecutive closed 5m candles; every array has shape (bars,).

    ``first_bar`` is the clock number of the first entry, as in :class:`hhq.panel.Panel`. ``smt`` float64: +1
    bullish, −1 bearish, 0 none, NaN n/a.
    """

    first_bar: int
    btc: Changes
    eth: Changes
    values: MarketValues
    smt: FloatArray

    @property
    def bars(self) -> int:
        """Number of candles."""
        return int(self.smt.size)

    @classmethod
    def not_available(cls, first_bar: int, bars: int) -> MarketSeries:
        """Return a market that is n/a on every candle."""
        btc, eth = Changes.not_available(bars), Changes.not_available(bars)
        return cls(first_bar, btc, eth, MarketValues.not_available(bars), np.full(bars, np.nan))

    def known(self) -> BoolArray:
        """Return for each candle whether everything that any filter reads for any coin is known, bool (bars,)."""
        return self.values.btc_known() & self.values.eth_known() & self.values.macro_known()

    def aligned(self, first_bar: int, bars: int) -> MarketSeries:
        """Return the series on another stretch of the clock, n/a where this one has no candle."""
        aligned = MarketSeries.not_available(first_bar, bars)
        begin, end = max(first_bar, self.first_bar), min(first_bar + bars, self.first_bar + self.bars)
        if begin < end:
            here = slice(begin - self.first_bar, end - self.first_bar)
            there = slice(begin - first_bar, end - first_bar)
            for source, target in (
                (self.btc, aligned.btc),
                (self.eth, aligned.eth),
                (self.values, aligned.values),
            ):
                for field in fields(source):
                    getattr(target, field.name)[there] = getattr(source, field.name)[here]
            aligned.smt[there] = self.smt[here]
        return aligned


def market_series(
    btc: Panel, eth: Panel, settings: MarketSettings, first_bar: int | None = None
) -> MarketSeries:
    """Compute the state of the market from the closed 5m candles of BTC and ETH.

    Each panel holds one coin. The two may start and end at different times and are put on one clock; a panel
    without candles means that its coin is missing. A price that is NaN or not above 0 is missing.
    ``first_bar`` is the clock number of the first candle to compute (None: the earlier start of the two
    panels); the result reaches from there to the later end of the two, and only as many candles before it are
    read as the longest window needs. All values are rounded to 9 significant digits before they are compared
    with a limit.

    Raises ValueError when a panel does not hold exactly one coin.
    """
    start, end = _span(btc, eth)
    wanted = start if first_bar is None else min(max(first_bar, start), end)
    begin = max(start, wanted - _lookback(settings))
    first = wanted - begin
    btc_high, btc_low, btc_close = (_on_clock(prices, btc.first_bar, begin, end) for prices in _prices(btc))
    eth_high, eth_low, eth_close = (_on_clock(prices, eth.first_bar, begin, end) for prices in _prices(eth))
    btc_changes, eth_changes = _changes(btc_close, first), _changes(eth_close, first)
    flash = _flash_states(btc_close, eth_close, settings.flash, first)
    measures = macro_measures(btc_close, settings.macro.window, first)
    round_all(measures.ravel())
    return MarketSeries(
        first_bar=wanted,
        btc=btc_changes,
        eth=eth_changes,
        values=_values(btc_changes, eth_changes, flash, macro_regime(measures, settings.macro), settings),
        smt=smt_divergence(btc_high, btc_low, eth_high, eth_low, settings.smt_window, first),
    )


@dataclass(frozen=True, slots=True)
class _FlashStates:
    crash: FloatArray
    since_crash: FloatArray
    pump: FloatArray
    since_pump: FloatArray
    eth: FloatArray


def _flash_states(
    btc_close: FloatArray, eth_close: FloatArray, settings: FlashSettings, first: int
) -> _FlashStates:
    btc, eth = _change(btc_close, HALF_HOUR, 0), _change(eth_close, HALF_HOUR, 0)
    crash, since_crash = flash_states(-btc, settings.btc_start, settings.btc_end, settings.memory, first)
    pump, since_pump = flash_states(btc, settings.btc_start, settings.btc_end, settings.memory, first)
    eth_crash, _ = flash_states(-eth, settings.eth_start, settings.eth_end, settings.memory, first)
    return _FlashStates(crash, since_crash, pump, since_pump, eth_crash)


def _values(
    btc: Changes, eth: Changes, flash: _FlashStates, macro: CodeArray, settings: MarketSettings
) -> MarketValues:
    return MarketValues(
        btc_short_term=btc_short_term_trend(
            btc.half_hour, btc.hour, btc.four_hours, flash.crash, settings.btc
        ),
        btc_daily=btc_daily_trend(btc.day, settings.btc),
        eth_trend=eth_trend(eth.half_hour, eth.hour, eth.four_hours, settings.eth),
        flash_crash=flash.crash,
        minutes_since_crash=flash.since_crash,
        flash_pump=flash.pump,
        minutes_since_pump=flash.since_pump,
        eth_flash=flash.eth,
        macro=macro,
    )


def _changes(close: FloatArray, first: int) -> Changes:
    return Changes(
        *(_change(close, candles, first) for candles in (HALF_HOUR, HOUR, FOUR_HOURS, CANDLES_PER_DAY))
    )


def _change(close: FloatArray, candles: int, first: int) -> FloatArray:
    """Return the change over ``candles`` in %, rounded, float64 (bars − ``first``,)."""
    change = np.full(close.size - first, np.nan)
    begin = max(first, candles)
    before = close[begin - candles : max(close.size - candles, 0)]
    change[begin - first :] = (close[begin:] - before) / before * 100.0
    round_all(change)
    return change


def _lookback(settings: MarketSettings) -> int:
    return max(
        2 * settings.flash.memory + HALF_HOUR, CANDLES_PER_DAY, settings.macro.window, settings.smt_window
    )


def _span(btc: Panel, eth: Panel) -> tuple[int, int]:
    """Return the clock numbers of the first candle of either panel and of the candle after the last."""
    for panel in (btc, eth):
        if panel.coins != 1:
            raise ValueError(f"a panel of one coin wanted, got {panel.coins}: {', '.join(panel.symbols)}")
    filled = [panel for panel in (btc, eth) if panel.bars] or [btc]
    return min(p.first_bar for p in filled), max(p.first_bar + p.bars for p in filled)


def _prices(panel: Panel) -> list[FloatArray]:
    """Return high, low and close, NaN where they are not above 0."""
    return [np.where(prices[0] > 0.0, prices[0], np.nan) for prices in (panel.high, panel.low, panel.close)]


def _on_clock(prices: FloatArray, first_bar: int, begin: int, end: int) -> FloatArray:
    """Return the prices from clock number ``begin`` to ``end`` − 1, NaN where there are none."""
    placed = np.full(end - begin, np.nan)
    low, high = max(first_bar, begin), min(first_bar + prices.size, end)
    if low < high:
        placed[low - begin : high - begin] = prices[low - first_bar : high - first_bar]
    return placed
