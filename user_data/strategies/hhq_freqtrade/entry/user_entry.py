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
        with _answering(
            UserRequest(pair, UserEntry(leverage=leverage or math.nan, margin=margin or math.nan))
        ):
            return enter(pair, price, **wishes)

    rpc._rpc_force_entry = asked


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
