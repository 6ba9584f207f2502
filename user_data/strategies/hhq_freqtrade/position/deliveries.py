"""Warns of open positions and waiting orders whose contract is about to be delivered."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from freqtrade.exchange import Exchange
from freqtrade.persistence import LocalTrade

from hhq.contracts import delisting_detail, delisting_is_near
from hhq.language import Language
from hhq.settings import HHQSettings
from hhq_freqtrade.account.trade_identity import side_of
from hhq_freqtrade.analysis.context import BotContext
from hhq_freqtrade.analysis.signal_log import side_name

logger = logging.getLogger("hhq.exit")


def report_rare_reloads(exchange: Exchange, settings: HHQSettings) -> None:
    """Log if markets are loaded so rarely that an announcement could be read after its position was to be closed."""
    rule, minutes = settings.exits.delisting, exchange.markets_refresh_interval / 60_000.0
    if rule.enabled and minutes >= rule.hours * 60.0:
        logger.warning(
            "DELISTING: markets are loaded every %g min only (exchange.markets_refresh_interval), positions are to be "
            "closed %g h before a delivery", minutes, rule.hours,
        )  # fmt: skip


class DeliveryWarnings:
    """Logs each date once, from the moment at which the coin is no longer entered."""

    def __init__(self, context: BotContext) -> None:
        self._contracts = context.contracts
        self._settings = context.settings
        self._told: dict[str, float] = {}

    def look(self, trades: Iterable[LocalTrade], now: datetime) -> None:
        """Look at the contracts of the open trades at the start of a loop."""
        settings = self._settings.current
        for trade in trades:
            delivery = self._contracts.of(trade.pair).delivery_ms
            near = delisting_is_near(delivery, now.timestamp() * 1000.0, settings)
            if not near or self._told.get(trade.pair) == delivery:
                continue
            self._told[trade.pair] = delivery
            logger.warning(
                "DELISTING: %s %s is open: %s",
                trade.pair, side_name(side_of(trade)), delisting_detail(delivery, settings).told(Language.ENGLISH),
            )  # fmt: skip
