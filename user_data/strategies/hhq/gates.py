"""The gates that a coin-candle passes on its way to a signal, in order (docs/signal.md)."""

from __future__ import annotations

from enum import IntEnum


class Gate(IntEnum):
    """Where a coin-candle ended; the first gate that stops it is the one reported.

    The numbers rise in the order of evaluation. GUARD and INTERVAL depend on the account: the strategy checks them at
    the entry, and no column ever holds them. CONTRACT_TYPE and DELISTING are laid over the decision
    (:mod:`hhq.contracts`). SCORE_PASS is the accepted signal.
    """

    EXCLUDED = 0
    CONTRACT_TYPE = 1
    DELISTING = 2
    DATA = 3
    GUARD = 4
    HOURS = 5
    INTERVAL = 6
    Z = 7
    REGIME = 8
    IMBALANCE_NA = 9
    MARKET_NA = 10
    TREND_VETO = 11
    FUNDING_VETO = 12
    BTC_VETO = 13
    MTF_VETO = 14
    MACRO_VETO = 15
    SWEEP_VETO = 16
    SIDE_OFF = 17
    SCORE_LOW = 18
    LIQUIDITY = 19
    COST = 20
    LEVERAGE = 21
    SCORE_PASS = 22


NEVER_ENTERED = (Gate.EXCLUDED, Gate.CONTRACT_TYPE, Gate.DELISTING)
"""Gates of coins that are not entered whatever their candles say: they rank last and leave the pair list."""

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
    Gate.CONTRACT_TYPE: "contracts of this type are not traded",
    Gate.DELISTING: "the contract is about to be delivered",
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
    Gate.SIDE_OFF: "this side is switched off in this regime",
    Gate.SCORE_LOW: "the score is below the minimum",
    Gate.LIQUIDITY: "24 h volume too small or spread too wide",
    Gate.COST: "the expected costs are too large for the move that it is for",
    Gate.LEVERAGE: "a factor of the leverage is not known, or none keeps the stop clear of the kill switch",
    Gate.SCORE_PASS: "accepted",
}
