"""Positions, trades, what they have earned, signals, and why positions are closed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from companion.api.answers import answer, cached_answer
from companion.api.paging import Page, PageOf, page_of
from companion.api.parts import Parts, Texts, bot_named, pair_named, store_of
from companion.api.schemas import model_of
from companion.api.services import Services
from companion.api.strict import refuse_unknown_query
from companion.bot.state import BotState
from companion.ground.plain import plain
from companion.portfolio import performance
from companion.portfolio.performance import DayFigures, NamedFigures, Summary
from companion.portfolio.position import Position
from companion.portfolio.results import Result, results
from companion.portfolio.trade import TradeView, trade_view
from companion.security.require import Reader
from companion.store import signals, trades
from hhq.gates import EXPLANATIONS, Gate
from hhq.reasons import reason_table

router = APIRouter(tags=["portfolio"], dependencies=[Depends(refuse_unknown_query)])

BotName = Annotated[
    str | None, Query(min_length=1, max_length=64, description="Only this bot.", examples=["bot"])
]
OfSymbol = Annotated[
    str | None,
    Query(min_length=1, max_length=64, description="Only this coin, in any spelling.", examples=["BTCUSDT"]),
]
Since = Annotated[int | None, Query(ge=0, le=2**53, description="Only from this time on, ms UTC.")]


@dataclass(frozen=True, slots=True)
class BotAccount:
    """A bot as it answered last: ``asked_ms`` says how old everything is. Money in the stake currency.

    ``mismatches``: digests of strategy and scanner that differed since the start, must be 0.
    """

    bot: str
    reachable: bool
    since_ms: int
    asked_ms: int
    run_mode: str | None
    state: str | None
    equity: float | None
    starting_capital: float | None
    max_positions: float | None
    compared: int
    mismatches: int
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Positions:
    """All open positions of all bots, and how the bots stand; external positions need a module of its own."""

    positions: tuple[Position, ...]
    bots: tuple[BotAccount, ...]
    invested: float
    notional: float
    unrealised_pnl: float


@dataclass(frozen=True, slots=True)
class ModuleStatus:
    """A module that is no part of this release: nothing of it is shown, because there is nothing."""

    enabled: bool
    detail: str


ModuleModel = model_of(ModuleStatus)
ModuleModel.model_config["json_schema_extra"] = {
    "examples": [{"enabled": False, "detail": "module optimizer is not part of this release"}]
}
ModuleModel.model_rebuild(force=True)


class SignalView(BaseModel):
    """A candidate at the close of one candle: accepted, or rejected with the gate and its meaning."""

    source: str
    pair: str
    symbol: str
    time_ms: int
    side: Literal["LONG", "SHORT"]
    accepted: bool
    reason: str
    reason_text: str
    score: float | None
    leverage: float | None
    details: dict[str, Any]


class ReasonView(BaseModel):
    """A close reason: code, category, icon, texts with their placeholders."""

    code: str
    category: str
    emoji: str
    text_tr: str
    text_en: str


@router.get("/positions", response_model=model_of(Positions), summary="Open positions")
async def positions(parts: Parts, _: Reader, bot: BotName = None) -> Response:
    """Freqtrade's open trades with size in coins, real leverage, stop, target, trail and kill switch distances."""
    states = _states(parts, bot)
    found = tuple(position for state in states for position in parts.portfolio.open_positions(state))
    opened = [position for position in found if position.size > 0]
    return answer(
        plain(
            Positions(
                found,
                tuple(_account(state) for state in states),
                sum(position.invested for position in opened),
                sum(position.notional for position in opened),
                sum(position.unrealised_pnl for position in opened),
            )
        )
    )


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
    """The history, newest first; `reason` in the language that is asked for, `closeReason` is the code."""
    wanted = trades.TradeFilter(bot=bot, pair=_pair(parts, symbol), since_ms=since_ms, until_ms=until_ms)
    find = partial(trades.find, wanted=wanted, offset=page.offset, limit=page.limit)
    found = await store_of(parts).read(find)
    return answer(page.page(found.total, [plain(trade_view(trade, language)) for trade in found.items]))


@router.get("/performance/summary", response_model=model_of(Summary), summary="What was earned")
async def performance_summary(
    parts: Parts, _: Reader, bot: BotName = None, since_ms: Since = None
) -> Response:
    """Trades, win rate and money in all and today, by side, close reason and hour; net of fees and funding."""
    found = await _results(parts, bot, since_ms)
    zone = parts.settings.server.zone
    return answer(plain(performance.summary(found, parts.clock.now_ms(), zone)))


