"""The market decision for coins × candles: gates in order, side, score, leverage, entry (docs/signal.md).

One evaluation for three shapes: a backtest's columns (1 × N), a live window (1 × 1,500), the scanner's batch (544 × 1).
The gates that every candle has to pass work on whole arrays; the few candles beyond their threshold are then decided
as k candidates, so that the work grows with the number of signals and not of candles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hhq.arrays import BoolArray, CodeArray, FloatArray, IntArray
from hhq.coins import CoinTable
from hhq.features.catalogue import Feature, FeatureBlock
from hhq.gates import Gate
from hhq.market.values import MarketValues
from hhq.panel import CANDLE_MS
from hhq.settings import HHQSettings
from hhq.settings.signal import ScheduleSettings, SignalSettings
from hhq.signals import Signals, Where, evaluate, no_signals
from hhq.thresholds import decide_side, effective_threshold, regime_of, threshold_of_regime

_MS_PER_HOUR = 3_600_000
REQUIRED = (Feature.CLOSE, Feature.ZSCORE, Feature.HURST, Feature.ATR, Feature.ATR_1H)
"""Features without which a candle counts as missing data."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decisions for coins × bars: ``gate`` and ``regime`` int8 codes, ``side`` int8 (0 none), ``threshold`` float64.

    ``threshold`` is what abs(z) has to exceed for a side. ``signals`` has one entry for each candle that has a side.
    ``first_bar`` as in :class:`hhq.panel.Panel`.
    """

    symbols: tuple[str, ...]
    first_bar: int
    gate: CodeArray
    regime: CodeArray
    side: CodeArray
    threshold: FloatArray
    signals: Signals

    def spread(self, values: FloatArray) -> FloatArray:
        """Return ``values`` (one per signal) as an array of coins × bars, NaN where there is no signal."""
        result = np.full(self.gate.shape, np.nan)
        result[self.signals.coin, self.signals.bar] = values
        return result

    def accepted(self) -> BoolArray:
        """Return for each coin and bar whether it is an accepted signal, bool (coins, bars)."""
        accepted: BoolArray = self.gate == Gate.SCORE_PASS
        return accepted


def decide(block: FeatureBlock, market: MarketValues, coins: CoinTable, settings: HHQSettings) -> Decisions:
    """Decide every coin and bar of ``block``.

    ``market`` has one entry per bar of the block; ``coins`` are the block's coins in its order (else ValueError).
    """
    rule = settings.signal
    _check_alignment(block, market, coins)
    standard = effective_threshold(block[Feature.HURST], block[Feature.ATR_PCT], rule)
    regime = regime_of(block[Feature.HURST], rule.regime)
    threshold = threshold_of_regime(standard, regime, block[Feature.IMBALANCE], rule.regime)
    gate = _gates_before_the_side(block, coins, standard, rule)
    coin, bar = np.nonzero(gate == Gate.REGIME)
    sides = decide_side(
        block[Feature.ZSCORE][coin, bar],
        regime[coin, bar],
        threshold[coin, bar],
        block[Feature.IMBALANCE][coin, bar],
        rule.regime,
    )
    gate[coin, bar] = np.where(sides.imbalance_missing, Gate.IMBALANCE_NA, Gate.REGIME)
    sided = np.flatnonzero(sides.side)
    side = np.zeros(gate.shape, dtype=np.int8)
    signals = no_signals()
    if sided.size:
        at = Where(coin[sided], bar[sided], sides.side[sided])
        signals = evaluate(block, regime, threshold, market, coins, settings, at)
        gate[signals.coin, signals.bar] = signals.gate
        side[signals.coin, signals.bar] = signals.side.astype(np.int8)
    return Decisions(block.symbols, block.first_bar, gate, regime, side, threshold, signals)


def _check_alignment(block: FeatureBlock, market: MarketValues, coins: CoinTable) -> None:
    if coins.symbols != block.symbols:
        raise ValueError(f"coins: {', '.join(block.symbols)} wanted, got {', '.join(coins.symbols)}")
    bars = block.values.shape[2]
    if market.macro.shape != (bars,):
        raise ValueError(f"market: {bars} entries wanted, got shape {market.macro.shape}")


def _gates_before_the_side(
    block: FeatureBlock, coins: CoinTable, threshold: FloatArray, rule: SignalSettings
) -> CodeArray:
    """Return the first of the gates EXCLUDED, DATA, HOURS and Z that stops each candle, REGIME where none does."""
    stretched: BoolArray = np.abs(block[Feature.ZSCORE]) > threshold
    quiet = quiet_bars(block.first_bar, threshold.shape[1], rule.schedule)
    exempt = coins.is_one_of(rule.schedule.quiet_exempt)
    gate = np.full(threshold.shape, Gate.REGIME, dtype=np.int8)
    # Written last gate first, so that the first gate to stop a candle is the one that remains.
    gate[~stretched] = Gate.Z
    gate[quiet[np.newaxis, :] & ~exempt[:, np.newaxis]] = Gate.HOURS
    gate[~has_data(block, rule.minimum_history)] = Gate.DATA
    gate[coins.is_one_of(rule.excluded_coins)] = Gate.EXCLUDED
    return gate


def has_data(block: FeatureBlock, minimum_history: int) -> BoolArray:
    """Return for each coin and bar whether there are enough candles, a price, and the features that every rule needs."""
    enough: BoolArray = (block.history >= minimum_history) & (block[Feature.CLOSE] > 0)
    for feature in REQUIRED:
        enough &= ~np.isnan(block[feature])
    return enough


def quiet_bars(first_bar: int, bars: int, settings: ScheduleSettings) -> BoolArray:
    """Return for each bar whether its close lies in the quiet hours (UTC), bool (bars,)."""
    closes: IntArray = (first_bar + 1 + np.arange(bars, dtype=np.int64)) * CANDLE_MS
    hour = (closes // _MS_PER_HOUR) % 24
    if settings.quiet_from <= settings.quiet_until:
        inside: BoolArray = (hour >= settings.quiet_from) & (hour < settings.quiet_until)
    else:
        inside = (hour >= settings.quiet_from) | (hour < settings.quiet_until)
    return inside & settings.quiet_hours


def count_gates(decisions: Decisions) -> dict[Gate, int]:
    """Return how many coin-candles ended at each gate, in the order of the gates."""
    counts = np.bincount(decisions.gate.ravel(), minlength=len(Gate))
    return {gate: int(counts[gate]) for gate in Gate}
