"""What changes something at the bots: closing, blacklist, locks, the kill switch's memory. All of it is audited."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import ConfigDict, Field

from companion.api.answers import answer
from companion.api.confirmations import Confirmations
from companion.api.market_routes import Symbol
from companion.api.paging import PageOf, page_of
from companion.api.parts import Parts, audited, bot_named, pair_named, running
from companion.api.problems import conflict, not_found
from companion.api.schemas import list_of, model_of
from companion.api.services import Services
from companion.api.strict import Body, refuse_unknown_query
from companion.bot.errors import BotError
from companion.bot.ids import inner_id, outer_id
from companion.bot.models import OpenTrade, PairLock
from companion.bot.watch import BotWatch
from companion.explanation.plain import plain
from companion.security.require import Reader, Trader
from companion.store.audit import AuditEntry, AuditFilter
from hhq.coins import base_of
from hhq.guards.lock_causes import Guard, lock_cause
from hhq.guards.records import ALL_PAIRS
from hhq_shared.request_file import Wish, add_request

router = APIRouter(tags=["control"], dependencies=[Depends(refuse_unknown_query)])

PositionId = Annotated[
    str, Path(min_length=1, max_length=80, description="`id` of a position.", examples=["bot-12"])
]
LockId = Annotated[str, Path(min_length=1, max_length=80, description="`id` of a lock.", examples=["bot-3"])]


class CloseBody(Body):
    """How a position is closed; everything may be left out."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"order_type": "market"}, {}]})

    order_type: Literal["market", "limit"] | None = None
    amount: float | None = Field(None, gt=0, le=1e15, description="Coins to close; left out: all.")


class EmergencyBody(Body):
    """First call without a token, second with the token of the first answer within 30 s."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    token: str | None = Field(None, min_length=1, max_length=128)
    pause: bool = Field(default=True, description="Stop new entries first, until the bots are started again.")


class PairsBody(Body):
    """Coins in any spelling."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"symbols": ["DOGEUSDT"]}]})

    symbols: list[Annotated[str, Field(min_length=1, max_length=64)]] = Field(min_length=1, max_length=100)


@dataclass(frozen=True, slots=True)
class Closed:
    """What the bot says that it did."""

    id: str
    result: str


@dataclass(frozen=True, slots=True)
class EmergencyPosition:
    """A position that would be closed; money in USDT."""

    id: str
    pair: str
    side: str
    invested: float
    unrealised_pnl: float


@dataclass(frozen=True, slots=True)
class Emergency:
    """First step: ``token`` to send back until ``expires_ms``, and what it would close. Second: what the bots say."""

    step: str
    token: str | None
    expires_ms: int | None
    positions: tuple[EmergencyPosition, ...]
    results: dict[str, str]


