"""The market: scanner, coins, funnel, pair list, funding."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from companion.api.answers import answer, cached_answer
from companion.api.coin import CoinAnswer, coin_answer
from companion.api.opportunities import OpportunityPage, Wanted, opportunity_page
from companion.api.paging import PageOf
from companion.api.parameters import Symbol
from companion.api.parts import Parts, Texts, audited, newest_scan, pair_named, running, store_of
from companion.api.problems import not_found
from companion.api.schemas import model_of
from companion.api.strict import refuse_unknown_query
from companion.api.trade_analysis import TradeAnalysis
from companion.ground.plain import plain
from companion.history.decided_then import with_records
from companion.history.scans import SOURCE
from companion.portfolio.funding_picture import funding_picture
from companion.portfolio.patterns import patterns
from companion.portfolio.results import results
from companion.scanner.course import DECIDED, CoinCandles, course_inputs, decided_course
from companion.scanner.explained import explained
from companion.scanner.funnels import Funnels
from companion.scanner.scanner import ScannerStatus
from companion.security.require import Reader, Trader
from companion.store import signals
from hhq.panel import WINDOW

router = APIRouter(tags=["market"], dependencies=[Depends(refuse_unknown_query)])


class PairListBody(BaseModel):
    """A list as Freqtrade's RemotePairList takes it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"pairs": ["BTC/USDT:USDT", "ETH/USDT:USDT"], "refresh_period": 60}]}
    )

    pairs: list[str] = Field(description="Best first: the order in which entries are tried.")
    refresh_period: int = Field(ge=1, description="Seconds after which it is worth asking again.")


@router.get("/scanner/status", response_model=model_of(ScannerStatus), summary="Scanner status")
async def scanner_status(parts: Parts, _: Reader) -> Response:
    """State, newest scan, failures by coin, pair list."""
    return answer(plain(running(parts.scanner, "the scanner").status))


@router.post("/scanner/start", response_model=model_of(ScannerStatus), summary="Start scanning")
async def scanner_start(parts: Parts, who: Trader) -> Response:
    """Scan from the next candle close on; no effect while the scanner runs."""
    scanner = running(parts.scanner, "the scanner")
    async with audited(parts, who, "scanner.start", before={"state": scanner.status.state.value}) as act:
        scanner.start()
        act.after = {"state": scanner.status.state.value}
    return answer(plain(scanner.status))


@router.post("/scanner/stop", response_model=model_of(ScannerStatus), summary="Stop scanning")
async def scanner_stop(parts: Parts, who: Trader) -> Response:
    """Stop scans, live values and pair lists. What is published stays; the bots trade on with their own data."""
    scanner = running(parts.scanner, "the scanner")
    async with audited(parts, who, "scanner.stop", before={"state": scanner.status.state.value}) as act:
        scanner.stop()
        act.after = {"state": scanner.status.state.value}
    return answer(plain(scanner.status))


@router.get("/opportunities", response_model=OpportunityPage, summary="All coins, ranked")
async def opportunities(
    request: Request,
    parts: Parts,
    _: Reader,
    wanted: Annotated[Wanted, Depends()],
    page: Annotated[PageOf, Depends()],
) -> Response:
    """The coins of the newest scan that match the filters, in a stable order, with what has moved since."""
    scan = newest_scan(parts)
    return cached_answer(request, opportunity_page(scan, parts.latest_scan.live, parts.market, wanted, page))


@router.get("/coins/{symbol}", response_model=model_of(CoinAnswer), summary="Why, or why not")
async def coin(request: Request, parts: Parts, _: Reader, symbol: Symbol, language: Texts) -> Response:
    """One coin: features, gates with reasons, points of every layer, leverage factor by factor, levels."""
    scan = newest_scan(parts)
    pair = pair_named(parts, symbol)
    found = await asyncio.to_thread(explained, scan, pair, language)
    if found is None:
        raise not_found(f"{symbol} is not part of the newest scan")
    return cached_answer(request, plain(coin_answer(scan, parts.latest_scan.live, pair, found)))


@router.get("/coins/{symbol}/candles", response_model=model_of(CoinCandles), summary="Candles, decided")
async def coin_candles(
    request: Request,
    parts: Parts,
    _: Reader,
    symbol: Symbol,
    limit: Annotated[
        int, Query(ge=1, le=WINDOW, description="At most so many candles, the newest.")
    ] = DECIDED,
) -> Response:
    """Closed candles of one coin; of the last day also gate, score, levels and points of every layer."""
    scan = newest_scan(parts)
    pair = pair_named(parts, symbol)
    inputs = course_inputs(parts.market, scan, pair)
    if inputs is None:
        raise not_found(f"{symbol} is not part of the newest scan")
    found = await asyncio.to_thread(decided_course, inputs, scan, limit)
    wanted = signals.SignalFilter(pair=pair, source=SOURCE, since_ms=found.decisions.time[0])
    recorded = await store_of(parts).read(partial(signals.find, wanted=wanted, limit=DECIDED + 1))
    decisions = with_records(found.decisions, recorded.items)
    return cached_answer(request, plain(replace(found, decisions=decisions)))


@router.get("/funnel", response_model=model_of(Funnels), summary="Signal funnel")
async def funnel(request: Request, parts: Parts, _: Reader) -> Response:
    """Coins per gate: for the newest candle, and for the candles of the last 24 h that this process decided."""
    return cached_answer(request, plain(newest_scan(parts).funnels))


@router.get("/pairlist", response_model=PairListBody, summary="The bots' pair list")
async def pairlist(request: Request, parts: Parts, _: Reader) -> Response:
    """The best coins in the format of Freqtrade's RemotePairList, best first."""
    return cached_answer(request, running(parts.scanner, "the scanner").pair_list())


@router.get("/trade-analysis", response_model=model_of(TradeAnalysis), summary="Patterns and funding")
async def trade_analysis(parts: Parts, _: Reader) -> Response:
    """Which trades win (once 20 are closed), and funding across the market from the live stream."""
    found = await store_of(parts).read(results)
    state = await parts.tuning.state()
    now = parts.clock.now_ms()
    picture = funding_picture(parts.market, state.settings.signal.veto.funding, now)
    return answer(plain(TradeAnalysis(patterns(found), picture, now)))
