"""Entry price, lifetime of an entry order and size factor of a signal (docs/signal.md)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from hhq.arrays import BoolArray, FloatArray
from hhq.settings.entry import EntrySettings, OrderLifeSettings, PullbackSettings, SizeFactorSettings
from hhq.steps import Numbers, value_from

MINUTE_MS = 60_000


class EntryCancel(Enum):
    """Why an unfilled entry order is cancelled."""

    OPPOSITE_SIGNAL = "opposite signal"
    VETO = "veto for its side"
    GUARD = "guard locked"
    CONTRACT = "contract not entered"
    Z_FADED = "z score faded"
    MOVED_AWAY = "price moved away"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class WaitingEntry:
    """An entry order that waits for its fill, and the market as it is now.

    ``side`` +1 LONG, −1 SHORT; ``placed_at`` and ``now`` in ms UTC; ``signal_price`` the price at the signal,
    before the pullback; ``zscore`` and the effective ``threshold`` of the last closed candle (NaN: unknown, in
    which case the z score does not cancel); ``opposite_signal``, ``veto`` (a hard veto against its side) and
    ``guard`` (a guard blocks entries) hold now.
    """

    side: int
    placed_at: int
    now: int
    signal_price: float
    price: float
    zscore: float
    threshold: float
    opposite_signal: bool
    veto: bool
    guard: bool


def entry_order_outlook(order: WaitingEntry, settings: OrderLifeSettings) -> EntryCancel | None:
    """Return why the order is to be cancelled now; None = it keeps waiting."""
    moved_pct = order.side * (order.price - order.signal_price) / order.signal_price * 100.0
    rules = (
        (order.opposite_signal, EntryCancel.OPPOSITE_SIGNAL),
        (order.veto, EntryCancel.VETO),
        (order.guard, EntryCancel.GUARD),
        (abs(order.zscore) < order.threshold * settings.z_share / 100.0, EntryCancel.Z_FADED),
        (moved_pct > settings.moved_away_pct, EntryCancel.MOVED_AWAY),
        (order.now - order.placed_at >= settings.minutes * MINUTE_MS, EntryCancel.EXPIRED),
    )
    return next((reason for applies, reason in rules if applies), None)


def runs_with_the_trend(
    trending: BoolArray | bool,
    adx: Numbers,
    daily_trend: Numbers,
    side: Numbers,
    settings: PullbackSettings,
) -> BoolArray:
    """Return where an entry waits for no pullback: trending regime, ADX > 30, daily trend in the entry's direction.

    ``daily_trend`` −2 … +2; where a value is n/a (NaN), the pullback stays.
    """
    strong = np.asarray(adx, dtype=np.float64) > settings.none_above_adx
    aligned = np.asarray(daily_trend, dtype=np.float64) * np.asarray(side, dtype=np.float64) > 0.0
    return np.asarray(np.asarray(trending) & strong & aligned, dtype=np.bool_)


def pullback_fraction(
    atr: Numbers,
    price: Numbers,
    spread_pct: Numbers,
    settings: EntrySettings,
    *,
    without: BoolArray | bool = False,
) -> FloatArray:
    """Return (0.4·atr/price + 0.5·spread) × √max(0.5, entry_tightness), at most 0.1: a fraction of the price.

    ``atr`` of 5m candles and ``price`` > 0 in quote currency; ``spread_pct`` in percent, the same spread that the
    leverage uses (measured or estimated); 0 where ``without`` is set. NaN where an input is n/a.
    """
    pullback = settings.pullback
    by_atr = pullback.atr_share * np.asarray(atr, dtype=np.float64) / np.asarray(price, dtype=np.float64)
    by_spread = pullback.spread_share * np.asarray(spread_pct, dtype=np.float64) / 100.0
    scale = np.sqrt(max(pullback.least_tightness, settings.entry_tightness))
    fraction = np.minimum((by_atr + by_spread) * scale, pullback.largest_pct / 100.0)
    return np.asarray(np.where(without, 0.0, fraction), dtype=np.float64)


def entry_price(price: Numbers, side: Numbers, pullback: Numbers) -> FloatArray:
    """Return the limit price, price × (1 − side·pullback): below the market for a LONG, above it for a SHORT."""
    wait = 1.0 - np.asarray(side, dtype=np.float64) * np.asarray(pullback, dtype=np.float64)
    return np.asarray(np.asarray(price, dtype=np.float64) * wait)


def resting_price(price: Numbers, market: Numbers, side: Numbers) -> FloatArray:
    """Return the limit price of an order that is placed while its own side of the market is at ``market``.

    A LONG waits at or below the bid, a SHORT at or above the ask: a post-only order beyond it is refused by the exchange.
    Where the market is n/a (NaN) the price stays.
    """
    direction = np.asarray(side, dtype=np.float64)
    return np.asarray(direction * np.fmin(direction * np.asarray(price), direction * np.asarray(market)))


def volume_profile_boost(
    price: Numbers,
    side: Numbers,
    point_of_control: Numbers,
    value_area_high: Numbers,
    value_area_low: Numbers,
    settings: SizeFactorSettings,
) -> FloatArray:
    """Return the boost of the size by where the price lies in the volume profile; 0 where the profile is n/a.

    The first case that applies: at the value area low (LONG) or high (SHORT), at the point of control, on the
    favourable side of it (LONG below, SHORT above).
    """
    close = np.asarray(price, dtype=np.float64)
    direction = np.asarray(side, dtype=np.float64)
    edge = np.where(direction > 0.0, value_area_low, value_area_high)
    poc = np.asarray(point_of_control, dtype=np.float64)
    boost = np.where((poc - close) * direction > 0.0, settings.on_discount_side, 0.0)
    boost = np.where(_at(close, poc, settings), settings.at_point_of_control, boost)
    return np.asarray(np.where(_at(close, edge, settings), settings.at_value_area, boost), dtype=np.float64)


def size_factor(
    score: Numbers,
    mtf_size: Numbers,
    strong_trend_size: Numbers,
    market_size: Numbers,
    boost: Numbers,
    settings: SizeFactorSettings,
) -> FloatArray:
    """Return the factor of the margin: score tier × timeframes × strong trend × market filters × (1 + boost)."""
    factors = (
        score_size(score, settings)
        * np.asarray(mtf_size)
        * np.asarray(strong_trend_size)
        * np.asarray(market_size)
    )
    return np.asarray(factors * (1.0 + np.asarray(boost)), dtype=np.float64)


def score_size(score: Numbers, settings: SizeFactorSettings) -> FloatArray:
    """Return the part of the size factor that the score gives: its tier, or 1 where size does not follow the score."""
    if not settings.by_score:
        return np.ones(np.shape(score))
    return value_from(score, settings.score_steps, settings.score_otherwise)


def _at(price: FloatArray, level: FloatArray, settings: SizeFactorSettings) -> BoolArray:
    return np.asarray(np.abs(price - level) / price * 100.0 <= settings.at_within_pct, dtype=np.bool_)
