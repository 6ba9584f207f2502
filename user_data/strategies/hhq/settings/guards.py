"""Settings of the guards that block entries (docs/exits.md). No guard ever stops an exit."""

from __future__ import annotations

from hhq.settings.base import Section, option, setting


class StoplossFrequencySettings(Section):
    """Locks entries after too many losing stops in a short time."""

    enabled: bool = option(default=True, text="Apply the guard.")
    lookback_minutes: float = setting(60.0, 5.0, 240.0, "min", "Losing stops within this time count.")
    max_stoplosses: int = setting(3, 1, 20, "", "Number of losing stops that locks entries.")
    cooldown_minutes: float = setting(30.0, 5.0, 120.0, "min", "How long entries stay locked.")
    only_per_pair: bool = option(default=False, text="Count and lock each pair separately.")


class BlacklistSettings(Section):
    """Locks a pair after a streak of losing trades."""

    enabled: bool = option(default=True, text="Apply the guard.")
    losing_trades: int = setting(2, 1, 10, "", "Losing trades in a row that lock the pair.")
    lock_minutes: float = setting(120.0, 5.0, 2880.0, "min", "How long the pair stays locked.")


class DailyLossSettings(Section):
    """Stops entries for the rest of a day that has lost too much."""

    enabled: bool = option(default=True, text="Apply the guard.")
    loss_pct: float = setting(5.0, 0.5, 50.0, "%", "Loss of equity since the day's start.")
    day_offset_hours: float = setting(
        3.0, -12.0, 14.0, "h", "Offset of the day's start from UTC; 3 = Europe/Istanbul."
    )


class KillSwitchMemorySettings(Section):
    """What a kill switch event does to later entries in the same coin."""

    block_hours: float = setting(24.0, 0.0, 336.0, "h", "How long the coin takes no entries.")
    penalty_points: float = setting(5.0, 0.0, 50.0, "points", "Taken off the entry score for each event.")
    penalty_days: float = setting(7.0, 0.5, 90.0, "d", "Events within this time count.")
    largest_penalty: float = setting(30.0, 0.0, 100.0, "points", "The penalty is at most this.")


class GuardSettings(Section):
    """Guards that block entries."""

    stoploss_frequency: StoplossFrequencySettings = option(
        StoplossFrequencySettings(), "Stop-loss frequency guard."
    )
    blacklist: BlacklistSettings = option(BlacklistSettings(), "Blacklist of losing coins.")
    daily_loss: DailyLossSettings = option(DailyLossSettings(), "Daily loss limit.")
    kill_switch_memory: KillSwitchMemorySettings = option(
        KillSwitchMemorySettings(), "Memory of the kill switch."
    )
