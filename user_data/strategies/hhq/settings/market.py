"""Settings of the market filters and the higher timeframes (docs/signal.md)."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from hhq.settings.base import OrderedSection, Section, option, setting


class BtcSettings(OrderedSection):
    """BTC's trend, and what a trend with or against the side does."""

    strong_bullish_1h: float = setting(1.5, 0.1, 20.0, "%", "STRONG_BULLISH: 1h change above this …")
    strong_bullish_4h: float = setting(2.0, 0.1, 40.0, "%", "… and 4h change above this.")
    bullish_1h: float = setting(0.5, 0.05, 20.0, "%", "BULLISH: 1h change above this.")
    strong_bearish_30m: float = setting(
        -1.5, -20.0, -0.1, "%", "STRONG_BEARISH: 30m change below this, or flash crash."
    )
    strong_bearish_1h: float = setting(-1.5, -20.0, -0.1, "%", "STRONG_BEARISH: 1h change below this …")
    strong_bearish_4h: float = setting(-3.0, -40.0, -0.1, "%", "… or 4h change below this.")
    bearish_1h: float = setting(-0.5, -20.0, -0.05, "%", "BEARISH: 1h change below this …")
    bearish_4h: float = setting(-1.5, -40.0, -0.05, "%", "… or 4h change below this.")
    daily_strong: float = setting(3.0, 0.2, 50.0, "%", "Daily trend STRONG: 24h change beyond ± this.")
    daily_plain: float = setting(1.0, 0.1, 50.0, "%", "Daily trend plain: 24h change beyond ± this.")
    daily_against_penalty: float = setting(
        0.3, 0.0, 0.9, "", "Share of score and size taken off: daily trend against the side."
    )
    short_term_against_penalty: float = setting(
        0.2, 0.0, 0.9, "", "Share of score and size taken off: short-term trend against the side."
    )
    aligned_bonus: float = setting(
        0.2, 0.0, 1.0, "", "Share of size added: short-term trend with the side, nothing against it."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self._rising("bullish_1h", "strong_bullish_1h")
        self._rising("strong_bearish_1h", "bearish_1h")
        self._rising("strong_bearish_4h", "bearish_4h")
        self._rising("daily_plain", "daily_strong")
        return self


class EthSettings(OrderedSection):
    """ETH's trend, and what a strong trend against the side does."""

    strong_bearish_30m: float = setting(-2.0, -20.0, -0.1, "%", "STRONG_BEARISH: 30m change below this …")
    strong_bearish_1h: float = setting(-2.0, -20.0, -0.1, "%", "… or 1h change below this …")
    strong_bearish_4h: float = setting(-4.0, -40.0, -0.1, "%", "… or 4h change below this.")
    bearish_1h: float = setting(-1.0, -20.0, -0.05, "%", "BEARISH: 1h change below this …")
    bearish_4h: float = setting(-2.0, -40.0, -0.05, "%", "… or 4h change below this.")
    strong_bullish_1h: float = setting(2.0, 0.1, 20.0, "%", "STRONG_BULLISH: 1h change above this …")
    strong_bullish_4h: float = setting(3.0, 0.1, 40.0, "%", "… and 4h change above this.")
    bullish_1h: float = setting(1.0, 0.05, 20.0, "%", "BULLISH: 1h change above this.")
    strong_against_penalty: float = setting(
        0.3, 0.0, 0.9, "", "Share of score and size taken off: ETH strong against the side while BTC is not."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self._rising("bullish_1h", "strong_bullish_1h")
        self._rising("strong_bearish_1h", "bearish_1h")
        self._rising("strong_bearish_4h", "bearish_4h")
        return self


class FlashSettings(OrderedSection):
    """Sudden moves of BTC and ETH over 30 minutes, and how long they affect entries."""

    btc_start: float = setting(
        2.0, 0.2, 30.0, "%", "Flash crash or pump: BTC moves by more than this in 30m …"
    )
    btc_end: float = setting(1.0, 0.1, 30.0, "%", "… until it moves by less than this.")
    eth_start: float = setting(3.0, 0.2, 30.0, "%", "ETH flash crash: ETH falls by more than this in 30m …")
    eth_end: float = setting(1.5, 0.1, 30.0, "%", "… until it falls by less than this.")
    memory: int = setting(
        288, 60, 288, "candles", "A flash move without an end within this many candles is over."
    )
    block_minutes: float = setting(
        10, 0, 60, "min", "Entries stay blocked for this long after a flash move of BTC."
    )
    first_minutes: float = setting(
        10, 0, 60, "min", "How long the first size factor applies after the block."
    )
    first_size_factor: float = setting(0.5, 0.0, 1.0, "×", "First size factor after a flash move of BTC.")
    second_minutes: float = setting(
        10, 0, 60, "min", "How long the second size factor applies after the first."
    )
    second_size_factor: float = setting(0.75, 0.0, 1.0, "×", "Second size factor after a flash move of BTC.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self._rising("btc_end", "btc_start")
        self._rising("eth_end", "eth_start")
        return self


class MacroSettings(OrderedSection):
    """Regime of the whole market, judged by BTC, and what it does to entries (for exits: LevelSettings)."""

    window: int = setting(50, 20, 288, "candles", "Number of BTC's last 5m closes that are measured.")
    volatile_std: float = setting(2.0, 0.1, 20.0, "% of mean", "VOLATILE: standard deviation above this …")
    volatile_range: float = setting(5.0, 0.5, 50.0, "% of mean", "… or range above this.")
    trend_drift: float = setting(
        1.5, 0.1, 20.0, "%", "Trending: the means of the two halves differ by more than this …"
    )
    trend_range: float = setting(2.0, 0.1, 50.0, "% of mean", "… and the range is above this …")
    trend_direction: float = setting(
        1.0, 0.0, 20.0, "%", "… and the last close is further than this from the first."
    )
    quiet_std: float = setting(0.5, 0.01, 10.0, "% of mean", "QUIET: standard deviation below this …")
    quiet_range: float = setting(1.0, 0.05, 20.0, "% of mean", "… and range below this.")
    up_short_penalty: float = setting(0.2, 0.0, 0.9, "", "TRENDING_UP: share of score that a SHORT loses.")
    up_long_size_factor: float = setting(1.15, 0.5, 2.0, "×", "TRENDING_UP: size factor of a LONG.")
    down_long_veto: bool = option(default=True, text="TRENDING_DOWN: no LONG.")
    down_short_size_factor: float = setting(1.2, 0.5, 2.0, "×", "TRENDING_DOWN: size factor of a SHORT.")
    volatile_minimum_factor: float = setting(
        1.15, 1.0, 1.5, "×", "VOLATILE: factor on the minimum score, rounded down."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self._rising("quiet_std", "volatile_std")
        self._rising("quiet_range", "volatile_range")
        self._rising("trend_range", "volatile_range")
        return self


class TimeframeSettings(OrderedSection):
    """Trend of the coin's own higher timeframes, and the strong-trend penalty (for leverage: LeverageSettings)."""

    plain_change: float = setting(
        0.2, 0.01, 10.0, "%", "A trend: price beyond its EMA and 3 candles moved more than this."
    )
    strong_change: float = setting(1.0, 0.05, 30.0, "%", "A strong trend: 3 candles moved more than this.")
    weight_15m: float = setting(20, 0, 100, "points", "Weight of 15m.")
    weight_1h: float = setting(30, 0, 100, "points", "Weight of 1h.")
    weight_4h: float = setting(50, 0, 100, "points", "Weight of 4h.")
    against_from: float = setting(
        5.0, 0.5, 100.0, "%", "Strong trend, mild: change over 20 4h closes against the side from this on."
    )
    against_medium: float = setting(10.0, 0.5, 100.0, "%", "Strong trend, medium: above this.")
    against_heavy: float = setting(20.0, 0.5, 100.0, "%", "Strong trend, heavy: above this.")
    mild_penalty: float = setting(10, 0, 100, "points", "Points off the total: mild.")
    medium_penalty: float = setting(20, 0, 100, "points", "Points off the total: medium.")
    heavy_penalty: float = setting(30, 0, 100, "points", "Points off the total: heavy.")
    mild_size_factor: float = setting(0.75, 0.0, 1.0, "×", "Size factor: mild.")
    medium_size_factor: float = setting(0.5, 0.0, 1.0, "×", "Size factor: medium.")
    heavy_size_factor: float = setting(0.25, 0.0, 1.0, "×", "Size factor: heavy.")
    veto_at: float = setting(-50, -150, -1, "points", "MTF_VETO: total at or below this.")
    with_above: float = setting(50, 0, 150, "points", "Above this total the timeframes are with the side.")
    against_size_factor: float = setting(0.8, 0.1, 1.0, "×", "Size factor: total below 0.")
    neutral_size_factor: float = setting(1.0, 0.1, 2.0, "×", "Size factor: total from 0 to with_above.")
    with_size_factor: float = setting(1.1, 1.0, 2.0, "×", "Size factor: total above with_above.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self._rising("plain_change", "strong_change")
        self._rising("against_from", "against_medium", "against_heavy")
        return self


class MarketSettings(Section):
    """Market filters and higher timeframes: what both say about a signal."""

    smt_window: int = setting(
        20, 2, 288, "candles", "SMT divergence: previous candles over which BTC and ETH are compared."
    )
    btc: BtcSettings = BtcSettings()
    eth: EthSettings = EthSettings()
    flash: FlashSettings = FlashSettings()
    macro: MacroSettings = MacroSettings()
    timeframes: TimeframeSettings = TimeframeSettings()
