"""Positions, trades and accounts as both feed and API show them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields

from companion.bot.ids import outer_id
from companion.bot.state import BotState
from companion.bot.trade_models import ClosedTradeAnswer
from companion.domain_settings.source import SettingsSource
from companion.ground.clock import Clock
from companion.ground.plain import Json, Row, plain
from companion.history.trades import trade_record
from companion.market.memory import MarketMemory
from companion.portfolio.evidence import BotEvidence
from companion.portfolio.position import Delisting, Position, position_of
from companion.portfolio.trade import trade_view
from hhq.contracts import closing_begins_ms, delisting_is_near
from hhq.exits.parameters import exit_parameters
from hhq.language import Language
from hhq.settings import HHQSettings

_COLUMNS = tuple(field.name for field in fields(Position) if field.name not in ("id", "age_hours"))
"""The age follows from ``opened_ms``; sent every second it would make every position look changed."""


class Portfolio:
    """Builds positions from a bot's answers, the live market and the settings in force.

    ``evidence``: what is shown for a bot's settings, which stands beside its equity wherever that is shown.
    """

    def __init__(
        self, market: MarketMemory, settings: SettingsSource, evidence: BotEvidence, clock: Clock
    ) -> None:
        self._market = market
        self._settings = settings
        self.evidence = evidence
        self._clock = clock

    @property
    def position_columns(self) -> tuple[str, ...]:
        """Names of the columns of :meth:`positions`."""
        return _COLUMNS

    def open_positions(self, state: BotState) -> list[Position]:
        """The positions of a bot, in the order of their ids."""
        settings = self._settings.current()
        parameters = exit_parameters(settings.exits, settings.levels, confirm_stops=True)
        now = self._clock.now_ms()
        return [
            position_of(
                state.name,
                trade,
                state.stored(trade.trade_id),
                parameters,
                mark=self._mark(trade.pair),
                now_ms=now,
                unconfirmed=trade.trade_id in state.unconfirmed,
                delisting=self._delisting(trade.pair, settings, now),
            )
            for trade in state.positions
        ]

    def positions(self, state: BotState) -> Mapping[str, Row]:
        """The positions of a bot by their id, as rows of :attr:`position_columns`."""
        return {
            position.id: tuple(plain(getattr(position, name)) for name in _COLUMNS)
            for position in self.open_positions(state)
        }

    def trade(self, state: BotState, trade: ClosedTradeAnswer) -> Mapping[str, Json]:
        """A closed trade as far as it is known at once, before the strategy's custom data of it has been read."""
        view = plain(
            trade_view(trade_record(state.name, trade, state.stored(trade.trade_id)), Language.ENGLISH)
        )
        if not isinstance(view, dict):
            raise TypeError("a dataclass is an object")
        return {**view, "position": outer_id(state.name, trade.trade_id)}

    def account(self, state: BotState) -> Mapping[str, Json]:
        """A bot's account in the stake currency, n/a while it is not known, and what the evidence shows for its settings."""
        return {
            "run_mode": state.run_mode,
            "equity": state.equity,
            "starting_capital": state.starting_capital,
            "evidence": plain(self.evidence.of(state)),
        }

    def _delisting(self, pair: str, settings: HHQSettings, now_ms: int) -> Delisting | None:
        row = self._market.universe.row(pair)
        delivery = math.nan if row is None else self._market.universe.coin(row).delivery_ms
        if not delisting_is_near(delivery, now_ms, settings):
            return None
        closes = closing_begins_ms(delivery, settings.exits.delisting)
        return Delisting(round(delivery), None if math.isnan(closes) else round(closes))

    def _mark(self, pair: str) -> float:
        """The mark price of a coin whose live values are fresh, else NaN."""
        row = self._market.universe.row(pair)
        if row is None or not self._market.is_fresh(row):
            return math.nan
        return float(self._market.live.mark_price[row])
