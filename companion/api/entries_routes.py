"""Whether the bots enter: pausing entries, and allowing them again. Open positions are managed either way; audited."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Response
from pydantic import ConfigDict, Field

from companion.api.answers import answer
from companion.api.parts import Parts, audited, bot_named, urgent
from companion.api.schemas import model_of
from companion.api.services import Services
from companion.api.strict import Body, refuse_unknown_query
from companion.bot.watch import BotWatch
from companion.ground.plain import plain
from companion.security.require import Trader

router = APIRouter(tags=["control"], dependencies=[Depends(refuse_unknown_query)])
_RUNNING, _PAUSED = "running", "paused"


class BotBody(Body):
    """Which bot; left out: all."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    bot: str | None = Field(None, min_length=1, max_length=64, description="Name of a bot; left out: all.")


@dataclass(frozen=True, slots=True)
class BotEntries:
    """A bot, its ``state`` now (running, paused, stopped), and what it says."""

    bot: str
    state: str
    result: str


@dataclass(frozen=True, slots=True)
class EntriesOfBots:
    """The bots that were asked, each with its state afterwards."""

    bots: tuple[BotEntries, ...]


@router.post("/pause", response_model=model_of(EntriesOfBots), summary="Pause entries")
async def pause(parts: Parts, who: Trader, body: BotBody | None = None) -> Response:
    """Have every bot that runs enter nothing more until `POST /resume`. Positions stay, with their stops and exits."""
    watches = _watches(parts, body)
    async with urgent(parts, who, "entries.pause", target=_names(watches)) as act:
        found = await _asked(watches, _pause)
        act.after = {"bots": [plain(each) for each in found.bots]}
    return answer(plain(found))


@router.post("/resume", response_model=model_of(EntriesOfBots), summary="Allow entries again")
async def resume(parts: Parts, who: Trader, body: BotBody | None = None) -> Response:
    """Allow new entries of every bot that is paused, as after an emergency close. A bot that is stopped stays so."""
    watches = _watches(parts, body)
    async with audited(parts, who, "entries.resume", target=_names(watches), announced=True) as act:
        found = await _asked(watches, _resume)
        act.after = {"bots": [plain(each) for each in found.bots]}
    return answer(plain(found))


def _watches(services: Services, body: BotBody | None) -> list[BotWatch]:
    if body is None or body.bot is None:
        return list(services.bots)
    return [bot_named(services, body.bot)]


def _names(watches: Sequence[BotWatch]) -> str:
    return ", ".join(watch.name for watch in watches)


async def _asked(
    watches: Sequence[BotWatch], act: Callable[[BotWatch], Awaitable[BotEntries]]
) -> EntriesOfBots:
    """Ask all bots at once. Raises the first problem: what the others did stays, but it was not all of them."""
    results = await asyncio.gather(*(act(watch) for watch in watches), return_exceptions=True)
    problems = [result for result in results if isinstance(result, BaseException)]
    if problems:
        raise problems[0]
    return EntriesOfBots(tuple(result for result in results if isinstance(result, BotEntries)))


async def _pause(watch: BotWatch) -> BotEntries:
    # Freqtrade starts a stopped bot when it is asked to pause.
    return await _from(watch, _RUNNING, watch.pause)


async def _resume(watch: BotWatch) -> BotEntries:
    return await _from(watch, _PAUSED, watch.start)


async def _from(watch: BotWatch, state: str, act: Callable[[], Awaitable[str]]) -> BotEntries:
    """Make a change of a bot that is in this state; any other bot is left as it is."""
    known = (await watch.client.show_config()).state
    if known != state:
        return BotEntries(watch.name, known, f"not {state}, but {known}: nothing was changed")
    told = await act()
    return BotEntries(watch.name, (await watch.client.show_config()).state, told)
