"""Scanner, ranking and pair list (spec: companion §2)."""

from __future__ import annotations

from hhq.settings.base import Section, setting


class ScannerSettings(Section):
    """How the market is ranked and listed."""

    pairlist_size: int = setting(60, 2, 500, "", "Coins on the bot's pair list.")
    pairlist_minutes: float = setting(
        30.0, 0.0, 1440.0, "min", "Time that a coin stays on the list at least."
    )
