"""Closing one position, or all of them in two steps, at the bots; audited."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import ConfigDict, Field

from companion.api.answers import answer
from companion.api.confirmations import Confirmations
from companion.api.parts import Parts, bot_named, urgent
from companion.api.problems import Problem, conflict, invalid, not_found
from companion.api.schemas import model_of
from companion.api.services import Services
from companion.api.strict import Body, refuse_unknown_query
from companion.bot.closing import close_trade
from companion.bot.errors import BotError
from companion.bot.ids import inner_id, outer_id
from companion.bot.trade_models import OpenTrade
from companion.bot.watch import BotWatch
from companion.ground.plain import plain
from companion.ground.roles import Means, Principal
from companion.security.require import Trader
from hhq.coins import base_of

router = APIRouter(tags=["control"], dependencies=[Depends(refuse_unknown_query)])
PositionId = Annotated[
    str, Path(min_length=1, max_length=80, description="`id` of a position.", examples=["bot-12"])
]


class CloseBody(Body):
    """How to close a position. A page has to name the pair; for programs every field is optional."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"pair": "BTCUSDT", "order_type": "market"}, {}]}
    )

    pair: str | None = Field(
        None,
        min_length=1,
        max_length=64,
        description="The position's coin, in any spelling. Ids are given again after an entry was cancelled: a position of "
        "another coin is refused. A session of the page has to send it.",
    )
    order_type: Literal["market", "limit"] | None = None
    amount: float | None = Field(None, gt=0, le=1e15, description="Coins to close; left out: all.")


class EmergencyBody(Body):
    """The first call has no token; the second has the token of the first answer, within 30 s."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    token: str | None = Field(None, min_length=1, max_length=128)
    pause: bool = Field(
        default=True, description="Pause new entries first, until `POST /resume` allows them again."
    )


@dataclass(frozen=True, slots=True)
class Closed:
    """``outcome``: "closing" (an exit order was placed), or "cancelled" (an entry order that had not filled).

    ``result``: what the bot says.
    """

    id: str
    pair: str
    outcome: str
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


@router.post("/positions/{position_id}/close", response_model=model_of(Closed), summary="Close a position")
async def close_position(
    parts: Parts, who: Trader, position_id: PositionId, body: CloseBody | None = None
) -> Response:
    """Close a position, or a part of it, at the bot; it counts as MANUAL. An entry order that waits is cancelled."""
    watch, trade = _position(parts, position_id)
    wish = body or CloseBody()
    _require_pair(who, trade, wish.pair)
    if wish.amount is not None and wish.amount > trade.amount:
        raise conflict(f"the position has {trade.amount:g} coins", [("amount", "more than there is")])
    before = {"pair": trade.pair, "amount": trade.amount, "open_rate": trade.open_rate}
    async with urgent(parts, who, "position.close", target=position_id, before=before) as act:
        done = await close_trade(watch, trade, wish.order_type, wish.amount)
        act.after = {"outcome": done.outcome.value, "result": done.told, "amount": wish.amount}
    return answer(plain(Closed(position_id, trade.pair, done.outcome.value, done.told)))


@router.post("/emergency-close", response_model=model_of(Emergency), summary="Close everything, in two steps")
async def emergency_close(request: Request, parts: Parts, who: Trader, body: EmergencyBody) -> Response:
    """Without a token one is issued and nothing happens. With it, within 30 s, all positions of all bots are closed."""
    confirmations: Confirmations = request.app.state.confirmations
    there = tuple(found for watch in parts.bots for found in _emergency_positions(watch))
    if body.token is None:
        token, expires_ms = confirmations.ask(who)
        return answer(plain(Emergency("confirm", token, expires_ms, there, {})))
    if not confirmations.confirm(who, body.token):
        raise conflict("the token is wrong, used up or older than 30 s", [("token", "ask for a new one")])
    before = {"positions": [position.id for position in there], "pause": body.pause}
    async with urgent(parts, who, "emergency.close", target="all", before=before) as act:
        results = await asyncio.gather(*(_close_all(watch, pause=body.pause) for watch in parts.bots))
        told = {watch.name: text for watch, (text, _) in zip(parts.bots, results, strict=True)}
        problems = [problem for _, problem in results if problem is not None]
        if problems:
            # What was closed stays closed; the caller has to know that it was not everything.
            raise problems[0]
        act.after = {"results": told}
    return answer(plain(Emergency("done", None, None, there, told)))


def _require_pair(who: Principal, trade: OpenTrade, pair: str | None) -> None:
    """A page shows a state that may be old: it has to say which position it means."""
    if pair is None:
        if who.means is Means.SESSION:
            raise invalid([("pair", "a page has to name the pair of the position")])
    elif base_of(pair) != base_of(trade.pair):
        detail = f"the position of this id is one of {trade.pair}, not of {pair}"
        raise Problem(409, "other-position", detail, [("pair", "the position is another one")])


def _position(services: Services, position_id: str) -> tuple[BotWatch, OpenTrade]:
    known = inner_id(position_id)
    if known is None:
        raise not_found(f"no position {position_id!r} is open")
    watch = bot_named(services, known[0])
    trade = next((item for item in watch.state.positions if item.trade_id == known[1]), None)
    if trade is None:
        raise not_found(f"no position {position_id!r} is open")
    return watch, trade


def _emergency_positions(watch: BotWatch) -> list[EmergencyPosition]:
    return [
        EmergencyPosition(
            outer_id(watch.name, trade.trade_id),
            trade.pair,
            "SHORT" if trade.is_short else "LONG",
            trade.stake_amount,
            trade.profit_abs if trade.profit_abs is not None and trade.amount > 0.0 else float("nan"),
        )
        for trade in watch.state.positions
    ]


async def _close_all(watch: BotWatch, *, pause: bool) -> tuple[str, BotError | None]:
    """Close all positions of a bot: what it says, and what went wrong."""
    told: list[str] = []
    problem: BotError | None = None
    if pause:
        try:
            told.append(await watch.pause())
        except BotError as error:
            # Closing matters more than pausing, so it is tried anyway.
            problem = error
    try:
        told.append(await watch.force_exit(None))
    except BotError as error:
        problem = error
    return "; ".join(told), problem
