"""Fixed layouts of the number vectors that the exit engine works on.

A trade's stored state names its slots (see :mod:`hhq.exits.position`) and does not depend on their numbers, so
slots may be added.
"""

from __future__ import annotations

from enum import IntEnum


class StateSlot(IntEnum):
    """State of one position: float64 vector of ``len(StateSlot)``.

    Prices in quote currency, times in seconds since 1970 UTC, ``…_PCT`` in percent, NaN = unknown or not set.
    Whatever determines a stop or a target is fixed at the fill: saving settings does not move the stops of open
    positions.
    """

    SIDE = 0  # +1 LONG, −1 SHORT
    ENTRY = 1
    LEVERAGE = 2
    OPENED_AT = 3
    FEES_PCT = 4  # a round trip, of the entry's notional
    ATR_1H = 5  # at the fill, in quote currency
    LIQUIDATION = 6  # with the exchange's or Freqtrade's buffer
    STOP_WIDTH = 7  # distance of the first stop, in quote currency
    STOP = 8
    STOP_CODE = 9  # close reason of the stop: SL_HIT, BREAKEVEN or TRAILING_STOP
    STOP_SINCE = 10
    TARGET = 11
    EMERGENCY = 12  # price
    TRAIL_ROI_PCT = 13
    TRAIL_ACTIVATION_PCT = 14
    TRAIL_DISTANCE_PCT = 15  # before it is tightened
    TRAIL_ACTIVE = 16
    BREAKEVEN_ARM_PCT = 17
    BREAKEVEN_STOP = 18
    PARTIAL_BASE_PCT = 19
    KILL_FIRST_ROI_PCT = 20  # negative
    KILL_FULL_ROI_PCT = 21  # negative
    PEAK = 22  # best price of the closed candles since the fill
    PEAK_AT = 23  # start of its candle
    WORST = 24  # worst price of the closed candles since the fill
    FORMING_BEST = 25  # extremes of the candle that is still forming
    FORMING_WORST = 26
    FORMING_AT = 27  # its start
    GRADUAL_BEST = 28  # best price since the gradual rule started watching
    RECOVERY_STAGE = 29  # 0 never deep in loss, 1 was deep in loss, 2 came back to breakeven
    RECOVERY_BEST = 30  # best price since it came back
    BEYOND_COUNT = 31  # evaluations beyond the stop in a row
    BEYOND_SINCE = 32
    BEYOND_AT = 33
    KILL_PARTIAL_DONE = 34
    FIRST_REDUCTION_DONE = 35
    SECOND_REDUCTION_DONE = 36
    PARTIALS_DONE = 37
    REMAINING = 38  # share of the original position that is still open
    REDUCTION_CODE = 39  # decided reduction that is still to be settled, 0 = none
    REDUCTION_FRACTION = 40  # of the original position
    CLOSE_CODE = 41  # decided close, 0 = none
    CLOSE_PRICE = 42
    LAST_AT = 43  # time of the last evaluation


class ParameterSlot(IntEnum):
    """Settings of the exit engine: float64 vector; a rule that is switched off has an infinite threshold.

    The last slot is followed by pairs (ROI %, multiplier of the trail's distance), highest ROI first.
    """

    CANDLE_SECONDS = 0
    TRAIL_ENABLED = 1
    BREAKEVEN_AGE = 2  # seconds, like all ages
    PARTIAL_MULTIPLE_1 = 3
    PARTIAL_MULTIPLE_2 = 4
    PARTIAL_MULTIPLE_3 = 5
    PARTIAL_FRACTION = 6  # of the original position, like all fractions except the kill switch's
    FIRST_REDUCTION_AGE = 7
    SECOND_REDUCTION_AGE = 8
    REDUCTION_FRACTION = 9
    TARGET_KEPT = 10  # share of the target's distance that is left after a reduction
    ADVERSE_AGE = 11
    ADVERSE_STALE = 12  # seconds without a new best price
    GRADUAL_AGE = 13
    GRADUAL_RETRACE = 14  # ATR
    FORCE_AGE = 15
    RECOVERY_LOSS = 16  # ATR
    RECOVERY_GIVE_BACK = 17  # ATR
    REVERSAL_PCT = 18
    KILL_FRACTION = 19  # of what is still open
    KILL_LIQUIDATION_SHARE = 20
    STOP_LIQUIDATION_SHARE = 21
    CONFIRMATIONS = 22
    CONFIRMATION_SECONDS = 23
    CONFIRMATION_SPACING = 24
    CATASTROPHE_MULTIPLE = 25
    DELISTING_BEFORE = 26  # seconds before the delivery; −infinity: never


class MarketSlot(IntEnum):
    """The market at one evaluation: float64 vector. A tick has its price in OPEN and no candle."""

    TIME = 0
    OPEN = 1
    HIGH = 2
    LOW = 3
    CLOSE = 4
    ATR_1H = 5  # NaN: the ATR at the fill is used
    FUNDING_PCT = 6  # received (+) or paid (−) so far, of the entry's notional; NaN: unknown
    OPPOSITE_SIGNAL = 7  # 1 = an accepted signal for the opposite side
    CLOSE_ALL = 8  # 1 = the portfolio recovery closes everything
    LIQUIDATION = 9  # NaN: unchanged
    DELIVERY = 10  # when the contract is delivered, in seconds since 1970 UTC; NaN: no date is known
