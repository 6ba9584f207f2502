"""Settings of the entry: price, lifetime of the order, and the size factor of a signal (docs/signal.md)."""

from __future__ import annotations

from hhq.settings.base import FallingSteps, Section, option, setting


class PullbackSettings(Section):
    """How far from the market an entry waits."""

    atr_share: float = setting(
        0.4, 0.0, 5.0, "ATR", "Share of the pullback that comes from the ATR of 5m candles."
    )
    spread_share: float = setting(
        0.5, 0.0, 5.0, "spreads", "Share of the pullback that comes from the spread."
    )
    least_tightness: float = setting(0.5, 0.1, 1.0, "×", "An entry tightness below this counts as this.")
    largest_pct: float = setting(10.0, 0.1, 50.0, "%", "The pullback is at most this.")
    none_above_adx: float = setting(
        30.0,
        10.0,
        80.0,
        "ADX",
        "No pullback for a trending coin above this whose daily trend is with the side.",
    )


class OrderLifeSettings(Section):
    """When an unfilled entry order is cancelled."""

    minutes: float = setting(30.0, 1.0, 720.0, "min", "An unfilled order is cancelled after this time.")
    z_share: float = setting(50.0, 0.0, 100.0, "%", "Cancelled below this share of the z threshold.")
    moved_away_pct: float = setting(
        3.0, 0.1, 50.0, "%", "Cancelled when the price has moved more than this in the side's direction."
    )


class SizeFactorSettings(Section):
    """Size factor of a signal by its score and by where the price is in the volume profile."""

    by_score: bool = option(
        default=True, text="Size by the score; otherwise every score has the size factor 1."
    )
    score_steps: FallingSteps = option(((90.0, 1.5), (80.0, 1.0)), "Rows (score at least, size factor).")
    score_otherwise: float = setting(0.8, 0.1, 2.0, "×", "Size factor for a lower score.")
    at_value_area: float = setting(
        0.3, 0.0, 2.0, "", "Boost for a LONG at the value area low, a SHORT at the value area high."
    )
    at_point_of_control: float = setting(0.2, 0.0, 2.0, "", "Boost at the point of control.")
    on_discount_side: float = setting(
        0.1, 0.0, 2.0, "", "Boost for a LONG below the point of control, a SHORT above it."
    )
    at_within_pct: float = setting(
        0.5, 0.01, 5.0, "%", "A price within this distance counts as at the level."
    )


class EntrySettings(Section):
    """Everything about how an accepted signal becomes an order."""

    entry_tightness: float = setting(
        1.8, 0.5, 4.0, "×", "Scales the pullback by its root; larger = waits for a better price (optimised)."
    )
    pullback: PullbackSettings = PullbackSettings()
    order: OrderLifeSettings = OrderLifeSettings()
    size: SizeFactorSettings = SizeFactorSettings()
