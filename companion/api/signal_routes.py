"""Signals of the last days: accepted, or rejected with the gate that did it."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from companion.api.answers import answer
from companion.api.paging import Page, PageOf
from companion.api.parameters import OfSymbol, Since, pair_of
from companion.api.parts import Parts, Texts, store_of
from companion.api.strict import refuse_unknown_query
from companion.security.require import Reader
from companion.store import signals
from hhq.gates import EXPLANATIONS, Gate
from hhq.language import Language

router = APIRouter(tags=["portfolio"], dependencies=[Depends(refuse_unknown_query)])


class SignalView(BaseModel):
    """A candidate at the close of a candle: accepted, or rejected with the gate and what it means."""

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


@router.get("/signals", response_model=Page[SignalView], summary="Signals, accepted and rejected")
async def signal_list(
    parts: Parts,
    _: Reader,
    language: Texts,
    page: Annotated[PageOf, Depends()],
    symbol: OfSymbol = None,
    accepted: Annotated[
        bool | None, Query(description="Only accepted signals, or only rejected ones.")
    ] = None,
    source: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=64,
            description="The scanner, or the name of a bot.",
            examples=["scanner"],
        ),
    ] = None,
    since_ms: Since = None,
) -> Response:
    """Candidates of the last seven days, newest first, with the gate that rejected them."""
    wanted = signals.SignalFilter(
        pair=pair_of(parts, symbol), source=source, accepted=accepted, since_ms=since_ms
    )
    find = partial(signals.find, wanted=wanted, offset=page.offset, limit=page.limit)
    found = await store_of(parts).read(find)
    return answer(page.page(found.total, [_signal(item, language).model_dump() for item in found.items]))


def _signal(item: signals.Signal, language: Language) -> SignalView:
    gate = Gate.__members__.get(item.reason)
    return SignalView(
        source=item.source,
        pair=item.pair,
        symbol=item.pair.split("/")[0] + "USDT",
        time_ms=item.candle_ms,
        side="SHORT" if item.side < 0 else "LONG",
        accepted=item.accepted,
        reason=item.reason,
        reason_text=EXPLANATIONS[gate].told(language) if gate is not None else item.reason,
        score=item.score,
        leverage=item.leverage,
        details=dict(item.details),
    )
