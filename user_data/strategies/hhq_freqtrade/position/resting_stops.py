"""The stop that Freqtrade holds of each open trade, where it has to be brought back to the exit engine's."""

from __future__ import annotations

import math

from ccxt import TICK_SIZE
from freqtrade.persistence import LocalTrade
from freqtrade.strategy import stoploss_from_absolute

from hhq_freqtrade.account.trade_identity import TradeIdentity, identity, side_of
from hhq_freqtrade.analysis.exchange_facts import ExchangeFacts

_BEYOND = 0.01


class RestingStops:
    """Freqtrade carries a stop's distance over to the entry price after each partial exit, and at every restart.

    Where the stop then lies beyond the market it sells the rest at once and does not ask the strategy before.
    """

    def __init__(self, facts: ExchangeFacts) -> None:
        self._facts = facts
        self._rested: dict[TradeIdentity, tuple[float, float]] = {}

    def rest(self, trade: LocalTrade, price: float, rate: float) -> None:
        """Let the stop rest at ``price`` while the market is at ``rate``, wherever it has rested before."""
        known = (price, trade.stop_loss)
        if self._rested.get(identity(trade)) == known:
            return
        distance = stoploss_from_absolute(price, rate, is_short=trade.is_short, leverage=trade.leverage)
        if distance > 0.0:
            trade.adjust_stop_loss(rate, distance, allow_refresh=True)
            self._rested[identity(trade)] = (price, trade.stop_loss)

    def note(self, trade: LocalTrade, price: float) -> None:
        """Note where a running bot's stop rests at the end of a look, with the engine's price of it."""
        self._rested[identity(trade)] = (price, trade.stop_loss)

    def mend(self, trade: LocalTrade, price: float, rate: float) -> None:
        """Bring a running bot's stop back where a partial exit has made Freqtrade tighten it by itself.

        ``price`` is the engine's. A stop that rested nearer than that stays where it rested: none is loosened.
        """
        if trade.nr_of_successful_exits == 0:
            return
        side = side_of(trade)
        nearest = self.nearest(trade, price)
        if side * (trade.stop_loss - nearest) > self._facts.of(trade.pair).tick_size:
            self._rested.pop(identity(trade), None)
            self.rest(trade, nearest, rate)

    def nearest(self, trade: LocalTrade, price: float) -> float:
        """Return the engine's price, or where the stop of a running bot has rested if that is nearer to the market.

        After each fill Freqtrade takes the answer even where it is farther away.
        """
        rested = self._rested.get(identity(trade))
        if rested is None or side_of(trade) * (price - rested[1]) > 0.0:
            return price
        return self._rounded_to(trade, rested[1])

    def _rounded_to(self, trade: LocalTrade, stop: float) -> float:
        """Return a price that Freqtrade rounds to ``stop``.

        It rounds towards the market. A price on the tick itself can come out as the next one, nearer by a tick each
        time that it is answered.
        """
        tick = trade.price_precision if trade.precision_mode_price == TICK_SIZE else None
        return stop if tick is None else stop - side_of(trade) * tick / 2.0

    def bring_back(self, trade: LocalTrade, stop: float) -> None:
        """Let the stop rest at ``stop`` where it is farther from the market now, whatever the market's price is."""
        side = side_of(trade)
        if side * (stop - trade.stop_loss) > 0.0:
            # Freqtrade knows stops by their distance from a rate alone; any rate beyond the stop gives the same price.
            self.rest(trade, self._rounded_to(trade, stop), stop * (1.0 + side * _BEYOND))
            self.note(trade, math.nan)

    def forget(self, trade: LocalTrade) -> None:
        """Forget a trade that is closed."""
        self._rested.pop(identity(trade), None)
