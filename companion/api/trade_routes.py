"""Closed trades, their performance, and the reasons for closing."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from companion.api.answers import answer, cached_answer
from companion.api.paging import PageOf, page_of
from companion.api.parameters import BotName, OfSymbol, Since, pair_of
from companion.api.parts import Parts, Texts, store_of
from companion.api.schemas import model_of
from companion.api.strict import refuse_unknown_query
from companion.ground.plain import plain
from companion.portfolio import performance
from companion.portfolio.performance import DayFigures, HoursOfTheWeek, NamedFigures, Summary
from companion.portfolio.results import Result, results
from companion.portfolio.trade import TradeView, trade_view
from companion.security.require import Reader
from companion.store import trades
from hhq.reasons import reason_table

router = APIRouter(tags=["portfolio"], dependencies=[Depends(refuse_unknown_query)])


class ReasonView(BaseModel):
    """A close reason: code, category, icon, texts with placeholders."""

    code: str
    category: str
    emoji: str
    text_tr: str
    text_en: str


@router.get("/trades", response_model=page_of(TradeView), summary="Closed trades")
async def closed_trades(
    parts: Parts,
    _: Reader,
    language: Texts,
    page: Annotated[PageOf, Depends()],
    bot: BotName = None,
    symbol: OfSymbol = None,
    since_ms: Since = None,
    until_ms: Since = None,
) -> Response:
    """The history, newest first; `reason` in the language asked for, `closeReason` is the code."""
    wanted = trades.TradeFilter(bot=bot, pair=pair_of(parts, symbol), since_ms=since_ms, until_ms=until_ms)
    find = partial(trades.find, wanted=wanted, offset=page.offset, limit=page.limit)
    found = await store_of(parts).read(find)
    return answer(page.page(found.total, [plain(trade_view(trade, language)) for trade in found.items]))


async def closed_results(parts: Parts, bot: BotName = None, since_ms: Since = None) -> list[Result]:
    """Results of the closed trades of one bot or of all, that closed at or after a time."""
    return await store_of(parts).read(partial(results, bot=bot, since_ms=since_ms or 0))


Results = Annotated[list[Result], Depends(closed_results)]


@router.get("/performance/summary", response_model=model_of(Summary), summary="Performance")
async def performance_summary(parts: Parts, _: Reader, found: Results) -> Response:
    """Trades, win rate and PnL, overall and today, by side, close reason and hour; net of fees and funding."""
    zone = parts.settings.server.zone
    return answer(plain(performance.summary(found, parts.clock.now_ms(), zone)))


@router.get("/performance/daily", response_model=page_of(DayFigures), summary="Performance by day")
async def performance_daily(
    parts: Parts, _: Reader, found: Results, page: Annotated[PageOf, Depends()]
) -> Response:
    """Days with trades, newest first; a day begins at midnight in `server.day_zone`."""
    days = performance.by_day(found, parts.settings.server.zone)
    days.reverse()
    return answer(page.page(len(days), [plain(day) for day in page.cut(days)]))


@router.get(
    "/performance/hours", response_model=model_of(HoursOfTheWeek), summary="Performance by hour of the week"
)
async def performance_hours(parts: Parts, _: Reader, found: Results) -> Response:
    """Hours of the week in which trades closed, in `server.day_zone`, Monday (0) first."""
    return answer(plain(performance.by_hour_of_the_week(found, parts.settings.server.zone)))


@router.get("/performance/coins", response_model=page_of(NamedFigures), summary="Performance by coin")
async def performance_coins(_: Reader, found: Results, page: Annotated[PageOf, Depends()]) -> Response:
    """Coins by net PnL, best first."""
    coins = performance.by_coin(found)
    return answer(page.page(len(coins), [plain(coin) for coin in page.cut(coins)]))


@router.get("/close-reasons", response_model=list[ReasonView], summary="Close reasons")
async def close_reasons(request: Request, _: Reader) -> Response:
    """The table of close reasons, in both languages."""
    return cached_answer(request, [entry._asdict() for entry in reason_table()])
