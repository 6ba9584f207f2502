"""The largest leverage that a position's size and stop allow (docs/leverage-and-size.md)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hhq.arrays import BoolArray, FloatArray, IntArray
from hhq.exits.levels import kill_switch_threshold, volatility_level
from hhq.liquidation import LeverageTiers, liquidation_distance_pct, liquidation_price
from hhq.settings.levels import KillSwitchThreshold, LevelSettings
from hhq.settings.leverage import LeverageSettings
from hhq.steps import Numbers, by_index


@dataclass(frozen=True, slots=True)
class LeverageBounds:
    """The largest whole leverage that each cap allows: int64 arrays whose shapes broadcast, 0 = none."""

    bracket: IntArray
    liquidation: IntArray
    kill_switch: IntArray


def kill_switch_distance_pct(leverage: Numbers, first: KillSwitchThreshold) -> FloatArray:
    """Return how far from the entry, in % of the price, the kill switch's first stage acts."""
    return np.asarray(np.abs(kill_switch_threshold(leverage, first)) / np.asarray(leverage, dtype=np.float64))


def liquidation_safety_pct(
    *,
    leverage: Numbers,
    notional: Numbers,
    entry_price: Numbers,
    side: Numbers,
    tiers: LeverageTiers,
    settings: LeverageSettings,
) -> FloatArray:
    """Return the distance from the entry to the liquidation price, in %, of positions of this ``notional``.

    Isolated margin; with the maintenance margin of the notional's bracket, Freqtrade's buffer and taker fees.
    """
    size = np.asarray(notional, dtype=np.float64)
    row = tiers.row(size)
    price = liquidation_price(
        entry_price=entry_price,
        side=side,
        amount=size / entry_price,
        margin=size / leverage,
        maintenance_rate=tiers.maintenance_rate[row],
        maintenance_amount=tiers.maintenance_amount[row],
        liquidation_buffer=settings.liquidation_buffer,
        taker_fee=settings.taker_fee_pct / 100.0,
    )
    return liquidation_distance_pct(entry_price, side, price)


def kill_switch_bound(
    stop_distance_pct: Numbers, first_kill_switch: KillSwitchThreshold, settings: LeverageSettings
) -> IntArray:
    """Return the largest whole leverage at which the kill switch's first stage is far enough beyond the stop, 0 = none.

    ``stop_distance_pct`` in % of the entry price.
    """
    tried = np.arange(1.0, settings.highest + 1.0)
    kill = kill_switch_distance_pct(tried, first_kill_switch) * settings.kill_switch_share / 100.0
    return _largest(_column(stop_distance_pct) <= kill)


def volatility_cap(atr_1h_pct: Numbers, levels: LevelSettings, settings: LeverageSettings) -> FloatArray:
    """Return the highest leverage by the coin's volatility level; NaN (no cap) where the ATR is n/a."""
    return by_index(settings.volatility_caps, volatility_level(atr_1h_pct, levels))


def leverage_bounds(
    *,
    margin: Numbers,
    notional_limit: Numbers,
    entry_price: Numbers,
    side: Numbers,
    stop_distance_pct: Numbers,
    tiers: LeverageTiers,
    first_kill_switch: KillSwitchThreshold,
    settings: LeverageSettings,
) -> LeverageBounds:
    """Return what each cap allows to positions in one pair; inputs are numbers or arrays that broadcast.

    ``margin`` and ``notional_limit`` in quote currency: the notional is margin × leverage, but at most the limit. A
    cap that allows a leverage allows every lower one, since tiers only get stricter with size.
    """
    tried = np.arange(1.0, settings.highest + 1.0)
    notional = np.minimum(_column(margin) * tried, _column(notional_limit))
    safety = liquidation_safety_pct(
        leverage=tried,
        notional=notional,
        entry_price=_column(entry_price),
        side=_column(side),
        tiers=tiers,
        settings=settings,
    )
    stop = _column(stop_distance_pct)
    return LeverageBounds(
        bracket=_largest(tried <= tiers.maximum_leverage[tiers.row(notional)]),
        liquidation=_largest(stop <= safety * settings.liquidation_share / 100.0),
        kill_switch=kill_switch_bound(stop_distance_pct, first_kill_switch, settings),
    )


def _column(values: Numbers) -> FloatArray:
    """Append an axis, along which the leverages are tried."""
    return np.asarray(values, dtype=np.float64)[..., None]


def _largest(allowed: BoolArray) -> IntArray:
    """Return the leverage up to which every leverage is allowed."""
    return np.asarray(np.logical_and.accumulate(allowed, axis=-1).sum(axis=-1), dtype=np.int64)
