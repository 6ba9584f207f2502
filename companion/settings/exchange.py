"""The exchange that the streams talk to."""

from __future__ import annotations

from pydantic import model_validator

from hhq.settings.base import Section, option, setting

SMALLEST_BUDGET = 60
"""The heaviest single request (24 h tickers of all coins) weighs 40."""


class ExchangeSettings(Section):
    """Binance USDⓈ-M, or a server with the same API."""

    base_url: str = option(
        "", "Address of a replay exchange, e.g. http://127.0.0.1:8095; empty: Binance itself."
    )
    weight_limit: int = setting(
        2400, 100, 100_000, "/min", "Request weight that the exchange grants this IP address."
    )
    weight_share_pct: float = setting(
        60.0, 1.0, 100.0, "%", "Share of the weight that the companion may use."
    )
    fill_share_pct: float = setting(
        90.0, 1.0, 100.0, "%", "Share of the weight that the first backfill may use."
    )

    @model_validator(mode="after")
    def _budget_is_enough(self) -> ExchangeSettings:
        if self.weight_limit * min(self.weight_share_pct, self.fill_share_pct) < 100 * SMALLEST_BUDGET:
            raise ValueError(f"weight_limit and shares must leave at least {SMALLEST_BUDGET} a minute")
        return self
