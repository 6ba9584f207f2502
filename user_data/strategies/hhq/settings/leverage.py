"""Settings of the leverage: its factors and its caps (docs/leverage-and-size.md)."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from hhq.settings.base import FallingSteps, RisingSteps, Section, option, setting

_Multiplier: TypeAlias = Annotated[float, Field(gt=0, le=5)]
_ByAlignedTimeframes: TypeAlias = tuple[_Multiplier, _Multiplier, _Multiplier, _Multiplier]
_Cap: TypeAlias = Annotated[int, Field(ge=1, le=75)]
_ByVolatilityLevel: TypeAlias = tuple[_Cap, _Cap, _Cap, _Cap, _Cap]


class LeverageSettings(Section):
    """Factors of the market leverage, and the caps of a position's leverage."""

    spread_steps: RisingSteps = option(
        ((0.03, 50.0), (0.08, 25.0), (0.15, 10.0), (0.30, 5.0)), "Rows (spread % at most, base leverage)."
    )
    spread_beyond: float = setting(3.0, 1.0, 50.0, "×", "Base leverage for a wider spread.")
    volume_steps: FallingSteps = option(
        ((1e9, 0.01), (200e6, 0.02), (50e6, 0.04), (10e6, 0.08), (2e6, 0.15)),
        "Rows (24 h volume above, in USDT; spread % that is assumed while no spread is known).",
    )
    volume_otherwise: float = setting(0.3, 0.01, 5.0, "%", "Assumed spread of a coin with less volume.")
    price_floor: float = setting(
        0.0001, 1e-9, 1.0, "USDT", "Prices below this count as this in the price factor."
    )
    price_offset: float = setting(2.0, 0.0, 10.0, "", "Price factor = (log10(price) + offset) / divisor.")
    price_divisor: float = setting(4.0, 1.0, 20.0, "", "Price factor = (log10(price) + offset) / divisor.")
    price_factor_low: float = setting(0.3, 0.05, 1.0, "×", "The price factor is at least this.")
    price_factor_high: float = setting(1.0, 0.5, 2.0, "×", "The price factor is at most this.")
    volatility_steps: RisingSteps = option(
        ((2.0, 1.0), (4.0, 0.8), (6.0, 0.6), (10.0, 0.4)), "Rows (ATR % of 1h at most, volatility factor)."
    )
    volatility_beyond: float = setting(0.3, 0.05, 1.0, "×", "Volatility factor of a more volatile coin.")
    drawdown_steps: FallingSteps = option(
        ((10.0, 0.5), (5.0, 0.7)), "Rows (drawdown % from peak equity above, balance multiplier)."
    )
    mtf_multipliers: _ByAlignedTimeframes = option(
        (0.6, 0.8, 1.0, 1.2), "Multiplier with 0, 1, 2 and 3 aligned timeframes."
    )
    lowest: int = setting(
        3, 1, 75, "×", "The rounded product of the factors is raised to this; caps may go below."
    )
    highest: int = setting(75, 1, 125, "×", "The rounded product of the factors is cut to this.")
    max_leverage: int = setting(20, 1, 75, "×", "No position has more leverage than this.")
    volatility_caps: _ByVolatilityLevel = option(
        (75, 75, 75, 75, 75),
        "Highest leverage of coins of very low, low, normal, high and very high volatility (ATR of 1h candles).",
    )
    liquidation_share: float = setting(
        70.0, 10.0, 90.0, "%", "The stop stays within this share of the distance from entry to liquidation."
    )
    kill_switch_share: float = setting(
        80.0,
        10.0,
        100.0,
        "%",
        "The stop stays within this share of the distance to the kill switch's first stage.",
    )
    liquidation_buffer: float = setting(
        0.05, 0.0, 0.99, "fraction", "Freqtrade's liquidation_buffer: how far before liquidation it closes."
    )
    taker_fee_pct: float = setting(
        0.05, 0.0, 1.0, "%", "Taker fee of one order, charged at the entry and at liquidation."
    )
