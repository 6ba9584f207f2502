"""The levels that protect a position, from the exit engine's stored state."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hhq.arrays import FloatArray
from hhq.exits.prices import kill_full_price, resting_stop, roi_price
from hhq.exits.slots import StateSlot as S
from hhq.reasons import CloseReason


@dataclass(frozen=True, slots=True)
class Level:
    """A price that closes or reduces the position.

    ``distance_pct``: how far, in % of the mark price, the market still has to move to it; 0 or less = reached.
    ``code``: the close reason that it leads to.
    """

    price: float
    distance_pct: float
    code: str


@dataclass(frozen=True, slots=True)
class Trail:
    """The trailing stop: ``activation`` and ``distance`` in % of the entry, ``roi_activation`` in % of the margin.

    ``peak``: best price of the closed candles, USDT; ``since_ms``: when the stop was last set, ms UTC.
    """

    active: bool
    roi_activation_pct: float
    activation_pct: float
    distance_pct: float
    peak: float
    since_ms: int | None


@dataclass(frozen=True, slots=True)
class KillSwitch:
    """Both stages: ROI thresholds in % of the margin (negative), their prices, and whether the first has been taken."""

    first_roi_pct: float
    full_roi_pct: float
    first: Level
    full: Level
    first_done: bool


class ExitLevels:
    """The levels of one stored state, seen from a price in USDT."""

    def __init__(self, state: FloatArray, parameters: FloatArray, price: float) -> None:
        self._state = state
        self._parameters = parameters
        self._price = price
        self._side = float(state[S.SIDE])

    def stop(self) -> Level | None:
        """The position's own stop."""
        return self._against(float(self._state[S.STOP]), _code(self._state[S.STOP_CODE]))

    def resting(self) -> Level | None:
        """The stop that rests on the exchange."""
        price, code = resting_stop(self._state, self._parameters)
        return self._against(price, _code(code))

    def target(self) -> Level | None:
        """The take profit."""
        return self._for(float(self._state[S.TARGET]), CloseReason.TP_HIT.name)

    def emergency(self) -> Level | None:
        """The emergency stop."""
        return self._against(float(self._state[S.EMERGENCY]), CloseReason.EMERGENCY_SL.name)

    def kill_switch(self) -> KillSwitch | None:
        """Both stages of the kill switch."""
        first_roi, full_roi = (
            float(self._state[slot]) for slot in (S.KILL_FIRST_ROI_PCT, S.KILL_FULL_ROI_PCT)
        )
        first = self._against(roi_price(self._state, first_roi), CloseReason.KILL_SWITCH_PARTIAL.name)
        full = self._against(
            kill_full_price(self._state, self._parameters), CloseReason.KILL_SWITCH_FULL.name
        )
        if first is None or full is None:
            return None
        return KillSwitch(first_roi, full_roi, first, full, bool(self._state[S.KILL_PARTIAL_DONE]))

    def _against(self, level: float, code: str) -> Level | None:
        return level_at(level, self._price, -self._side, code)

    def _for(self, level: float, code: str) -> Level | None:
        return level_at(level, self._price, self._side, code)


def level_at(level: float, price: float, direction: float, code: str) -> Level | None:
    """A level that the market reaches by moving in ``direction`` (+1 up, −1 down); None if it is not finite."""
    if not math.isfinite(level):
        return None
    return Level(level, direction * (level / price - 1.0) * 100.0, code)


def trail_of(state: FloatArray) -> Trail:
    """The trailing stop of a stored state."""
    return Trail(
        active=bool(state[S.TRAIL_ACTIVE]),
        roi_activation_pct=float(state[S.TRAIL_ROI_PCT]),
        activation_pct=float(state[S.TRAIL_ACTIVATION_PCT]),
        distance_pct=float(state[S.TRAIL_DISTANCE_PCT]),
        peak=float(state[S.PEAK]),
        since_ms=_ms(float(state[S.STOP_SINCE])),
    )


def breakeven_armed(state: FloatArray) -> bool:
    """Whether the stop is where the breakeven rule put it."""
    return bool(state[S.STOP_CODE] == float(CloseReason.BREAKEVEN))


def _code(value: float) -> str:
    return CloseReason(int(value)).name


def _ms(seconds: float) -> int | None:
    return int(seconds * 1000.0) if math.isfinite(seconds) else None
