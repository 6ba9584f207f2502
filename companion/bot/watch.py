"""One bot, watched: woken by its messages, known by its answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from companion.bot.client import BotClient
from companion.bot.connection import BotConnection, Patience
from companion.bot.errors import (
    BotError,
    BotLoginError,
    BotNotFoundError,
    BotSilentError,
    BotUnreachableError,
)
from companion.bot.login import BotLogin
from companion.bot.models import Blacklist, Locks, LockSide
from companion.bot.positions import Fate, Positions
from companion.bot.state import BotState, Comparison
from companion.bot.trade_models import OpenTrade, OrderType
from companion.bot.wake import MessageStream
from companion.ground.clock import Clock
from companion.settings.bots import BotSettings

logger = logging.getLogger("companion.bot")
T = TypeVar("T")

_RECENT = 50
_COMPLETE_SECONDS = 12.0
"""How often everything other than the positions is queried; it also is after every wake-up."""
_RETRY_SECONDS = 1.0
_SILENT_SECONDS = 7.0
"""A bot silent for this long is unreachable: noticed within 10 s even with the longest time-out."""
_LEAST_SECONDS = 0.3
"""Shortest pause between two queries, however many messages arrive."""


class BotListener(Protocol):
    """Is notified of every new state; called in the event loop, so it must return at once."""

    def state_changed(self, before: BotState, after: BotState) -> None:
        """A bot's state has been replaced."""


