"""The exit engine's settings as one vector of numbers."""

from __future__ import annotations

import math

import numpy as np

from hhq.arrays import FloatArray
from hhq.exits.slots import ParameterSlot as P
from hhq.settings.exits import ExitSettings
from hhq.settings.levels import LevelSettings

_HOUR = 3600.0


def exit_parameters(settings: ExitSettings, levels: LevelSettings, *, confirm_stops: bool) -> FloatArray:
    """Return the vector that every step takes, float64: the slots of :class:`ParameterSlot`, then the rows that
    tighten the trail.

    With ``confirm_stops`` False (every backtest, and live where one evaluation is enough) the real stop is the
    resting stop.
    """
    s = settings
    confirmation = s.confirmation
    values = np.full(len(P), np.nan)
    values[P.CANDLE_SECONDS] = s.candle_seconds
    values[P.TRAIL_ENABLED] = float(s.trail.enabled)
    values[P.BREAKEVEN_AGE] = s.breakeven.smallest_age_minutes * 60.0
    partial = s.partial_take_profit
    multiples = partial.multiples if partial.enabled else (math.inf, math.inf, math.inf)
    values[P.PARTIAL_MULTIPLE_1 : P.PARTIAL_MULTIPLE_3 + 1] = multiples
    values[P.PARTIAL_FRACTION] = partial.close_pct / 100.0
    reduction = s.time_reduction
    values[P.FIRST_REDUCTION_AGE] = _age(reduction.enabled, reduction.first_hours)
    values[P.SECOND_REDUCTION_AGE] = _age(reduction.enabled, reduction.second_hours)
    values[P.REDUCTION_FRACTION] = reduction.close_pct / 100.0
    values[P.TARGET_KEPT] = 1.0 - reduction.target_shrink_pct / 100.0
    values[P.ADVERSE_AGE] = _age(s.adverse.enabled, s.adverse.hours)
    values[P.ADVERSE_STALE] = s.adverse.stale_hours * _HOUR
    values[P.GRADUAL_AGE] = _age(s.gradual.enabled, s.gradual.hours)
    values[P.GRADUAL_RETRACE] = s.gradual.retrace_atr
    values[P.FORCE_AGE] = _age(s.force.enabled, s.force.hours)
    recovery = s.recovery_exit
    values[P.RECOVERY_LOSS] = recovery.loss_atr if recovery.enabled else math.inf
    values[P.RECOVERY_GIVE_BACK] = recovery.give_back_atr if recovery.enabled else math.inf
    values[P.REVERSAL_PCT] = s.reversal.smallest_profit_pct if s.reversal.enabled else math.inf
    values[P.KILL_FRACTION] = s.kill_switch.partial_close_pct / 100.0
    values[P.KILL_LIQUIDATION_SHARE] = s.kill_switch.liquidation_share_pct / 100.0
    values[P.STOP_LIQUIDATION_SHARE] = confirmation.liquidation_share_pct / 100.0
    confirms = confirm_stops and confirmation.confirms
    values[P.CONFIRMATIONS] = float(confirmation.evaluations) if confirms else 1.0
    values[P.CONFIRMATION_SECONDS] = confirmation.seconds if confirms else 0.0
    values[P.CONFIRMATION_SPACING] = confirmation.spacing_seconds
    values[P.CATASTROPHE_MULTIPLE] = confirmation.catastrophe_multiple
    values[P.DELISTING_BEFORE] = s.delisting.hours * _HOUR if s.delisting.enabled else -math.inf
    rows = np.array(levels.tightening_steps, dtype=np.float64).reshape(-1)
    return np.concatenate((values, rows))


def _age(enabled: bool, hours: float) -> float:
    return hours * _HOUR if enabled else math.inf
