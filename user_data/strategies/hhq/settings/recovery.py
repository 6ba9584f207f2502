"""Settings of the portfolio recovery (docs/exits.md)."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from hhq.settings.base import Section, option, setting


class RecoverySettings(Section):
    """Closes all positions when a portfolio that was under water for long has recovered and turns again."""

    enabled: bool = option(default=True, text="Run the portfolio recovery.")
    underwater_threshold_hours: float = setting(
        12.0, 0.25, 240.0, "h", "Time below zero without a break that makes a candidate."
    )
    min_positive_threshold: float = setting(
        0.5, 0.0, 100_000.0, "USDT", "Unrealised profit that starts the trail, in money."
    )
    min_positive_equity_pct: float = setting(
        0.1, 0.0, 10.0, "%", "Unrealised profit that starts the trail, of equity."
    )
    fees_multiple: float = setting(
        2.0, 0.0, 20.0, "×", "Unrealised profit that starts the trail, in fees of closing everything."
    )
    min_trailing_pct: float = setting(1.5, 0.1, 50.0, "%", "Smallest distance of the trail, of the peak.")
    max_trailing_pct: float = setting(5.0, 0.1, 90.0, "%", "Largest distance of the trail, of the peak.")
    default_trailing_pct: float = setting(
        2.5, 0.1, 90.0, "%", "Distance of the trail while the ATR of BTC and ETH is not known."
    )
    cooldown_hours: float = setting(6.0, 0.0, 240.0, "h", "Time without entries after everything was closed.")
    reset_seconds: float = setting(
        60.0, 0.0, 3600.0, "s", "Touching zero for so long resets the time under water."
    )
    longest_gap_minutes: float = setting(
        10.0, 0.1, 1440.0, "min", "A longer gap in the data does not count as time under water."
    )

    @model_validator(mode="after")
    def _trail_bounds_fit(self) -> Self:
        if self.min_trailing_pct > self.max_trailing_pct:
            raise ValueError("min_trailing_pct must not be above max_trailing_pct")
        return self