class BotWatch:
    """Holds the newest state of one bot, and its control calls, which raise BotError."""

    def __init__(self, name: str, url: str, login: BotLogin, settings: BotSettings, clock: Clock) -> None:
        patience = Patience(settings.timeout_seconds, settings.control_timeout_seconds)
        self.client = BotClient(BotConnection(name, url, login, patience))
        self.listeners: list[BotListener] = []
        self._clock = clock
        self._poll_seconds = settings.poll_seconds
        self._state = BotState(name, url, since_ms=clock.now_ms())
        self._stream: MessageStream | None = None
        if login.complete:
            token = self.client.message_token
            self._stream = MessageStream(name, url, token, clock, self._woken, self._listening)
        self._positions = Positions()
        self._wake = asyncio.Event()
        self._answered = clock.monotonic()
        self._completed = -_COMPLETE_SECONDS
        self._errors: list[str] = []

    @property
    def name(self) -> str:
        """Name of the bot in the settings."""
        return self._state.name

    @property
    def state(self) -> BotState:
        """What is known now."""
        return self._state

    def wake(self) -> None:
        """Query everything as soon as possible."""
        self._completed = -_COMPLETE_SECONDS
        self._wake.set()

    def note_comparison(self, comparison: Comparison) -> None:
        """Take in what the comparison of digests has found."""
        self._replace(comparison=comparison)

    async def run(self) -> None:
        """Watch until cancelled."""
        async with asyncio.TaskGroup() as group:
            if self._stream is not None:
                group.create_task(self._stream.run(), name=f"bot {self.name} messages")
            group.create_task(self._ask_for_ever(), name=f"bot {self.name} state")

    async def close(self) -> None:
        """Close all connections."""
        await self.client.close()

    async def refresh(self) -> bool:
        """Query the bot once; returns whether it answered. If it does not, that is no error here: the state says so."""
        self._errors = []
        try:
            await self._ask_positions()
            if self._clock.monotonic() - self._completed >= _COMPLETE_SECONDS:
                await self._ask_rest()
        except (BotUnreachableError, BotLoginError) as problem:
            self._failed(problem)
            return False
        self._answered = self._clock.monotonic()
        self._set_reachable(reachable=True)
        self._replace(last_error=self._errors[-1] if self._errors else None)
        return True

    async def force_exit(
        self, trade_id: int | None, order_type: OrderType | None = None, amount: float | None = None
    ) -> str:
        """Close a trade (None: all), or `amount` coins of it; returns the bot's message."""
        return await self._then_ask(self.client.force_exit(trade_id, order_type, amount))

    async def pause(self) -> str:
        """No more entries."""
        return await self._then_ask(self.client.pause())

    async def start(self) -> str:
        """Allow entries again."""
        return await self._then_ask(self.client.start())

    async def reload_config(self) -> str:
        """Have the bot reread its configuration and parameters."""
        return await self._then_ask(self.client.reload_config())

    async def lock(self, pair: str, minutes: float, reason: str, side: LockSide = "*") -> Locks:
        """Pause entries of a pair ("*": all) for `minutes`, rounded up to the end of a candle."""
        until = self._clock.now_ms() + int(minutes * 60_000)
        return await self._then_ask(self.client.lock(pair, until, reason, side))

    async def delete_lock(self, lock_id: int) -> Locks:
        """End a lock."""
        return await self._then_ask(self.client.delete_lock(lock_id))

    async def add_to_blacklist(self, pairs: Sequence[str]) -> Blacklist:
        """Never enter these pairs."""
        return await self._then_ask(self.client.add_to_blacklist(pairs))

    async def remove_from_blacklist(self, pairs: Sequence[str]) -> Blacklist:
        """Allow these pairs again."""
        return await self._then_ask(self.client.remove_from_blacklist(pairs))

    async def _then_ask(self, call: Awaitable[T]) -> T:
        """Await a control call; whatever came of it, the bot's state is queried afterwards."""
        try:
            return await call
        finally:
            self.wake()

    async def _ask_for_ever(self) -> None:
        while True:
            answered = await self.refresh()
            await self._clock.sleep(_LEAST_SECONDS)
            await self._rest(self._poll_seconds if answered else _RETRY_SECONDS)

    async def _rest(self, seconds: float) -> None:
        """Return after `seconds`, or earlier when something happened."""
        tasks = [asyncio.ensure_future(self._wake.wait()), asyncio.ensure_future(self._clock.sleep(seconds))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
        self._wake.clear()

    async def _ask_positions(self) -> None:
        answer = await self.client.status()
        fates = {trade.trade_id: await self._fate(trade) for trade in self._positions.missing(answer)}
        self._positions = self._positions.after(answer, fates)
        self._replace(
            positions=self._positions.trades,
            unconfirmed=frozenset(self._positions.doubts),
        )

    async def _fate(self, trade: OpenTrade) -> Fate:
        try:
            found = await self.client.trade(trade.trade_id)
        except BotNotFoundError:
            return Fate.UNKNOWN
        except BotError as problem:
            self._errors.append(str(problem))
            return Fate.UNANSWERED
        if found.open_timestamp != trade.open_timestamp:
            return Fate.UNKNOWN
        return Fate.OPEN if found.is_open else Fate.CLOSED

    async def _ask_rest(self) -> None:
        """Query everything else. What the bot refuses keeps its last value, and the refusal is noted."""
        client, found = self.client, dict[str, Any]()
        found["config"] = await self._or_none(client.show_config())
        if (page := await self._or_none(client.trades(_RECENT))) is not None:
            found["recent"], found["closed_count"] = page.trades, page.total_trades
        found["balance"] = await self._or_none(client.balance())
        found["profit"] = await self._or_none(client.profit())
        if (locks := await self._or_none(client.locks())) is not None:
            found["locks"] = locks.locks
        found["whitelist"] = await self._or_none(client.whitelist())
        if (blacklist := await self._or_none(client.blacklist())) is not None:
            found["blacklist"] = blacklist.blacklist
        found["custom_data"] = await self._custom_data()
        known = {name: value for name, value in found.items() if value is not None}
        self._replace(**known, asked_ms=self._clock.now_ms())
        self._completed = self._clock.monotonic()

    async def _custom_data(self) -> dict[int, dict[str, object]]:
        """The custom data of all open trades, one by one: Freqtrade's call for all of them fails if the first has none."""
        found: dict[int, dict[str, object]] = {}
        for position in self._positions.trades:
            try:
                found[position.trade_id] = await self.client.custom_data(position.trade_id)
            except BotNotFoundError:
                continue
        return found

    async def _or_none(self, call: Awaitable[T]) -> T | None:
        """The answer; None if the bot refuses or its answer cannot be used, which is noted."""
        try:
            return await call
        except (BotUnreachableError, BotLoginError):
            raise
        except BotError as problem:
            self._errors.append(str(problem))
            return None

    def _failed(self, problem: BotError) -> None:
        self._replace(last_error=str(problem))
        # A bot that is busy may miss one time-out; one that refuses connections is gone.
        is_slow = isinstance(problem, BotSilentError)
        if not is_slow or self._clock.monotonic() - self._answered >= _SILENT_SECONDS:
            self._set_reachable(reachable=False)

    def _set_reachable(self, *, reachable: bool) -> None:
        if reachable == self._state.reachable:
            return
        if reachable:
            logger.info("MODULE bot %s loaded: %s", self.name, self._state.url)
        else:
            logger.warning("MODULE bot %s unavailable: %s", self.name, self._state.last_error)
            # Whatever happens meanwhile is queried as soon as it answers.
            self._completed = -_COMPLETE_SECONDS
        self._replace(reachable=reachable, since_ms=self._clock.now_ms())

    def _woken(self) -> None:
        self._replace(wakes=self._state.wakes + 1)
        self.wake()

    def _listening(self, *, is_open: bool) -> None:
        if is_open != self._state.listening:
            self._replace(listening=is_open)

    def _replace(self, **changes: Any) -> None:
        before = self._state
        self._state = replace(before, **changes)
        for listener in self.listeners:
            listener.state_changed(before, self._state)
