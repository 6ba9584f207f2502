"""The log lines about a signal's way through the gates, for which users search (docs/logs.md)."""

from __future__ import annotations

import logging
import math

from hhq.features.catalogue import Feature
from hhq.gates import EXPLANATIONS, Gate
from hhq.layers import LAYERS
from hhq.market.filters import EXPLANATIONS as MARKET_EXPLANATIONS
from hhq.market.filters import MarketReason
from hhq.regime import Regime
from hhq.score import points_text
from hhq.signals import Signals
from hhq_freqtrade.analysis.pair_table import PairTable

logger = logging.getLogger("hhq.trace")

PAST_Z = {Gate.REGIME, Gate.IMBALANCE_NA, *(gate for gate in Gate if gate > Gate.IMBALANCE_NA)}


def side_name(side: int) -> str:
    """Return LONG, SHORT, or - for no side."""
    return {1: "LONG", -1: "SHORT"}.get(side, "-")


class SignalLog:
    """Logs what became of each pair's newest candle, once."""

    def __init__(self) -> None:
        self._written: dict[str, int] = {}

    def write(self, table: PairTable, signals: Signals) -> int:
        """Log the table's last candle; return the side of its accepted signal, 0 without one or if logged before."""
        row = table.numbers.size - 1
        if row < 0 or self._written.get(table.pair) == int(table.numbers[row]):
            return 0
        self._written[table.pair] = int(table.numbers[row])
        decision(table, row, signals)
        return table.accepted_side(row) if table.value("gate", row) == Gate.SCORE_PASS else 0


def decision(table: PairTable, row: int, signals: Signals) -> None:
    """Log what became of one candle of one pair; nothing for a candle that did not pass the z gate.

    ``signals`` are the table's candidates, among which the candle is looked up.
    """
    gate = Gate(int(table.value("gate", row)))
    symbol, threshold = table.pair, table.value("threshold", row)
    zscore = float(table.block.values[Feature.ZSCORE, 0, row])
    # Its contract stops a coin before z is asked; that is worth a line where z would have passed.
    by_contract = gate in (Gate.CONTRACT_TYPE, Gate.DELISTING) and abs(zscore) > threshold
    if gate not in PAST_Z and not by_contract:
        return
    hurst = float(table.block.values[Feature.HURST, 0, row])
    regime = Regime(int(table.value("regime", row))).name
    logger.info("Z_PASS: %s z=%.2f thr=%.2f H=%.3f %s", symbol, zscore, threshold, hurst, regime)
    found = (signals.bar == row).nonzero()[0]
    if not found.size:
        blocked(symbol, 0, gate.name, EXPLANATIONS[gate].english)
        return
    _scored(table, row, signals, int(found[0]), gate)


def _scored(table: PairTable, row: int, signals: Signals, k: int, gate: Gate) -> None:
    symbol, side = table.pair, int(signals.side[k])
    strong = float(signals.timeframes.strong_trend_points[k])
    if strong < 0:
        size = float(signals.timeframes.strong_trend_size_factor[k]) * 100.0
        change = float(table.block.values[Feature.STRONG_TREND_CHANGE, 0, row])
        logger.info(
            "STRONG_TREND: %.1f%% → %s penalized (%.0f, %.0f%% size)", change, side_name(side), strong, size
        )
    for layer, points in zip(LAYERS, signals.points[:, k], strict=True):
        logger.debug("LAYER_%d: %s %s", layer.number, symbol, points_text(float(points)))
    score, minimum = float(signals.score[k]), float(signals.minimum[k])
    if not math.isnan(score):
        reasons = ", ".join(
            f"{layer.name} {points_text(float(points))}"
            for layer, points in zip(LAYERS, signals.points[:, k], strict=True)
            if points
        )
        logger.info("PRE_SCORE: %s score=%.0f min=%.0f | reasons: %s", symbol, score, minimum, reasons)
    if gate is Gate.SCORE_PASS:
        leverage = float(signals.leverage[k])
        logger.info("SCORE_PASS: %s %s score=%.0f lev=%.0f", symbol, side_name(side), score, leverage)
    elif gate is Gate.SCORE_LOW:
        logger.info("SCORE_LOW: %s score=%.0f < %.0f", symbol, score, minimum)
    else:
        reason = MarketReason(int(signals.market.veto_reason[k]))
        by_market = gate in (Gate.BTC_VETO, Gate.MACRO_VETO) and reason is not MarketReason.NONE
        text = MARKET_EXPLANATIONS[reason] if by_market else EXPLANATIONS[gate]
        blocked(symbol, side, gate.name, text.english)


def forced(symbol: str, side: int, told: str) -> None:
    """Log that a user, not a signal, enters."""
    logger.info("FORCED: %s %s entered by the user, %s", symbol, side_name(side), told)


def blocked(symbol: str, side: int, gate: str, reason: str) -> None:
    """Log that an entry was stopped, and by what."""
    logger.info("BLOCKED: %s %s %s %s", symbol, side_name(side), gate, reason)


def no_slot(symbol: str, side: int, taken: int, slots: float) -> None:
    """Log that an accepted signal finds all slots taken."""
    logger.info("BLOCKED: %s %s SLOTS slots %d/%g are taken", symbol, side_name(side), taken, slots)
