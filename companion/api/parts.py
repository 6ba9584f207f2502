"""The parts of the service as routes receive them, and what routes do when one is missing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Query, Request
from sqlalchemy.exc import SQLAlchemyError

from companion.api.problems import Problem, not_found, part_absent
from companion.api.services import Services
from companion.bot.errors import (
    BotAnswerError,
    BotError,
    BotLoginError,
    BotNotFoundError,
    BotUnreachableError,
    OtherTradeError,
)
from companion.bot.watch import BotWatch
from companion.ground.roles import Principal
from companion.scanner.latest_scan import Scan
from companion.store.audit import ASKED, DONE
from companion.store.database import Store
from companion.store.errors import LeaseLostError, StoreError
from hhq.coins import base_of
from hhq.language import Language

T = TypeVar("T")
_PATIENCE_SECONDS = 1.0
"""How long an urgent act waits for the database to say whether this instance is the active one."""


def services_of(request: Request) -> Services:
    """The parts of the running service."""
    services: Services = request.app.state.services
    return services


Parts = Annotated[Services, Depends(services_of)]


def running(part: T | None, name: str) -> T:
    """The part; a 503 problem where it does not run here."""
    if part is None:
        raise part_absent(name)
    return part


def newest_scan(services: Services) -> Scan:
    """The newest scan; a 503 problem before the first."""
    scan = services.latest_scan.scan
    if scan is None:
        raise Problem(
            503, "no-scan-yet", "no candle has been scanned since the start", headers={"Retry-After": "5"}
        )
    return scan


def store_of(services: Services) -> Store:
    """The database; a 503 problem without one."""
    return running(services.store, "the store")


def pair_named(services: Services, symbol: str) -> str:
    """The pair of a coin in any spelling: BTC, btcusdt, BTC/USDT:USDT, BTC_USDT_USDT. 404 if it is unknown."""
    pair = f"{base_of(symbol)}/USDT:USDT"
    if services.market.universe.row(pair) is None:
        raise not_found(f"no coin {symbol!r} is known")
    return pair


def bot_named(services: Services, name: str) -> BotWatch:
    """A bot by name. 404 if it is unknown."""
    watch = services.bots.get(name)
    if watch is None:
        raise not_found(f"no bot {name!r} is watched")
    return watch


def language_of(
    lang: Annotated[
        Language | None, Query(description="Language of texts; takes precedence over Accept-Language.")
    ] = None,
    accept_language: Annotated[str, Header(description="Languages in order of preference.")] = "",
) -> Language:
    """The language of texts: the one asked for, else the browser's first that exists, else English."""
    if lang is not None:
        return lang
    for part in accept_language.split(","):
        code = part.split(";")[0].strip().lower().split("-")[0]
        if code in (Language.TURKISH.value, Language.ENGLISH.value):
            return Language(code)
    return Language.ENGLISH


Texts = Annotated[Language, Depends(language_of)]


def bot_problem(error: BotError) -> Problem:
    """What a bot's failure means for the caller."""
    if isinstance(error, BotUnreachableError):
        detail = f"{error}; whether a change arrived is not known, look at the state"
        return Problem(503, "bot-unreachable", detail, headers={"Retry-After": "5"})
    if isinstance(error, BotLoginError):
        return Problem(503, "bot-login", "the bot refuses the service's own login; see its configuration")
    if isinstance(error, BotNotFoundError):
        return not_found(error.detail)
    if isinstance(error, BotAnswerError):
        return Problem(502, "bot-answer", str(error))
    if isinstance(error, OtherTradeError):
        return Problem(409, "other-position", str(error), [("pair", "the position is another one")])
    return Problem(409, "refused-by-bot", str(error))


@dataclass
class Act:
    """A change in progress; ``after`` is what the audit log will show as its result."""

    after: Mapping[str, Any] | None = None


async def _require_active(services: Services) -> None:
    """Raise a 503 problem unless this instance is provably the active one of its account."""
    if services.lease is None:
        return
    try:
        await services.lease.confirm()
    except LeaseLostError as error:
        raise Problem(503, "passive-instance", str(error), headers={"Retry-After": "30"}) from error


async def _refuse_if_provably_passive(services: Services) -> None:
    if services.lease is None:
        return
    try:
        await asyncio.wait_for(_require_active(services), _PATIENCE_SECONDS)
    except TimeoutError:
        return
    except (SQLAlchemyError, StoreError):
        return
    except Problem:
        # The lease is over by itself when its heartbeats do not reach the database.
        if not services.lease.status().problem:
            raise


@asynccontextmanager
async def audited(
    services: Services,
    who: Principal,
    what: str,
    *,
    target: str = "",
    before: Mapping[str, Any] | None = None,
    announced: bool = False,
) -> AsyncIterator[Act]:
    """Make a change and record it in the audit log: done, or why it failed. Without an audit log nothing is changed.

    ``announced``: an entry is also made beforehand, for what must leave a trace whatever happens. A passive instance
    changes nothing. An outcome that the database does not take any more is caught up with by ``services.trail``.
    """
    log = running(services.audit, "the audit log")
    await _require_active(services)
    if not announced and services.store is not None:
        await services.store.check_writable(services.clock.now_ms())

    async def record(**outcome: Any) -> None:
        try:
            await log.record(who, what, target=target, before=before, **outcome)
        except (SQLAlchemyError, StoreError):
            if outcome["outcome"] == ASKED:
                raise
            # It has been done: that must not get lost, nor look as if it had not.
            await services.trail.record(who, what, target=target, before=before, **outcome)

    async with _followed(record, announced=announced) as act:
        yield act


@asynccontextmanager
async def urgent(
    services: Services,
    who: Principal,
    what: str,
    *,
    target: str = "",
    before: Mapping[str, Any] | None = None,
) -> AsyncIterator[Act]:
    """Make a change that must work without a database, and record it there, or else in the log until it can be.

    Only for what takes risk away: closing, pausing, blacklisting. A passive instance refuses it as long as the database
    says who is the active one; where the database says nothing, nobody could act.
    """
    await _refuse_if_provably_passive(services)
    record = partial(services.trail.record, who, what, target=target, before=before)
    async with _followed(record, announced=True) as act:
        yield act


@asynccontextmanager
async def _followed(record: Callable[..., Awaitable[None]], *, announced: bool) -> AsyncIterator[Act]:
    if announced:
        await record(outcome=ASKED)
    act = Act()
    try:
        yield act
    except BotError as error:
        await record(outcome=str(error))
        raise bot_problem(error) from error
    except Problem as problem:
        await record(outcome=problem.detail)
        raise
    await record(after=act.after, outcome=DONE)
