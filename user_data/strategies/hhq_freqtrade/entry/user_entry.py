"""Entries that a user asks Freqtrade for (FreqUI, its API, Telegram): what was asked, and the answer that is given."""

from __future__ import annotations

import functools
import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from freqtrade.data.dataprovider import DataProvider
from freqtrade.enums import SignalDirection
from freqtrade.persistence import Trade
from freqtrade.rpc import RPC, RPCException

from hhq_freqtrade.entry.refusals import EntryRefusal

logger = logging.getLogger("hhq.trace")

FORCED = "force_entry"
"""Entry tag that Freqtrade gives to a user's entry that has none of its own."""


@dataclass(frozen=True, slots=True)
class UserEntry:
    """A user's wishes: limit price in quote currency, leverage, margin in USDT; NaN where the bot chooses."""

    price: float = math.nan
    leverage: float = math.nan
    margin: float = math.nan


@dataclass(slots=True)
class UserRequest:
    """A call of Freqtrade's force entry while it is being answered; ``refusal``: why the strategy refused it."""

    pair: str
    asked: UserEntry
    refusal: EntryRefusal | None = None


_current: ContextVar[UserRequest | None] = ContextVar("user_request", default=None)


def user_request(pair: str) -> UserRequest | None:
    """Return the request for ``pair`` that is being answered in this thread, None if the bot enters by itself."""
    request = _current.get()
    return request if request is not None and request.pair == pair else None


def answer_users(data: DataProvider) -> None:
    """Have every force entry of a bot told to the strategy, and its refusals to the caller.

    Freqtrade asks for no leverage where the user names one, and answers every refusal with the same sentence. It offers
    no callback for either, so its one entrance for users is wrapped; where it cannot be reached, a user's entry is known by
    its tag.
    """
    rpc = getattr(getattr(data, "_DataProvider__rpc", None), "_rpc", None)
    if not isinstance(rpc, RPC):
        logger.warning(
            "FORCED: Freqtrade's answers to users cannot be reached, refusals are in this log only"
        )
        return
    enter = rpc._rpc_force_entry

    @functools.wraps(enter)
    def asked(pair: str, price: float | None, **wishes: Any) -> Trade | None:
        _refuse_addition(pair)
        leverage, margin = wishes.pop("leverage", None), wishes.get("stake_amount")
        if leverage is not None and not 1.0 <= leverage < math.inf:
            raise RPCException(f"leverage {leverage:g}: a number from 1 on is wanted")
        wanted = UserEntry(leverage=leverage or math.nan, margin=margin or math.nan)
        with _answering(UserRequest(pair, wanted)):
            return enter(pair, _reachable(rpc, pair, price, wishes), **wishes)

    rpc._rpc_force_entry = asked


def _reachable(rpc: RPC, pair: str, price: float | None, wishes: dict[str, Any]) -> float | None:
    """Return the price that an order can really get, None for the market's.

    A market order gets the market's price whatever is named, and so does a limit beyond it. Freqtrade computes the amount
    from the named price all the same: the position would be as many times larger.
    """
    freqtrade = rpc._freqtrade
    kinds = freqtrade.strategy.order_types
    kind = wishes.get("order_type") or kinds.get("force_entry", kinds["entry"])
    if price is None or kind == "market" or pair not in freqtrade.exchange.markets:
        return None if kind == "market" else price
    is_short = wishes.get("order_side") == SignalDirection.SHORT
    market = float(freqtrade.exchange.get_rate(pair, side="entry", is_short=is_short, refresh=True))
    return max(price, market) if is_short else min(price, market)


@contextmanager
def _answering(request: UserRequest) -> Iterator[None]:
    token = _current.set(request)
    try:
        yield
    except RPCException as error:
        if request.refusal is None:
            raise
        told = f"{str(error).rstrip('.')}: {request.refusal.gate} {request.refusal.reason}"
        raise RPCException(told) from error
    finally:
        _current.reset(token)


def _refuse_addition(pair: str) -> None:
    """Refuse an entry into an open position: its levels are fixed at the first fill, and no guard would be asked."""
    trade = Trade.get_trades([Trade.is_open.is_(True), Trade.pair == pair]).first()
    if trade is not None:
        raise RPCException(
            f"position for {pair} already open - id: {trade.id}: HHQStrategy does not add to positions"
        )
