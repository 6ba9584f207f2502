"""The bots' blacklist: coins that are never entered. Changes are audited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import ConfigDict, Field

from companion.api.answers import answer
from companion.api.parameters import Symbol
from companion.api.parts import Parts, audited, pair_named, urgent
from companion.api.problems import not_found
from companion.api.schemas import list_of
from companion.api.strict import Body, refuse_unknown_query
from companion.bot.watch import BotWatch
from companion.ground.plain import plain
from companion.security.require import Reader, Trader
from hhq.coins import base_of

router = APIRouter(tags=["control"], dependencies=[Depends(refuse_unknown_query)])


class PairsBody(Body):
    """Coins in any spelling."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"symbols": ["DOGEUSDT"]}]})

    symbols: list[Annotated[str, Field(min_length=1, max_length=64)]] = Field(min_length=1, max_length=100)


@dataclass(frozen=True, slots=True)
class BlacklistEntry:
    """What a bot never enters, by its last answer: pairs, or patterns of pairs."""

    bot: str
    pairs: tuple[str, ...]


@router.get("/blacklist", response_model=list_of(BlacklistEntry), summary="Blacklist of every bot")
async def blacklist(parts: Parts, _: Reader) -> Response:
    """Pairs that the bots never enter."""
    return answer([plain(_blacklist(watch)) for watch in parts.bots])


@router.post("/blacklist", response_model=list_of(BlacklistEntry), summary="Blacklist coins")
async def blacklist_add(parts: Parts, who: Trader, body: PairsBody) -> Response:
    """Add coins to the blacklist of every bot until it is restarted; open positions are kept."""
    pairs = list(dict.fromkeys(pair_named(parts, symbol) for symbol in body.symbols))
    async with urgent(parts, who, "blacklist.add", target=", ".join(pairs)) as act:
        told = [(watch.name, await watch.add_to_blacklist(pairs)) for watch in parts.bots]
        found = [plain(BlacklistEntry(bot, after.blacklist)) for bot, after in told]
        act.after = {"blacklist": found}
    return answer(found)


@router.delete(
    "/blacklist/{symbol}", response_model=list_of(BlacklistEntry), summary="Take a coin off the blacklist"
)
async def blacklist_remove(parts: Parts, who: Trader, symbol: Symbol) -> Response:
    """Take a coin off the blacklist of every bot. 404 where no bot has it."""
    pair = f"{base_of(symbol)}/USDT:USDT"
    holders = [watch for watch in parts.bots if pair in watch.state.blacklist]
    if not holders:
        raise not_found(f"{pair} is on no blacklist")
    async with audited(parts, who, "blacklist.remove", target=pair) as act:
        told = [(watch.name, await watch.remove_from_blacklist([pair])) for watch in holders]
        found = [plain(BlacklistEntry(bot, after.blacklist)) for bot, after in told]
        act.after = {"blacklist": found}
    return answer(found)


def _blacklist(watch: BotWatch) -> BlacklistEntry:
    return BlacklistEntry(watch.name, watch.state.blacklist)
