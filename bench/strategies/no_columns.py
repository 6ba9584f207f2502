"""The time that Freqtrade itself takes for an analysis: a strategy that never enters or exits."""

from __future__ import annotations

from typing import Any

from freqtrade.strategy import IStrategy
from pandas import DataFrame


class NoColumns(IStrategy):
    """The least that Freqtrade accepts."""

    INTERFACE_VERSION = 3
    timeframe = "5m"
    startup_candle_count = 1500
    stoploss = -0.99
    minimal_roi: dict[int, float] = {}  # noqa: RUF012 (Freqtrade reads it as a class attribute)

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Add nothing."""
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Never enter."""
        dataframe["enter_long"] = 0
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Never exit."""
        dataframe["exit_long"] = 0
        return dataframe