@router.get("/performance/daily", response_model=page_of(DayFigures), summary="By day")
async def performance_daily(
    parts: Parts,
    _: Reader,
    page: Annotated[PageOf, Depends()],
    bot: BotName = None,
    since_ms: Since = None,
) -> Response:
    """The days with trades, newest first; a day begins at midnight of `server.day_zone`."""
    days = performance.by_day(await _results(parts, bot, since_ms), parts.settings.server.zone)
    days.reverse()
    return answer(page.page(len(days), [plain(day) for day in page.cut(days)]))


@router.get("/performance/coins", response_model=page_of(NamedFigures), summary="By coin")
async def performance_coins(
    parts: Parts,
    _: Reader,
    page: Annotated[PageOf, Depends()],
    bot: BotName = None,
    since_ms: Since = None,
) -> Response:
    """The coins by what they have earned, best first."""
    coins = performance.by_coin(await _results(parts, bot, since_ms))
    return answer(page.page(len(coins), [plain(coin) for coin in page.cut(coins)]))


@router.get("/recovery", response_model=model_of(ModuleStatus), summary="Portfolio recovery")
async def recovery(_: Reader) -> Response:
    """Not part of this release: enabled is false."""
    return answer(plain(_absent("portfolio recovery")))


@router.get("/reconciliation", response_model=model_of(ModuleStatus), summary="Comparison with the exchange")
async def reconciliation(_: Reader) -> Response:
    """Not part of this release: enabled is false."""
    return answer(plain(_absent("reconciliation")))


@router.get("/signals", response_model=Page[SignalView], summary="Signals, accepted and rejected")
async def signal_list(
    parts: Parts,
    _: Reader,
    page: Annotated[PageOf, Depends()],
    symbol: OfSymbol = None,
    accepted: Annotated[bool | None, Query(description="Only accepted, only rejected ones.")] = None,
    source: Annotated[
        str | None,
        Query(min_length=1, max_length=64, description="The scanner, or a bot's name.", examples=["scanner"]),
    ] = None,
    since_ms: Since = None,
) -> Response:
    """Candidates of the last seven days, newest first, with the gate that rejected them."""
    wanted = signals.SignalFilter(
        pair=_pair(parts, symbol), source=source, accepted=accepted, since_ms=since_ms
    )
    find = partial(signals.find, wanted=wanted, offset=page.offset, limit=page.limit)
    found = await store_of(parts).read(find)
    return answer(page.page(found.total, [_signal(item).model_dump() for item in found.items]))


@router.get("/close-reasons", response_model=list[ReasonView], summary="Why positions are closed")
async def close_reasons(request: Request, _: Reader) -> Response:
    """The one table of close reasons, in both languages."""
    return cached_answer(request, [entry._asdict() for entry in reason_table()])


def _states(services: Services, name: str | None) -> list[BotState]:
    watches = list(services.bots) if name is None else [bot_named(services, name)]
    return [watch.state for watch in watches]


def _account(state: BotState) -> BotAccount:
    config, balance = state.config, state.balance
    return BotAccount(
        bot=state.name,
        reachable=state.reachable,
        since_ms=state.since_ms,
        asked_ms=state.asked_ms,
        run_mode=state.run_mode,
        state=config.state if config else None,
        equity=state.equity,
        starting_capital=balance.starting_capital if balance else None,
        max_positions=config.max_open_trades if config else None,
        compared=state.comparison.compared,
        mismatches=state.comparison.mismatches,
        last_error=state.last_error,
    )


def _pair(services: Services, symbol: str | None) -> str | None:
    return None if symbol is None else pair_named(services, symbol)


async def _results(services: Services, bot: str | None, since_ms: int | None) -> list[Result]:
    return await store_of(services).read(partial(results, bot=bot, since_ms=since_ms or 0))


def _absent(name: str) -> ModuleStatus:
    return ModuleStatus(enabled=False, detail=f"module {name} is not part of this release")


def _signal(item: signals.Signal) -> SignalView:
    gate = Gate.__members__.get(item.reason)
    return SignalView(
        source=item.source,
        pair=item.pair,
        symbol=item.pair.split("/")[0] + "USDT",
        time_ms=item.candle_ms,
        side="SHORT" if item.side < 0 else "LONG",
        accepted=item.accepted,
        reason=item.reason,
        reason_text=EXPLANATIONS[gate] if gate is not None else item.reason,
        score=item.score,
        leverage=item.leverage,
        details=dict(item.details),
    )