@dataclass(frozen=True, slots=True)
class BlacklistEntry:
    """What a bot never enters: pairs, or patterns of pairs, by its last answer."""

    bot: str
    pairs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock of a pair ("*": all) at a bot; ``guard`` names ours, null for Freqtrade's and the user's. Times ms UTC."""

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
    """The kill switch of a coin was cleared: locks that were ended now, and when the strategies were told to forget."""

    pair: str
    locks_ended: tuple[str, ...]
    requested_ms: int


@router.post("/positions/{position_id}/close", response_model=model_of(Closed), summary="Close a position")
async def close_position(
    parts: Parts, who: Trader, position_id: PositionId, body: CloseBody | None = None
) -> Response:
    """Close a position, or a part of it, at the bot; it counts as MANUAL."""
    watch, trade = _position(parts, position_id)
    wish = body or CloseBody()
    if wish.amount is not None and wish.amount > trade.amount:
        raise conflict(f"the position has {trade.amount:g} coins", [("amount", "more than there is")])
    before = {"pair": trade.pair, "amount": trade.amount, "open_rate": trade.open_rate}
    async with audited(
        parts, who, "position.close", target=position_id, before=before, announced=True
    ) as act:
        result = await watch.force_exit(trade.trade_id, wish.order_type, wish.amount)
        act.after = {"result": result, "amount": wish.amount}
    return answer(plain(Closed(position_id, result)))


@router.post("/emergency-close", response_model=model_of(Emergency), summary="Close everything, in two steps")
async def emergency_close(request: Request, parts: Parts, who: Trader, body: EmergencyBody) -> Response:
    """Without a token: one is made and nothing happens. With it, within 30 s: all positions of all bots are closed."""
    confirmations: Confirmations = request.app.state.confirmations
    there = tuple(found for watch in parts.bots for found in _emergency_positions(watch))
    if body.token is None:
        running(parts.audit, "the audit log")
        token, expires_ms = confirmations.ask(who)
        return answer(plain(Emergency("confirm", token, expires_ms, there, {})))
    if not confirmations.confirm(who, body.token):
        raise conflict("the token is wrong, used up or older than 30 s", [("token", "ask for a new one")])
    before = {"positions": [position.id for position in there], "pause": body.pause}
    async with audited(parts, who, "emergency.close", target="all", before=before, announced=True) as act:
        results = await asyncio.gather(*(_close_all(watch, pause=body.pause) for watch in parts.bots))
        told = {watch.name: text for watch, (text, _) in zip(parts.bots, results, strict=True)}
        problems = [problem for _, problem in results if problem is not None]
        if problems:
            # What went well stays done; the caller has to know that it was not everything.
            raise problems[0]
        act.after = {"results": told}
    return answer(plain(Emergency("done", None, None, there, told)))


@router.get("/blacklist", response_model=list_of(BlacklistEntry), summary="What is never entered")
async def blacklist(parts: Parts, _: Reader) -> Response:
    """The blacklist of every bot."""
    return answer([plain(_blacklist(watch)) for watch in parts.bots])


@router.post("/blacklist", response_model=list_of(BlacklistEntry), summary="Never enter coins")
async def blacklist_add(parts: Parts, who: Trader, body: PairsBody) -> Response:
    """Add coins to the blacklist of every bot, until the bot is started again; open positions stay."""
    pairs = list(dict.fromkeys(pair_named(parts, symbol) for symbol in body.symbols))
    async with audited(parts, who, "blacklist.add", target=", ".join(pairs)) as act:
        told = [(watch.name, await watch.add_to_blacklist(pairs)) for watch in parts.bots]
        found = [plain(BlacklistEntry(bot, after.blacklist)) for bot, after in told]
        act.after = {"blacklist": found}
    return answer(found)


@router.delete("/blacklist/{symbol}", response_model=list_of(BlacklistEntry), summary="Allow a coin again")
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


@router.get("/locks", response_model=page_of(Lock), summary="Locks that stand")
async def locks(parts: Parts, _: Reader, page: Annotated[PageOf, Depends()]) -> Response:
    """Pair locks of all bots, those that end last first."""
    found = [_lock(watch.name, lock) for watch in parts.bots for lock in watch.state.locks]
    found.sort(key=lambda lock: (-lock.until_ms, lock.id))
    return answer(page.page(len(found), [plain(lock) for lock in page.cut(found)]))


@router.delete("/locks/{lock_id}", response_model=model_of(Lock), summary="End a lock")
async def delete_lock(parts: Parts, who: Trader, lock_id: LockId) -> Response:
    """End one lock. A guard whose reason still holds may set it again: change its settings, or clear it."""
    watch, lock = _known_lock(parts, lock_id)
    before = plain(_lock(watch.name, lock))
    async with audited(parts, who, "lock.delete", target=lock_id, before=_object(before)):
        await watch.delete_lock(lock.id)
    return answer(before)


@router.delete("/killswitch/{symbol}", response_model=model_of(Forgotten), summary="Clear a kill switch")
async def clear_kill_switch(parts: Parts, who: Trader, symbol: Symbol) -> Response:
    """End the 24 h block of a coin and let the strategies forget the events: block and penalty are gone."""
    pair = pair_named(parts, symbol)
    standing = [
        (watch, lock)
        for watch in parts.bots
        for lock in watch.state.locks
        if lock.pair == pair and guard_of(lock) == Guard.KILL_SWITCH.value
    ]
    before = {"locks": [plain(_lock(watch.name, lock)) for watch, lock in standing]}
    async with audited(parts, who, "killswitch.clear", target=pair, before=before) as act:
        # The request first: a lock that is ended alone would be set again by what is still remembered.
        now = parts.clock.now_ms()
        request = await asyncio.to_thread(add_request, parts.requests, Wish.FORGET_KILL_SWITCH, pair, now)
        for watch, lock in standing:
            await watch.delete_lock(lock.id)
        done = Forgotten(
            pair, tuple(outer_id(watch.name, lock.id) for watch, lock in standing), request.time_ms
        )
        act.after = _object(plain(done))
    return answer(plain(done))


@router.get("/audit", response_model=page_of(AuditEntry), summary="Who changed what")
async def audit(
    parts: Parts,
    _: Reader,
    page: Annotated[PageOf, Depends()],
    who: Annotated[
        str | None, Query(min_length=1, max_length=64, description="Only by this user or token.")
    ] = None,
    what: Annotated[str | None, Query(min_length=1, max_length=64, examples=["position.close"])] = None,
    since_ms: Annotated[int | None, Query(ge=0, le=2**53)] = None,
) -> Response:
    """The append-only log of all changes, newest first."""
    log = running(parts.audit, "the audit log")
    wanted = AuditFilter(who=who, what=what, since_ms=since_ms)
    found = await log.find(wanted, offset=page.offset, limit=page.limit)
    return answer(page.page(found.total, [plain(entry) for entry in found.items]))


def guard_of(lock: PairLock) -> str | None:
    """The guard that has set a lock, None for a foreign one."""
    cause = lock_cause(lock.reason)
    return None if cause is None else cause.guard.value


def is_global(lock: PairLock) -> bool:
    """Whether a lock holds for all pairs."""
    return lock.pair == ALL_PAIRS


def _position(services: Services, position_id: str) -> tuple[BotWatch, OpenTrade]:
    known = inner_id(position_id)
    if known is None:
        raise not_found(f"no position {position_id!r} is open")
    watch = bot_named(services, known[0])
    trade = next((item for item in watch.state.positions if item.trade_id == known[1]), None)
    if trade is None:
        raise not_found(f"no position {position_id!r} is open")
    return watch, trade


def _known_lock(services: Services, lock_id: str) -> tuple[BotWatch, PairLock]:
    known = inner_id(lock_id)
    if known is None:
        raise not_found(f"no lock {lock_id!r} stands")
    watch = bot_named(services, known[0])
    lock = next((item for item in watch.state.locks if item.id == known[1]), None)
    if lock is None:
        raise not_found(f"no lock {lock_id!r} stands")
    return watch, lock


def _emergency_positions(watch: BotWatch) -> list[EmergencyPosition]:
    return [
        EmergencyPosition(
            outer_id(watch.name, trade.trade_id),
            trade.pair,
            "SHORT" if trade.is_short else "LONG",
            trade.stake_amount,
            float("nan") if trade.profit_abs is None else trade.profit_abs,
        )
        for trade in watch.state.positions
    ]


async def _close_all(watch: BotWatch, *, pause: bool) -> tuple[str, BotError | None]:
    """Close all positions of a bot; what it says, and what went wrong."""
    told: list[str] = []
    problem: BotError | None = None
    if pause:
        try:
            told.append(await watch.pause())
        except BotError as error:
            # Closing matters more than pausing: it is tried all the same.
            problem = error
    try:
        told.append(await watch.force_exit(None))
    except BotError as error:
        problem = error
    return "; ".join(told), problem


def _blacklist(watch: BotWatch) -> BlacklistEntry:
    return BlacklistEntry(watch.name, watch.state.blacklist)


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
