"""Writes a bot's closed trades to the store, each once; a new one emits the event that learning listens to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from sqlalchemy.orm import Session

from companion.bot.errors import BotError, BotNotFoundError
from companion.bot.state import BotState
from companion.bot.trade_models import ClosedTradeAnswer, Order
from companion.bot.watch import BotWatch
from companion.ground.clock import Clock
from companion.store import trades as stored
from companion.store.database import Store
from hhq.reason_sources import from_freqtrade
from hhq.reasons import reason_named
from hhq_shared.trade_keys import REASON_KEY, SIGNAL_KEY, STATE_KEY

logger = logging.getLogger("companion.history")

_PART = 50
"""Trades stored per transaction."""


def trade_key(trade: ClosedTradeAnswer) -> str:
    """Key of a trade in the store: a dry run that begins with an empty database counts its ids from 1 again."""
    return f"{trade.trade_id}-{trade.open_timestamp}"


def trade_record(bot: str, trade: ClosedTradeAnswer, custom: Mapping[str, object]) -> stored.TradeRecord:
    """The trade as it is stored; ``custom`` is what the strategy stored with it.

    PnL is Freqtrade's, net of fees and funding. Fees: the bot's fee rates on the filled notional; n/a without rates.
    """
    signal = custom.get(SIGNAL_KEY)
    snapshot = dict(signal) if isinstance(signal, dict) else {}
    if isinstance(custom.get(STATE_KEY), dict):
        snapshot[STATE_KEY] = custom[STATE_KEY]
    score = snapshot.get("score")
    reason = trade.exit_reason or ""
    named = custom.get(REASON_KEY)
    code = reason_named(named) if isinstance(named, str) else None
    code = code or from_freqtrade(reason).code
    size = sum(order.filled or 0.0 for order in _entries(trade))
    fees, funding = _fees(trade), trade.funding_fees
    net = trade.close_profit_abs
    return stored.TradeRecord(
        bot=bot,
        trade_id=trade_key(trade),
        pair=trade.pair,
        side=trade.side,
        opened_ms=trade.open_fill_timestamp or trade.open_timestamp,
        closed_ms=trade.close_timestamp,
        entry_price=trade.open_rate,
        exit_price=trade.close_rate,
        size=size or None,
        stake=trade.stake_amount,
        leverage=trade.leverage,
        code=code.name if code else "",
        reason=reason,
        gross_pnl=None if fees is None else net + fees - (funding or 0.0),
        fees=fees,
        funding=funding,
        net_pnl=net,
        score=float(score) if isinstance(score, int | float) else None,
        snapshot=snapshot,
        for_learning=bool(size),
        fee_rate=_fee_rate(trade),
    )


def _entries(trade: ClosedTradeAnswer) -> Iterable[Order]:
    side = "sell" if trade.is_short else "buy"
    return (order for order in trade.orders if order.ft_order_side == side)


def _fee_rate(trade: ClosedTradeAnswer) -> float | None:
    if trade.fee_open is None or trade.fee_close is None:
        return None
    return trade.fee_open + trade.fee_close


def _fees(trade: ClosedTradeAnswer) -> float | None:
    if trade.fee_open is None or trade.fee_close is None:
        return None
    entries = sum((order.filled or 0.0) * order.safe_price for order in _entries(trade))
    total = sum((order.filled or 0.0) * order.safe_price for order in trade.orders)
    return entries * trade.fee_open + (total - entries) * trade.fee_close


class TradeHistory:
    """Stores the closed trades of one bot: its whole history at the start, then each as it closes."""

    def __init__(
        self, watch: BotWatch, store: Store, clock: Clock, after: Callable[[], None] = lambda: None
    ) -> None:
        """``after`` is called whenever the bot's closed trades are all stored."""
        self._watch = watch
        self._store = store
        self._clock = clock
        self._moved = asyncio.Event()
        self._after = after
        self._stored: set[str] = set()
        self._count = -1
        self._replaced = store.replaced
        self.recorded = 0
        """Trades that were not known to the store before."""
        watch.listeners.append(self)

    def state_changed(self, before: BotState, after: BotState) -> None:
        """Look again when a trade has closed or the bot is back."""
        if after.recent is not before.recent or (after.reachable and not before.reachable):
            self._moved.set()

    async def run(self) -> None:
        """Store until cancelled. A bot that does not answer is queried again once it is back.

        Takes over the bot's whole history again at each start, and when the database was replaced: it may be an older
        copy of the one before.
        """
        self._forget()
        self._moved.set()
        while True:
            await self._moved.wait()
            self._moved.clear()
            try:
                await self._take_over(self._watch.state)
            except BotError as problem:
                logger.warning("history of %s: %s", self._watch.name, problem)

    def _forget(self) -> None:
        self._stored.clear()
        self._count = -1
        self._replaced = self._store.replaced

    async def _take_over(self, state: BotState) -> None:
        if not state.reachable or not state.asked_ms:
            return
        if self._store.replaced != self._replaced:
            self._forget()
        recent = [trade for trade in state.recent if trade_key(trade) not in self._stored]
        missed = state.closed_count - self._count > len(recent)
        if self._count < 0 or missed or state.closed_count < self._count:
            # At the start, when more trades have closed than a page holds, or when the bot has another database.
            recent = await self._watch.client.all_trades()
        for begin in range(0, len(recent), _PART):
            await self._store_part(recent[begin : begin + _PART])
        self._count = state.closed_count
        self._after()

    async def _store_part(self, found: list[ClosedTradeAnswer]) -> None:
        found = [trade for trade in found if trade_key(trade) not in self._stored]
        known = await self._store.read(partial(_known, bot=self._watch.name, found=found))
        records = [
            trade_record(self._watch.name, trade, await self._custom_data(trade))
            for trade in found
            if trade_key(trade) not in known
        ]
        now = self._clock.now_ms()
        self.recorded += await self._store.write(_recorder(records, now))
        self._stored.update(trade_key(trade) for trade in found)

    async def _custom_data(self, trade: ClosedTradeAnswer) -> Mapping[str, object]:
        try:
            return await self._watch.client.custom_data(trade.trade_id)
        except BotNotFoundError:
            return {}


def _known(session: Session, bot: str, found: Iterable[ClosedTradeAnswer]) -> set[str]:
    keys = (trade_key(trade) for trade in found)
    return {key for key in keys if stored.get(session, bot, key) is not None}


def _recorder(records: list[stored.TradeRecord], now_ms: int) -> Callable[[Session], int]:
    return lambda session: stored.record_all(session, records, now_ms)
