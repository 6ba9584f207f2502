"""The last price of an open trade, on which equity and the rules between two candles are based."""

from __future__ import annotations

from datetime import datetime

from freqtrade.persistence import LocalTrade

from hhq_freqtrade.analysis.context import BotContext
from hhq_freqtrade.analysis.pair_table import candle_before


class LastPrices:
    """Last prices: the last tick in a running bot, the open of the candle in a backtest."""

    def __init__(self, context: BotContext) -> None:
        self._tables = context.tables
        self._live = context.live
        self._ticks: dict[str, float] = {}

    def note(self, pair: str, price: float) -> None:
        """Note the last tick of a pair with an open trade (live)."""
        self._ticks[pair] = price

    def forget(self, pair: str) -> None:
        """Forget the last tick of a pair whose trade is closed."""
        self._ticks.pop(pair, None)

    def tick(self, pair: str) -> float | None:
        """Return the last tick noted for a pair, None without one."""
        return self._ticks.get(pair)

    def of(self, trade: LocalTrade, now: datetime) -> float:
        """Return the last price of an open trade: its last tick live, the open of this candle in a backtest.

        Where there is none (the first loop after a start, a hole in the data), it is the last close, or else the entry.
        """
        if self._live:
            tick, table = self._ticks.get(trade.pair), self._tables.get(trade.pair)
            if tick is not None:
                return tick
            return float(table.prices[3, -1]) if table else float(trade.open_rate)
        found = self._tables.at(trade.pair, candle_before(now) + 1)
        return float(trade.open_rate) if found is None else float(found[0].prices[0, found[1]])
