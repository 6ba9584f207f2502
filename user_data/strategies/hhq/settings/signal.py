"""Settings of the market decision: what may be traded and when, thresholds, regimes, vetoes, minimum score."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from hhq.settings.base import OrderedSection, Section, option, setting

STABLE_AND_FIAT = (
    "USDC", "BUSD", "TUSD", "FDUSD", "USDP", "DAI", "USD1", "USDE", "PYUSD", "UST", "USTC", "SUSD", "GUSD", "LUSD",
    "FRAX", "RLUSD", "BFUSD", "XUSD", "EURI", "AEUR", "EURS", "USDS", "USD",
    "EUR", "GBP", "TRY", "BRL", "JPY", "AUD", "CAD", "CHF", "RUB", "UAH", "ZAR", "PLN", "ARS", "MXN", "IDR", "NGN",
)  # fmt: skip
METALS = ("XAU", "XAG", "XPT", "XPD", "PAXG", "XAUT", "KAU", "KAG")


class ZThresholdSettings(OrderedSection):
    """Factors on the z threshold (docs/signal.md)."""

    hurst_slope: float = setting(
        0.67, 0.0, 2.0, "", "How much a Hurst exponent away from 0.5 moves the threshold."
    )
    lowest_factor: float = setting(0.8, 0.5, 1.0, "×", "Lower bound of the Hurst factor.")
    highest_factor: float = setting(1.2, 1.0, 2.0, "×", "Upper bound of the Hurst factor.")
    volatile_above: float = setting(
        2.0, 0.5, 10.0, "% ATR", "Above this ATR of 5m candles a coin counts as volatile."
    )
    volatile_factor: float = setting(1.1, 1.0, 2.0, "×", "Factor for volatile coins.")
    calm_below: float = setting(0.5, 0.0, 2.0, "% ATR", "Below this ATR of 5m candles a coin counts as calm.")
    calm_factor: float = setting(0.85, 0.5, 1.0, "×", "Factor for calm coins.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self._rising("calm_below", "volatile_above")
        return self


class RegimeSettings(Section):
    """The regimes, which decide the side (docs/signal.md)."""

    mean_reversion_below: float = setting(0.45, 0.3, 0.5, "H", "Below this Hurst exponent: mean reversion.")
    trending_above: float = setting(0.55, 0.5, 0.7, "H", "Above this Hurst exponent: trending.")
    base: float = setting(45, 0, 60, "points", "Base points in the mean-reversion and trending regimes.")
    random_base: float = setting(40, 0, 60, "points", "Base points in the random regime.")
    random_imbalance: float = setting(
        2.0, 0, 50, "%", "Order-book imbalance that must agree in the random regime."
    )
    random_without_book: bool = option(
        default=False,
        text="Trade the random regime where the order book is not known. Otherwise it is refused there (IMBALANCE_NA).",
    )
    random_without_book_factor: float = setting(
        1.3, 1.0, 3.0, "×", "Threshold factor of the random regime where it is traded without an order book."
    )


Sides: TypeAlias = Literal["both", "long", "short", "none"]


class SideSettings(Section):
    """Which sides are traded in which regime (docs/signal.md)."""

    mean_reversion: Sides = option("both", "Sides that are traded in the mean-reversion regime.")
    trending: Sides = option("both", "Sides that are traded in the trending regime.")
    random: Sides = option("both", "Sides that are traded in the random regime.")


class VetoSettings(Section):
    """Hard vetoes by the coin's own features (docs/signal.md)."""

    trend_adx: float = setting(30.0, 10, 80, "ADX", "Trend veto: ADX above this …")
    trend_hurst: float = setting(
        0.55, 0.4, 0.8, "H", "… and Hurst exponent above this, with the trend against the side."
    )
    funding: float = setting(
        0.08, 0.01, 2.0, "% per 8 h", "Funding veto: funding beyond this while the side is with the crowd."
    )
    sweep: bool = option(default=True, text="Veto when the last candle swept liquidity against the side.")


class ScheduleSettings(Section):
    """When there are no entries (docs/signal.md)."""

    quiet_hours: bool = option(default=True, text="No entries in the quiet hours.")
    quiet_from: int = setting(2, 0, 23, "UTC hour", "First quiet hour.")
    quiet_until: int = setting(
        6, 0, 24, "UTC hour", "First hour after the quiet hours; equal to quiet_from: there are none."
    )
    quiet_exempt: tuple[str, ...] = option(("BTC", "ETH"), "Coins that also trade in the quiet hours.")
    signal_interval: int = setting(
        60, 0, 3600, "s", "Live: shortest time between two accepted signals of a coin."
    )


class ContractSettings(Section):
    """Contracts that are entered: their type, and the time until their delivery (docs/signal.md)."""

    types: Annotated[tuple[Literal["PERPETUAL", "TRADIFI_PERPETUAL"], ...], Field(min_length=1)] = option(
        ("PERPETUAL",), "Contract types that are traded; TRADIFI_PERPETUAL: shares, metals, indices."
    )
    delisting_days: float = setting(
        3.0, 0.0, 60.0, "days", "No entries from this long before the announced delivery of a contract."
    )


class LiquiditySettings(Section):
    """Coins that are too thin to trade (docs/signal.md)."""

    quote_volume_24h: float = setting(1_000_000, 0, 1e10, "USDT", "Smallest 24 h quote volume.")
    spread_pct: float = setting(0.5, 0.01, 5.0, "%", "Widest spread.")


class MinimumScoreSettings(OrderedSection):
    """The dynamic minimum score (docs/signal.md)."""

    mode: Literal["fixed", "dynamic"] = option(
        "fixed", "fixed: min_confidence; dynamic: by the last closed trades."
    )
    low: float = setting(60, 30, 80, "points", "Dynamic minimum at a win rate of 100 %.")
    high: float = setting(90, 60, 95, "points", "Dynamic minimum at a win rate of 0 %.")
    trades: int = setting(10, 5, 100, "trades", "Number of last closed trades that count.")
    fewest_trades: int = setting(
        5, 1, 50, "trades", "With fewer closed trades, halfway between low and high applies."
    )
    reference: float = setting(
        68, 50, 95, "points", "The difference of min_confidence from this shifts the dynamic minimum."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self._rising("low", "high")
        if self.fewest_trades > self.trades:
            raise ValueError(
                f"fewest_trades = {self.fewest_trades} can never be reached by trades = {self.trades}"
            )
        return self


class SignalSettings(Section):
    """Everything in the market decision that is not a feature, a layer or a market filter."""

    z_score_threshold: float = setting(
        1.6, 0.8, 3.0, "σ", "How far price must be stretched for a signal (optimised)."
    )
    min_confidence: float = setting(68, 50, 95, "points", "Lowest score of an accepted signal (optimised).")
    layer_scale: float = setting(
        1.0, 0.1, 2.0, "×", "Factor on the points of all layers but the first, to be calibrated by evidence."
    )
    minimum_history: int = setting(1500, 300, 1500, "candles", "Closed 5m candles that a coin must have.")
    stale_after: int = setting(2, 1, 12, "candles", "The last closed candle may be this old.")
    excluded_coins: tuple[str, ...] = option(STABLE_AND_FIAT + METALS, "Coins that are never traded.")
    threshold: ZThresholdSettings = ZThresholdSettings()
    regime: RegimeSettings = RegimeSettings()
    sides: SideSettings = SideSettings()
    veto: VetoSettings = VetoSettings()
    contracts: ContractSettings = ContractSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    liquidity: LiquiditySettings = LiquiditySettings()
    minimum_score: MinimumScoreSettings = MinimumScoreSettings()
