"""What a person looks at: which program, whose prices, whose money."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass
from functools import lru_cache

from fastapi import APIRouter, Depends, Response

from companion.api.answers import answer
from companion.api.parts import Parts
from companion.api.schemas import model_of
from companion.api.strict import refuse_unknown_query
from companion.bot.bots import Bots
from companion.ground.plain import plain
from companion.security.require import Reader
from companion.venues.origin import MarketKind, MarketOrigin

router = APIRouter(tags=["health"], dependencies=[Depends(refuse_unknown_query)])

PRODUCT = "HHQ-1"
_PACKAGE = "hhq"
_LIVE = "live"


@dataclass(frozen=True, slots=True)
class BotRunMode:
    """How a bot runs: `live` or `dry_run`, null before it has first answered."""

    bot: str
    run_mode: str | None


@dataclass(frozen=True, slots=True)
class About:
    """What one looks at. ``version`` is null where the project is not installed as a package.

    ``market``: `kind` says where the prices come from, `speed` how fast they are played, null where nobody says it.
    ``live_money``: whether any bot trades real money, null while a bot that has not answered yet could.
    """

    product: str
    version: str | None
    market: MarketOrigin
    live_money: bool | None
    bots: tuple[BotRunMode, ...]
    started_ms: int


@router.get("/about", response_model=model_of(About), summary="What this is")
async def about(parts: Parts, _: Reader) -> Response:
    """Product and version, where the prices come from, whether real money is traded, since when the service runs."""
    bots = run_modes(parts.bots)
    origin = MarketOrigin(MarketKind.UNKNOWN) if parts.origin is None else parts.origin.origin
    return answer(plain(About(PRODUCT, _version(), origin, live_money(bots), bots, parts.started_ms)))


def run_modes(bots: Bots) -> tuple[BotRunMode, ...]:
    """How each bot ran when it last answered."""
    return tuple(BotRunMode(watch.name, watch.state.run_mode) for watch in bots)


def live_money(bots: tuple[BotRunMode, ...]) -> bool | None:
    """Whether any bot trades real money; None while that is not known of all."""
    modes = {bot.run_mode for bot in bots}
    if _LIVE in modes:
        return True
    return None if None in modes else False


@lru_cache(maxsize=1)
def _version() -> str | None:
    try:
        return importlib.metadata.version(_PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return None
