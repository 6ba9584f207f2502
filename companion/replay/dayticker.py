"""The rolling 24 h ticker of one coin at an instant, for REST and streams."""

from __future__ import annotations

from dataclasses import dataclass

from companion.replay.candles import BASE_INTERVAL, DAY
from companion.replay.daystats import DayStats
from companion.replay.exchange import CoinView


@dataclass(frozen=True, slots=True)
class DayTicker(DayStats):
    """Prices in quote currency, volume in coins; times in ms. The forming candle is part of it."""

    last: float
    last_quantity: float
    close_time: int
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
    # In a gap and after the end of the tape, the last candle is shown as it closed.
    shown = min(time, int(tape.candles.time[row]) + BASE_INTERVAL - 1)
    forming = tape.forming(BASE_INTERVAL, shown)
    assert forming is not None  # `shown` lies inside candle `row`
    event = forming.last_trade - forming.first_trade
    return DayTicker(
        open_time=max(time - DAY, day.open_time),
        open=day.open,
        high=max(day.high, forming.high),
        low=min(day.low, forming.low),
        volume=day.volume + forming.volume,
        quote=day.quote + forming.quote,
        trades=day.trades + forming.trades,
        first_trade=day.first_trade,
        previous_close=day.previous_close,
        last=forming.close,
        last_quantity=tape.path(row).quantity(event),
        close_time=time,
        last_trade=forming.last_trade,
    )
