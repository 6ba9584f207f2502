"""What the memory has to hold, read from the files that the exchange replays."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from companion.market.memory import MarketMemory
from hhq.panel import CANDLE_MS
from hhq_freqtrade.analysis.frames import open_times
from tests.replay.sample_market import coin, source

PRICES = ("open", "high", "low", "close", "volume")


class Truth:
    """Recorded candles by symbol and bar."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._candles: dict[str, dict[int, tuple[float, ...]]] = {}

    def candles(self, symbol: str) -> dict[int, tuple[float, ...]]:
        if symbol not in self._candles:
            frame = source(self._folder, f"{coin(symbol.removesuffix('USDT')).base}_USDT_USDT-5m-futures")
            times = open_times(frame)
            rows = frame[list(PRICES)].to_numpy(dtype=np.float64)
            self._candles[symbol] = {
                int(time) // CANDLE_MS: tuple(row.tolist()) for time, row in zip(times, rows, strict=True)
            }
        return self._candles[symbol]

    def agrees(self, memory: MarketMemory, now_ms: int) -> None:
        """Check that every candle in the memory is a recorded one that has closed."""
        candles = memory.candles
        for coin_row, listed in enumerate(memory.universe.coins):
            recorded = self.candles(listed.symbol)
            for bar in range(candles.newest_bar - candles.window, candles.newest_bar + 1):
                known = candles.values_at(coin_row, bar)
                if known is not None:
                    assert (bar + 1) * CANDLE_MS <= now_ms, f"{listed.symbol} {bar} has not closed"
                    assert known == recorded[bar], f"{listed.symbol} {bar}"
