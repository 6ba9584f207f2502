"""Settings of the exit engine (docs/exits.md). The distances of stop, target and trail are in settings/levels.py."""

from __future__ import annotations

from typing import Annotated, Self, TypeAlias

from pydantic import Field, model_validator

from hhq.settings.base import Section, option, setting
from hhq.settings.levels import ByLevel, KillSwitchThreshold

_Multiple: TypeAlias = Annotated[float, Field(gt=0, le=20)]


class TrailSettings(Section):
    """Trailing stop; its distances are in the level settings."""

    enabled: bool = option(default=True, text="Trail the stop behind the best price.")


class BreakevenSettings(Section):
    """Moves the stop to the entry once the trade has run far enough."""

    enabled: bool = option(default=True, text="Move the stop to breakeven.")
    floor_by_level: ByLevel = option((1.0, 1.5, 2.0, 3.0, 4.0), "Smallest move in % that arms it, by level.")
    atr_by_level: ByLevel = option((1.5, 1.8, 2.0, 2.5, 3.0), "Move in ATR (1h) that arms it, by level.")
    buffer_by_level: ByLevel = option(
        (0.05, 0.10, 0.15, 0.20, 0.30), "Distance of the stop beyond entry and fees in %, by level."
    )
    smallest_age_minutes: float = setting(5.0, 0.0, 240.0, "min", "Trades younger than this are left alone.")


class PartialTakeProfitSettings(Section):
    """Closes parts of the position on its way to the target."""

    enabled: bool = option(default=False, text="Take partial profits.")
    base_by_level: ByLevel = option((0.5, 0.75, 1.0, 1.5, 2.5), "Base of the steps in ATR %, by level.")
    multiples: tuple[_Multiple, _Multiple, _Multiple] = option(
        (0.5, 1.0, 2.0), "Move at TP1, TP2 and TP3 in multiples of the base."
    )
    close_pct: float = setting(25.0, 1.0, 33.0, "%", "Share of the original position that a step closes.")

    @model_validator(mode="after")
    def _steps_rise(self) -> Self:
        if list(self.multiples) != sorted(set(self.multiples)):
            raise ValueError("multiples must rise from step to step")
        return self


class TimeReductionSettings(Section):
    """Pulls the target in as the trade ages, and closes part of a losing position."""

    enabled: bool = option(default=True, text="Apply the 4 h and 8 h rules.")
    first_hours: float = setting(4.0, 0.25, 240.0, "h", "Age of the first reduction.")
    second_hours: float = setting(8.0, 0.25, 480.0, "h", "Age of the second reduction.")
    target_shrink_pct: float = setting(10.0, 0.0, 90.0, "%", "The target's distance shrinks by this.")
    close_pct: float = setting(
        10.0, 1.0, 50.0, "%", "Share of the original position that is closed while at a loss."
    )

    @model_validator(mode="after")
    def _second_comes_later(self) -> Self:
        if self.second_hours <= self.first_hours:
            raise ValueError("second_hours must be larger than first_hours")
        return self


class AdverseSettings(Section):
    """Closes a trade that stays at a loss without making a new best price."""

    enabled: bool = option(default=True, text="Apply the rule.")
    hours: float = setting(8.0, 0.5, 480.0, "h", "Age from which the rule applies.")
    stale_hours: float = setting(4.0, 0.25, 240.0, "h", "Time without a new best price.")


class GradualSettings(Section):
    """Closes an old trade on its first retrace."""

    enabled: bool = option(default=True, text="Apply the rule.")
    hours: float = setting(12.0, 0.5, 480.0, "h", "Age from which the best price is watched.")
    retrace_atr: float = setting(0.3, 0.05, 5.0, "ATR", "Retrace from that best price (ATR of 1h).")


class ForceSettings(Section):
    """Closes every trade that reaches a certain age."""

    enabled: bool = option(default=True, text="Apply the rule.")
    hours: float = setting(48.0, 1.0, 2000.0, "h", "Largest age of a trade.")


class RecoveryExitSettings(Section):
    """Closes a trade that came back from a deep loss and turns down again."""

    enabled: bool = option(default=True, text="Apply the rule.")
    loss_atr: float = setting(1.5, 0.1, 20.0, "ATR", "How deep the loss must have been (ATR of 1h).")
    give_back_atr: float = setting(
        0.3, 0.05, 5.0, "ATR", "Give-back after the return to entry and fees (ATR of 1h)."
    )


class DelistingExitSettings(Section):
    """Closes a position before its contract is delivered, while the exchange still takes ordinary orders."""

    enabled: bool = option(default=True, text="Apply the rule.")
    hours: float = setting(2.0, 0.1, 168.0, "h", "Time before the announced delivery.")


class EmergencySettings(Section):
    """The last line of defence by price; always on."""

    loss_pct: float = setting(15.0, 1.0, 90.0, "%", "Price move against the position that closes it.")


