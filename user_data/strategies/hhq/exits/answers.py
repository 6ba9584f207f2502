"""What Freqtrade's callbacks answer, read from a position's state.

Freqtrade asks for reductions (adjust_trade_position) → stop (custom_stoploss) → target (custom_roi) → close
(custom_exit). The adapter steps the state once, at the first of them, and reads the answers here. A close
that was decided comes before everything: :func:`reduction_share` answers None then.
"""

from __future__ import annotations

import math

from hhq.arrays import FloatArray
from hhq.exits.prices import ordinary_stop, resting_stop
from hhq.exits.slots import StateSlot as S
from hhq.reasons import CloseReason


def stop_price(state: FloatArray, parameters: FloatArray) -> float:
    """Answer of custom_stoploss and of the exchange: the price of the one stop that rests.

    The real stop, or the catastrophe stop while stops are confirmed; the kill switch's full close and the
    emergency price where they are nearer.
    """
    return float(resting_stop(state, parameters)[0])


def stop_reason(state: FloatArray, parameters: FloatArray) -> CloseReason:
    """Return why the position closed when the resting stop was hit (Freqtrade calls every moved stop
    trailing).
    """
    return CloseReason(int(resting_stop(state, parameters)[1]))


def ordinary_stop_price(state: FloatArray, parameters: FloatArray) -> float:
    """Return what rests for the position's own stop, before kill switch and emergency are looked at."""
    return float(ordinary_stop(state, parameters))


def close_reason(state: FloatArray) -> CloseReason | None:
    """Answer of custom_exit: the decided close, None while the position stays open."""
    code = int(state[S.CLOSE_CODE])
    return CloseReason(code) if code else None


def target_price(state: FloatArray) -> float | None:
    """Return the price of the target, None where there is none.

    custom_roi answers with Freqtrade's own ``trade.calc_profit_ratio`` of it, so that fees and funding fit
    its rate.
    """
    target = float(state[S.TARGET])
    return None if math.isnan(target) else target


def reduction_reason(state: FloatArray) -> CloseReason | None:
    """Return the decided reduction that is not settled yet, None when there is none."""
    code = int(state[S.REDUCTION_CODE])
    return CloseReason(code) if code else None


def reduction_share(state: FloatArray) -> float | None:
    """Answer of adjust_trade_position: share (0…1) of what is open now that is to be closed, None for
    nothing.

    The callback returns ``-(trade.stake_amount × share)`` with the code as its tag; when the order has
    filled, the adapter settles the reduction.
    """
    if reduction_reason(state) is None:
        return None
    return float(state[S.REDUCTION_FRACTION] / state[S.REMAINING])
