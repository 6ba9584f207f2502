"""The answers to Freqtrade's callbacks, read from a position's state.

Freqtrade asks for reductions (adjust_trade_position) → stop (custom_stoploss) → target (custom_roi) → close
(custom_exit). The adapter steps the state once, at the first of them, and reads all answers here. A decided
close takes precedence over everything: :func:`reduction_share` is None then.
"""

from __future__ import annotations

import math

from hhq.arrays import FloatArray
from hhq.exits.prices import ordinary_stop, resting_stop
from hhq.exits.slots import StateSlot as S
from hhq.reasons import CloseReason


def stop_price(state: FloatArray, parameters: FloatArray) -> float:
    """Answer of custom_stoploss, and what rests on the exchange: the price of the one resting stop.

    The real stop, or the catastrophe stop where stops need confirmation; instead of it the kill switch's full
    close or the emergency price where that is nearer. In quote currency.
    """
    return float(resting_stop(state, parameters)[0])


def stop_reason(state: FloatArray, parameters: FloatArray) -> CloseReason:
    """Return why a position closes when its resting stop is hit (Freqtrade calls every moved stop trailing)."""
    return CloseReason(int(resting_stop(state, parameters)[1]))


def ordinary_stop_price(state: FloatArray, parameters: FloatArray) -> float:
    """Return the price at which the position's own stop rests, leaving kill switch and emergency aside."""
    return float(ordinary_stop(state, parameters))


def close_reason(state: FloatArray) -> CloseReason | None:
    """Answer of custom_exit: the decided close, None while the position stays open."""
    code = int(state[S.CLOSE_CODE])
    return CloseReason(code) if code else None


def target_price(state: FloatArray) -> float | None:
    """Return the price of the target, None where there is none.

    custom_roi returns Freqtrade's own ``trade.calc_profit_ratio`` of it, so that fees and funding are those of
    Freqtrade's rate.
    """
    target = float(state[S.TARGET])
    return None if math.isnan(target) else target


def reduction_reason(state: FloatArray) -> CloseReason | None:
    """Return the decided reduction that is still to be settled, None when there is none."""
    code = int(state[S.REDUCTION_CODE])
    return CloseReason(code) if code else None


def reduction_share(state: FloatArray) -> float | None:
    """Answer of adjust_trade_position: the share (0 … 1) to close of what is open now, None for nothing.

    The callback returns ``-(trade.stake_amount × share)`` with the code as its tag; once the order has filled,
    the adapter settles the reduction.
    """
    if reduction_reason(state) is None:
        return None
    return float(state[S.REDUCTION_FRACTION] / state[S.REMAINING])
