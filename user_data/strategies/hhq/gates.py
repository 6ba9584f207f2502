"""The gates that a coin-candle passes on its way to a signal, in order (docs/signal.md)."""

from __future__ import annotations

from enum import IntEnum


class Gate(IntEnum):
    """Where a coin-candle ended; the first gate that stops it is the one reported.

    The numbers rise in the order of evaluation. GUARD and INTERVAL depend on the account: the strategy checks them at
    the entry, and no column ever holds them. SCORE_PASS is the accepted signal.
    """

    EXCLUDED = 0
    DATA = 1
    GUARD = 2
    HOURS = 3
    INTERVAL = 4
    Z = 5
    REGIME = 6
    IMBALANCE_NA = 7
    MARKET_NA = 8
    TREND_VETO = 9
    FUNDING_VETO = 10
    BTC_VETO = 11
    MTF_VETO = 12
    MACRO_VETO = 13
    SWEEP_VETO = 14
    SCORE_LOW = 15
    LIQUIDITY = 16
    LEVERAGE = 17
    SCORE_PASS = 18


VETOES = (
    Gate.MARKET_NA,
    Gate.TREND_VETO,
    Gate.FUNDING_VETO,
    Gate.BTC_VETO,
    Gate.MTF_VETO,
    Gate.MACRO_VETO,
    Gate.SWEEP_VETO,
)
"""Gates that refuse a side whatever its score, in order; they also cancel a waiting entry order."""

EXPLANATIONS: dict[Gate, str] = {
    Gate.EXCLUDED: "the coin is in excluded_coins",
    Gate.DATA: "too little history, no fresh closed candle, or no price",
    Gate.GUARD: "a guard of the account blocks entries",
    Gate.HOURS: "quiet hours",
    Gate.INTERVAL: "this coin gave an accepted signal a moment ago",
    Gate.Z: "price is not stretched beyond the threshold",
    Gate.REGIME: "the regime gives no side here",
    Gate.IMBALANCE_NA: "random regime and no order-book imbalance to confirm the side",
    Gate.MARKET_NA: "a market filter needs BTC and ETH candles and has none",
    Gate.TREND_VETO: "a strong trend runs against the side",
    Gate.FUNDING_VETO: "funding is extreme and the side is with the crowd",
    Gate.BTC_VETO: "BTC or ETH moves against the side",
    Gate.MTF_VETO: "the higher timeframes stand against the side",
    Gate.MACRO_VETO: "the market as a whole trends down",
    Gate.SWEEP_VETO: "the last candle swept liquidity against the side",
    Gate.SCORE_LOW: "the score is below the minimum",
    Gate.LIQUIDITY: "24 h volume too small or spread too wide",
    Gate.LEVERAGE: "a factor of the leverage is not known, or none keeps the stop clear of the kill switch",
    Gate.SCORE_PASS: "accepted",
}
