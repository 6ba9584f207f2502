"""What most published strategies do on open trades: two callbacks that look the last candle up in the data frame."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import talib.abstract as ta
from freqtrade.persistence import Trade
from freqtrade.strategy import IStrategy, stoploss_from_absolute
from pandas import DataFrame, Timedelta

_CANDLE = Timedelta(minutes=5)
_STOP_ATR = 20.0
"""So far away that trades end where they are meant to: what is compared is the time that their candles take."""


class PlainCallbacks(IStrategy):
    """Opens and closes the trades of `config["given_trades"]` (pair, side, opened, closed) again."""

    INTERFACE_VERSION = 3
    can_short = True
    timeframe = "5m"
    startup_candle_count = 1500
    use_exit_signal = True
    use_custom_stoploss = True
    stoploss = -0.99
    minimal_roi: dict[int, float] = {}  # noqa: RUF012 (Freqtrade reads it as a class attribute)

    def populate_indicators(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Add what the callbacks look up."""
        dataframe["atr"] = ta.ATR(dataframe)
        given = self._of(metadata["pair"])
        # A candle's signal is carried out at the open of the next one.
        dataframe["close_now"] = (dataframe["date"] + _CANDLE).isin([closed for _, _, closed in given])
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Signal the given entries."""
        given = self._of(metadata["pair"])
        opens = dataframe["date"] + _CANDLE
        for column, side in (("enter_long", "long"), ("enter_short", "short")):
            dataframe.loc[opens.isin([opened for of, opened, _ in given if of == side]), column] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict[str, Any]) -> DataFrame:
        """Leave exits to the callbacks."""
        return dataframe

    def custom_exit(
        self, pair: str, trade: Trade, current_time: datetime, current_rate: float, current_profit: float, **_: Any
    ) -> str | None:  # fmt: skip
        """Close the trade where the last candle says so."""
        dataframe, _updated = self.dp.get_analyzed_dataframe(pair, self.timeframe)
        return "given" if dataframe.iloc[-1].squeeze()["close_now"] else None

    def custom_stoploss(
        self, pair: str, trade: Trade, current_time: datetime, current_rate: float, current_profit: float,
        **_: Any,
    ) -> float | None:  # fmt: skip
        """Trail the price by a few ATR of the last candle."""
        dataframe, _updated = self.dp.get_analyzed_dataframe(pair, self.timeframe)
        distance = _STOP_ATR * dataframe.iloc[-1].squeeze()["atr"]
        stop = current_rate + distance if trade.is_short else current_rate - distance
        return float(
            stoploss_from_absolute(stop, current_rate, is_short=trade.is_short, leverage=trade.leverage)
        )

    def _of(self, pair: str) -> list[tuple[str, Any, Any]]:
        given: list[tuple[str, str, Any, Any]] = self.config["given_trades"]
        return [(side, opened, closed) for of, side, opened, closed in given if of == pair]
