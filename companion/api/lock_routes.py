"""The bots' pair locks, and the kill switch's memory behind some of them. Changes are audited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response

from companion.api.answers import answer
from companion.api.guard_requests import ask_guards
from companion.api.paging import PageOf, page_of
from companion.api.parameters import Symbol
from companion.api.parts import Parts, audited, bot_named, pair_named
from companion.api.problems import not_found
from companion.api.schemas import model_of
from companion.api.services import Services
from companion.api.strict import refuse_unknown_query
from companion.bot.ids import inner_id, outer_id
from companion.bot.models import PairLock
from companion.bot.watch import BotWatch
from companion.ground.plain import plain
from companion.security.require import Reader, Trader
from hhq.guards.lock_causes import Guard, lock_cause
from hhq.guards.records import ALL_PAIRS
from hhq_shared.request_file import Wish

router = APIRouter(tags=["control"], dependencies=[Depends(refuse_unknown_query)])
LockId = Annotated[str, Path(min_length=1, max_length=80, description="`id` of a lock.", examples=["bot-3"])]


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock of a pair ("*": all) at a bot; ``guard`` is null for locks of Freqtrade and of the user. Times ms UTC."""

    id: str
    bot: str
    pair: str
    side: str
    reason: str
    guard: str | None
    since_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The kill switch of a coin was cleared: the locks removed, and when the strategies were told to forget."""

    pair: str
    locks_ended: tuple[str, ...]
    requested_ms: int


@router.get("/locks", response_model=page_of(Lock), summary="Active locks")
async def locks(parts: Parts, _: Reader, page: Annotated[PageOf, Depends()]) -> Response:
    """Pair locks of all bots, the longest-lasting first."""
    found = [_lock(watch.name, lock) for watch in parts.bots for lock in watch.state.locks]
    found.sort(key=lambda lock: (-lock.until_ms, lock.id))
    return answer(page.page(len(found), [plain(lock) for lock in page.cut(found)]))


@router.delete("/locks/{lock_id}", response_model=model_of(Lock), summary="Remove a lock")
async def delete_lock(parts: Parts, who: Trader, lock_id: LockId) -> Response:
    """Remove one lock. A guard whose condition still holds may set it again: change its settings, or clear it."""
    watch, lock = _known_lock(parts, lock_id)
    before = plain(_lock(watch.name, lock))
    async with audited(parts, who, "lock.delete", target=lock_id, before=_object(before)):
        await watch.delete_lock(lock.id)
    return answer(before)


@router.delete("/killswitch/{symbol}", response_model=model_of(Forgotten), summary="Clear a kill switch")
async def clear_kill_switch(parts: Parts, who: Trader, symbol: Symbol) -> Response:
    """End the 24 h block of a coin and have the strategies forget the events: block and penalty are gone."""
    pair = pair_named(parts, symbol)
    standing = [
        (watch, lock)
        for watch in parts.bots
        for lock in watch.state.locks
        if lock.pair == pair and guard_of(lock) == Guard.KILL_SWITCH.value
    ]
    before = {"locks": [plain(_lock(watch.name, lock)) for watch, lock in standing]}
    async with audited(parts, who, "killswitch.clear", target=pair, before=before) as act:
        # The request first: a lock that is merely removed would be set again from what is still remembered.
        request = await ask_guards(parts, Wish.FORGET_KILL_SWITCH, pair)
        for watch, lock in standing:
            await watch.delete_lock(lock.id)
        done = Forgotten(
            pair, tuple(outer_id(watch.name, lock.id) for watch, lock in standing), request.time_ms
        )
        act.after = _object(plain(done))
    return answer(plain(done))


def guard_of(lock: PairLock) -> str | None:
    """The guard that set a lock; None for a foreign one."""
    cause = lock_cause(lock.reason)
    return None if cause is None else cause.guard.value


def is_global(lock: PairLock) -> bool:
    """Whether a lock covers all pairs."""
    return lock.pair == ALL_PAIRS


def _known_lock(services: Services, lock_id: str) -> tuple[BotWatch, PairLock]:
    known = inner_id(lock_id)
    if known is None:
        raise not_found(f"no lock {lock_id!r} stands")
    watch = bot_named(services, known[0])
    lock = next((item for item in watch.state.locks if item.id == known[1]), None)
    if lock is None:
        raise not_found(f"no lock {lock_id!r} stands")
    return watch, lock


def _lock(bot: str, lock: PairLock) -> Lock:
    return Lock(
        id=outer_id(bot, lock.id),
        bot=bot,
        pair=lock.pair,
        side=lock.side,
        reason=lock.reason or "",
        guard=guard_of(lock),
        since_ms=lock.lock_timestamp,
        until_ms=lock.lock_end_timestamp,
    )


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("a dataclass is an object")
    return value
