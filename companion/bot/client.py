"""The calls of Freqtrade's REST API that we use, typed. Every call raises BotError and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import TypeAdapter

from companion.bot.connection import BotConnection
from companion.bot.login import LoginTokens
from companion.bot.models import (
    Balance,
    Blacklist,
    CustomData,
    Health,
    Locks,
    LockSide,
    Logs,
    PairCandles,
    Ping,
    Profit,
    ResultMessage,
    ShowConfig,
    StatusMessage,
    Version,
    Whitelist,
)
from companion.bot.trade_models import ClosedTradeAnswer, OpenTrade, OrderType, TradePage

T = TypeVar("T")

_TOKENS = TypeAdapter(LoginTokens)
_PING, _VERSION, _CONFIG = TypeAdapter(Ping), TypeAdapter(Version), TypeAdapter(ShowConfig)
_OPEN, _OPEN_TRADES, _PAGE = (
    TypeAdapter(OpenTrade),
    TypeAdapter(tuple[OpenTrade, ...]),
    TypeAdapter(TradePage),
)
_BALANCE, _PROFIT, _LOCKS = TypeAdapter(Balance), TypeAdapter(Profit), TypeAdapter(Locks)
_BLACKLIST, _WHITELIST, _HEALTH = TypeAdapter(Blacklist), TypeAdapter(Whitelist), TypeAdapter(Health)
_STATUS, _RESULT = TypeAdapter(StatusMessage), TypeAdapter(ResultMessage)
_CANDLES, _CUSTOM, _LOGS = TypeAdapter(PairCandles), TypeAdapter(tuple[CustomData, ...]), TypeAdapter(Logs)

MOST_TRADES = 500
"""The most trades that a page can hold."""


class BotClient:
    """One bot's API. Reads may be repeated; a change whose connection was cut may have arrived all the same."""

    def __init__(self, connection: BotConnection) -> None:
        self._connection = connection

    async def close(self) -> None:
        """Close all connections."""
        await self._connection.close()

    async def ping(self) -> None:
        """Return if the API is there; needs no login."""
        await self._connection.get(_PING, "ping")

    async def message_token(self) -> str:
        """A token for the message stream, valid for a quarter of an hour."""
        return (await self._connection.post(_TOKENS, "token/login")).access_token

    async def version(self) -> str:
        """Freqtrade's version."""
        return (await self._connection.get(_VERSION, "version")).version

    async def show_config(self) -> ShowConfig:
        """How the bot runs, and whether it is running, paused or stopped."""
        return await self._connection.get(_CONFIG, "show_config")

    async def status(self) -> tuple[OpenTrade, ...]:
        """Open trades. Freqtrade also answers an empty list when it could not read them: see BotWatch."""
        return await self._connection.get(_OPEN_TRADES, "status")

    async def trade(self, trade_id: int) -> OpenTrade:
        """One trade, open or closed. Raises BotNotFoundError for one that no longer exists."""
        return await self._connection.get(_OPEN, f"trade/{trade_id}")

    async def trades(self, limit: int = 50, offset: int = 0, *, oldest_first: bool = False) -> TradePage:
        """Closed trades by closing time, newest first, or by id, oldest first."""
        query = {"limit": limit, "offset": offset, "order_by_id": oldest_first}
        return await self._connection.get(_PAGE, "trades", query)

    async def all_trades(self, offset: int = 0) -> list[ClosedTradeAnswer]:
        """All closed trades from the `offset`-th on, by id, read page by page."""
        found: list[ClosedTradeAnswer] = []
        while True:
            page = await self.trades(MOST_TRADES, offset + len(found), oldest_first=True)
            found += page.trades
            if not page.trades or offset + len(found) >= page.total_trades:
                return found

    async def profit(self) -> Profit:
        """What the bot has earned."""
        return await self._connection.get(_PROFIT, "profit")

    async def balance(self) -> Balance:
        """The wallet."""
        return await self._connection.get(_BALANCE, "balance")

    async def whitelist(self) -> tuple[str, ...]:
        """The whitelisted pairs, in order."""
        return (await self._connection.get(_WHITELIST, "whitelist")).whitelist

    async def blacklist(self) -> Blacklist:
        """The pairs that are never entered."""
        return await self._connection.get(_BLACKLIST, "blacklist")

    async def add_to_blacklist(self, pairs: Sequence[str]) -> Blacklist:
        """Add pairs; those that cannot be added are listed in the answer's ``errors``."""
        return await self._connection.post(_BLACKLIST, "blacklist", {"blacklist": list(pairs)})

    async def remove_from_blacklist(self, pairs: Sequence[str]) -> Blacklist:
        """Remove pairs; those not on the blacklist are listed in the answer's ``errors``."""
        return await self._connection.delete(_BLACKLIST, "blacklist", {"pairs_to_delete": list(pairs)})

    async def locks(self) -> Locks:
        """The active locks."""
        return await self._connection.get(_LOCKS, "locks")

    async def lock(self, pair: str, until_ms: int, reason: str, side: LockSide = "*") -> Locks:
        """Pause entries of a pair ("*": all) until the end of the candle at `until_ms` (UTC); returns all active locks."""
        until = datetime.fromtimestamp(until_ms / 1000, tz=UTC).isoformat()
        wish = {"pair": pair, "side": side, "until": until, "reason": reason}
        return await self._connection.post(_LOCKS, "locks", [wish])

    async def delete_lock(self, lock_id: int) -> Locks:
        """End a lock; returns the locks still active. To Freqtrade an unknown id is not an error."""
        return await self._connection.delete(_LOCKS, f"locks/{lock_id}")

    async def force_exit(
        self,
        trade_id: int | None,
        order_type: OrderType | None = None,
        amount: float | None = None,
        price: float | None = None,
    ) -> str:
        """Close a trade (None: all), or `amount` coins of it, at `price` in USDT; returns the bot's message."""
        body = {
            "tradeid": "all" if trade_id is None else str(trade_id),
            "ordertype": order_type,
            "amount": amount,
            "price": price,
        }
        return (await self._connection.post(_RESULT, "forceexit", body, control=True)).result

    async def start(self) -> str:
        """Let a paused or stopped bot trade again."""
        return await self._control("start")

    async def stop(self) -> str:
        """Stop the bot's loop: exits are no longer watched either."""
        return await self._control("stop")

    async def pause(self) -> str:
        """No more entries; open positions are still managed (also known as stopentry)."""
        return await self._control("pause")

    async def reload_config(self) -> str:
        """Have the bot reread its configuration and the strategy's parameters."""
        return await self._control("reload_config")

    async def pair_candles(
        self, pair: str, timeframe: str, columns: Sequence[str], limit: int = 1
    ) -> PairCandles:
        """The newest analysed candles of a pair with these columns (and Freqtrade's own)."""
        body = {"pair": pair, "timeframe": timeframe, "limit": limit, "columns": list(columns)}
        return await self._connection.post(_CANDLES, "pair_candles", body)

    async def custom_data(self, trade_id: int) -> dict[str, object]:
        """What the strategy stored with a trade. Raises BotNotFoundError where there is nothing."""
        found = await self._connection.get(_CUSTOM, f"trades/{trade_id}/custom-data")
        return {key: value for item in found for key, value in item.values.items()}

    async def logs(self, limit: int = 100) -> Logs:
        """The newest records of the bot's log."""
        return await self._connection.get(_LOGS, "logs", {"limit": limit})

    async def health(self) -> Health:
        """When the bot's loop last ran."""
        return await self._connection.get(_HEALTH, "health")

    async def _control(self, path: str) -> str:
        return (await self._connection.post(_STATUS, path, control=True)).status