class ReversalSettings(Section):
    """Closes a winning trade when the opposite side is signalled."""

    enabled: bool = option(default=True, text="Apply the rule.")
    smallest_profit_pct: float = setting(0.5, 0.0, 20.0, "%", "The move must be larger than this.")


class KillSwitchSettings(Section):
    """Margin loss at which a position is reduced, and at which it is closed; always on."""

    isolated_first_pct: float = setting(-30.0, -95.0, -1.0, "ROI %", "Isolated margin: closes a part.")
    isolated_full_pct: float = setting(-50.0, -95.0, -1.0, "ROI %", "Isolated margin: closes all.")
    cross_first_pct: float = setting(-100.0, -500.0, -1.0, "ROI %", "Cross margin: closes a part.")
    cross_full_pct: float = setting(-150.0, -500.0, -1.0, "ROI %", "Cross margin: closes all.")
    reference_leverage: float = setting(
        10.0, 1.0, 125.0, "×", "Leverage up to which these values apply unscaled."
    )
    tightest: float = setting(0.5, 0.1, 1.0, "×", "Smallest multiplier at high leverage.")
    loosest: float = setting(1.0, 0.1, 1.0, "×", "Largest multiplier.")
    partial_close_pct: float = setting(
        50.0, 5.0, 95.0, "%", "Share of the open position that the first stage closes."
    )
    liquidation_share_pct: float = setting(
        80.0,
        10.0,
        95.0,
        "%",
        "The full close comes at most this far along the way from entry to liquidation.",
    )

    @model_validator(mode="after")
    def _full_lies_deeper(self) -> Self:
        for margin in ("isolated", "cross"):
            if getattr(self, f"{margin}_full_pct") >= getattr(self, f"{margin}_first_pct"):
                raise ValueError(f"{margin}_full_pct must be below {margin}_first_pct")
        return self

    def first(self, *, cross: bool = False) -> KillSwitchThreshold:
        """Return the threshold of the partial close."""
        return self._threshold(self.cross_first_pct if cross else self.isolated_first_pct)

    def full(self, *, cross: bool = False) -> KillSwitchThreshold:
        """Return the threshold of the full close."""
        return self._threshold(self.cross_full_pct if cross else self.isolated_full_pct)

    def _threshold(self, base: float) -> KillSwitchThreshold:
        return KillSwitchThreshold(base, self.reference_leverage, self.tightest, self.loosest)


class ConfirmationSettings(Section):
    """How many evaluations beyond the stop it takes before the strategy closes (live only)."""

    evaluations: int = setting(3, 1, 10, "", "Evaluations beyond the stop in a row.")
    seconds: float = setting(0.0, 0.0, 30.0, "s", "Time beyond the stop.")
    spacing_seconds: float = setting(1.0, 0.0, 60.0, "s", "Evaluations closer together than this count once.")
    catastrophe_multiple: float = setting(
        1.3, 1.0, 3.0, "×", "Distance of the stop on the exchange while stops need confirmation."
    )
    liquidation_share_pct: float = setting(
        90.0, 10.0, 99.0, "%", "No stop is further than this along the way from entry to liquidation."
    )

    @property
    def confirms(self) -> bool:
        """Return whether a single evaluation is not enough."""
        return self.evaluations > 1 or self.seconds > 0


class ExitSettings(Section):
    """Everything that closes a position."""

    candle_seconds: float = setting(
        300.0,
        0.0,
        86400.0,
        "s",
        "Peaks, trail, breakeven and the time rules advance once per candle of this length, so that live and "
        "backtests decide alike; 0 = each evaluation. Stop, target, emergency and kill switch do not wait.",
    )
    trail: TrailSettings = option(TrailSettings(), "Trailing stop.")
    breakeven: BreakevenSettings = option(BreakevenSettings(), "Breakeven stop.")
    partial_take_profit: PartialTakeProfitSettings = option(
        PartialTakeProfitSettings(), "Partial take profit."
    )
    time_reduction: TimeReductionSettings = option(TimeReductionSettings(), "4 h and 8 h rules.")
    adverse: AdverseSettings = option(AdverseSettings(), "Adverse time exit.")
    gradual: GradualSettings = option(GradualSettings(), "Gradual time exit.")
    force: ForceSettings = option(ForceSettings(), "Forced close.")
    recovery_exit: RecoveryExitSettings = option(RecoveryExitSettings(), "Exit after a recovery.")
    delisting: DelistingExitSettings = option(DelistingExitSettings(), "Exit before a delivery.")
    emergency: EmergencySettings = option(EmergencySettings(), "Emergency exit.")
    reversal: ReversalSettings = option(ReversalSettings(), "Exit on a signal for the opposite side.")
    kill_switch: KillSwitchSettings = option(KillSwitchSettings(), "Kill switch.")
    confirmation: ConfirmationSettings = option(ConfirmationSettings(), "Confirmation of the stop.")
