"""The rolling 24 h ticker of one coin at an instant, for REST and streams."""

from __future__ import annotations

from dataclasses import dataclass

from companion.replay.candles import BASE_INTERVAL, DAY
from companion.replay.exchange import CoinView


@dataclass(frozen=True, slots=True)
class DayTicker:
    """Prices in quote currency, volume in coins; times in ms."""

    last: float
    last_quantity: float
    open: float
    high: float
    low: float
    volume: float
    quote: float
    trades: int
    previous_close: float
    open_time: int
    close_time: int
    first_trade: int
    last_trade: int

    @property
    def change(self) -> float:
        """Last price less the price 24 h ago."""
        return self.last - self.open

    @property
    def change_percent(self) -> float:
        """`change` in % of the price 24 h ago."""
        return 100.0 * self.change / self.open if self.open else 0.0

    @property
    def average(self) -> float:
        """Volume-weighted mean price; the last price when nothing was traded."""
        return self.quote / self.volume if self.volume > 0.0 else self.last


def day_ticker(view: CoinView, time: int) -> DayTicker:
    """The closed candles of the last 24 hours and the forming one. The coin must be listed."""
    tape, day = view.tape, view.day(time)
    row = tape.row_at(time)
    # After a gap or the end of the tape the last candle stands as it closed.
    shown = min(time, int(tape.candles.time[row]) + BASE_INTERVAL - 1)
    forming = tape.forming(BASE_INTERVAL, shown)
    assert forming is not None  # `shown` lies inside candle `row`
    event = forming.last_trade - forming.first_trade
    return DayTicker(
        forming.close,
        tape.path(row).quantity(event),
        day.open,
        max(day.high, forming.high),
        min(day.low, forming.low),
        day.volume + forming.volume,
        day.quote + forming.quote,
        day.trades + forming.trades,
        day.previous_close,
        max(time - DAY, day.open_time),
        time,
        day.first_trade,
        forming.last_trade,
    )
