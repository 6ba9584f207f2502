"""Freqtrade's own protections as the strategy configures them; our guards work alongside them."""

from __future__ import annotations

from typing import Any


def protections() -> list[dict[str, Any]]:
    """Return the protections: a cooldown after any exit of a pair, maximum drawdown, pairs that lose."""
    return [
        {"method": "CooldownPeriod", "stop_duration_candles": 2},
        {
            "method": "MaxDrawdown",
            "lookback_period_candles": 288,
            "trade_limit": 20,
            "stop_duration_candles": 48,
            "max_allowed_drawdown": 0.15,
            # Of the account. Freqtrade's default adds up the results in % of each margin, which leverage multiplies:
            # an account that is ahead is locked for a drawdown of 79 %.
            "calculation_mode": "equity",
        },
        {
            "method": "LowProfitPairs",
            "lookback_period_candles": 864,
            "trade_limit": 4,
            "stop_duration_candles": 144,
            "required_profit": -0.05,
        },
    ]
