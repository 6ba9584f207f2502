"""Recording of what candles do not hold (docs/recorder.md)."""

from __future__ import annotations

from pydantic import field_validator

from hhq.settings.base import Section, option, setting

_CANDLE_SECONDS = 300


class RecorderSettings(Section):
    """What is sampled, when a row is sealed, and how much is kept."""

    enabled: bool = option(
        default=True, text="Record spread, imbalance, funding, basis, whales and liquidations."
    )
    folder: str = option(
        "user_data/data/binance/recorded",
        "Folder of the recordings: next to the candles, where bots and backtests find them by themselves.",
    )
    largest_mb: int = setting(
        2048, 10, 1_000_000, "MB", "Largest total size; the oldest days are deleted first."
    )
    sample_seconds: int = setting(
        3, 1, 60, "s", "Time between two samples of the order book; must divide 300."
    )
    seal_after_ms: int = setting(
        50, 0, 900, "ms", "Time after a candle's close for events of that candle that are still on their way."
    )
    trend_recent: int = setting(10, 1, 50, "samples", "Newest samples that the imbalance trend averages.")
    trend_before: int = setting(20, 1, 50, "samples", "Samples before those, which they are compared with.")
    whale_notional: float = setting(
        100_000.0,
        1_000.0,
        100_000_000.0,
        "USDT",
        "An aggregate trade of at least this notional is a whale's.",
    )
    whale_seconds: int = setting(300, 30, 3600, "s", "Time over which whales' trades are added up.")
    whale_history: int = setting(
        1000, 20, 10_000, "candles", "Past sums that a new sum is standardised against (z-score)."
    )
    whale_least: int = setting(20, 2, 1000, "candles", "Past sums needed for a whale z-score.")
    liquidation_seconds: int = setting(30, 5, 300, "s", "Time over which liquidation orders are added up.")
    book_stale_seconds: float = setting(30.0, 1.0, 600.0, "s", "An order book older than this is n/a.")
    mark_stale_seconds: float = setting(
        30.0, 1.0, 600.0, "s", "Mark and index price and funding older than this are n/a."
    )
    trade_stale_seconds: float = setting(
        60.0,
        1.0,
        600.0,
        "s",
        "A watched coin's whale z-score is n/a after this long without an aggregate trade.",
    )
    alarm_hours: float = setting(
        24.0, 0.1, 168.0, "h", "An input that is n/a for all coins for this long raises an alarm."
    )

    @field_validator("sample_seconds")
    @classmethod
    def _divides_a_candle(cls, value: int) -> int:
        if _CANDLE_SECONDS % value:
            raise ValueError(f"a divisor of {_CANDLE_SECONDS} is wanted")
        return value
