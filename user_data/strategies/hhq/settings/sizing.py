"""Settings of the position size and of the caps on the whole account (docs/leverage-and-size.md)."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from hhq.settings.base import FallingSteps, RisingSteps, Section, option, setting


class SizingSettings(Section):
    """Margin of an entry, and what the account may carry in all."""

    risk_per_trade: float = setting(2.0, 0.5, 5.0, "% of equity", "Margin of an entry with all factors at 1.")
    recent_trades: int = setting(
        5, 3, 50, "trades", "Closed trades whose wins scale the risk; with fewer it is not scaled."
    )
    wins_steps: FallingSteps = option(((4.0, 1.5), (2.0, 1.0)), "Rows (wins at least, risk multiplier).")
    wins_otherwise: float = setting(0.5, 0.1, 1.0, "×", "Risk multiplier with fewer wins.")
    session_steps: RisingSteps = option(
        ((8.0, 0.8), (14.0, 1.0), (22.0, 1.1), (24.0, 0.5)), "Rows (before this UTC hour, margin multiplier)."
    )
    total_margin: float = setting(60.0, 1.0, 95.0, "% of equity", "Margin of all positions together.")
    gross_notional: float = setting(5.0, 0.5, 50.0, "× equity", "Notional of all positions together.")
    net_notional: float = setting(
        3.0, 0.5, 50.0, "× equity", "Notional of one side in excess of the other's."
    )
    loss_at_stop: float = setting(
        2.0, 0.1, 20.0, "% of equity", "Loss of one trade at its stop, fees included."
    )
    peak_days: int = setting(30, 1, 365, "days", "Days over which the peak equity is taken.")
    transfer_pct: float = setting(
        0.5,
        0.1,
        5.0,
        "% of equity",
        "A change of the wallet that trades do not explain, from which it is a deposit or a withdrawal and no result.",
    )

    @model_validator(mode="after")
    def _sessions_cover_the_day(self) -> Self:
        if self.session_steps[-1][0] != 24.0 or self.session_steps[0][0] <= 0.0:
            raise ValueError("session_steps must begin after hour 0 and end with hour 24")
        return self
