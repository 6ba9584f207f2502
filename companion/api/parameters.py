"""Parameters that several routes share: a coin, a bot, a time."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

from companion.api.parts import pair_named
from companion.api.services import Services

Symbol = Annotated[
    str,
    Path(
        min_length=1,
        max_length=64,
        description="A coin in any spelling: BTC, BTCUSDT, BTC_USDT_USDT.",
        examples=["BTCUSDT"],
    ),
]
BotName = Annotated[
    str | None, Query(min_length=1, max_length=64, description="Only this bot.", examples=["bot"])
]
OfSymbol = Annotated[
    str | None,
    Query(min_length=1, max_length=64, description="Only this coin, in any spelling.", examples=["BTCUSDT"]),
]
Since = Annotated[int | None, Query(ge=0, le=2**53, description="From this time on, ms UTC.")]


def pair_of(services: Services, symbol: str | None) -> str | None:
    """The pair of a coin in any spelling, None where none is asked for. 404 for an unknown one."""
    return None if symbol is None else pair_named(services, symbol)
