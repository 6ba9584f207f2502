"""Coins of a scan, filtered, sorted and paged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from fastapi import Query
from pydantic import BaseModel, ConfigDict, create_model

from companion.api.paging import Page, PageOf
from companion.api.schemas import Number, model_of
from companion.feed.coins import COLUMNS, fresh_now, opportunity_rows
from companion.ground.plain import Row
from companion.market.memory import MarketMemory
from companion.scanner.columns import CoinView
from companion.scanner.latest_scan import LiveView, Scan
from hhq.gates import Gate

_PLACE = {name: index for index, name in enumerate(COLUMNS)}

if TYPE_CHECKING:
    GateName: TypeAlias = str
    SortKey: TypeAlias = str
else:
    GateName = Literal[tuple(gate.name for gate in Gate)]
    SortKey = Literal[("symbol", *COLUMNS)]


def _opportunity() -> type[BaseModel]:
    """The schema of a coin: the columns of the feed, typed as the scan has them."""
    decided = model_of(CoinView).model_fields
    kinds: dict[str, Any] = {
        name: decided[name].annotation if name in decided else Number for name in COLUMNS
    }
    kinds |= {"gate_now": GateName | None, "stale": bool | None}
    fields: dict[str, Any] = {name: (kind, ...) for name, kind in {"symbol": str, **kinds}.items()}
    model: type[BaseModel] = create_model(
        "Opportunity",
        __config__=ConfigDict(extra="forbid"),
        __doc__="A coin of the newest scan. Fields ending in _now are what the book says since the close, not the decision.",
        **fields,
    )
    return model


Opportunity = _opportunity()
OpportunityPage: type[BaseModel] = Page[Opportunity]  # type: ignore[valid-type]  # made at run time


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which coins, and in which order."""

    gate: Annotated[GateName | None, Query(description="Only coins that ended at this gate.")] = None
    side: Annotated[Literal["LONG", "SHORT"] | None, Query(description="Only candidates of this side.")] = (
        None
    )
    min_score: Annotated[
        float | None,
        Query(ge=0, le=100, allow_inf_nan=False, description="Only candidates with this score or more."),
    ] = None
    search: Annotated[
        str,
        Query(max_length=32, description="Only coins whose symbol contains this text; case does not matter."),
    ] = ""
    sort: Annotated[SortKey, Query(description="Column to sort by; ties by rank.")] = "rank"
    order: Annotated[Literal["asc", "desc"], Query(description="n/a comes last either way.")] = "asc"


def opportunity_page(
    scan: Scan, live: LiveView | None, market: MarketMemory, wanted: Wanted, page: PageOf
) -> dict[str, Any]:
    """The page as plain values; a coin whose stream has died since the scan is not fresh."""
    rows = opportunity_rows(scan, live, fresh_now(scan, market))
    found = _ordered([item for item in rows.items() if _fits(*item, wanted)], wanted)
    return page.page(
        len(found),
        [{"symbol": symbol, **dict(zip(COLUMNS, row, strict=True))} for symbol, row in page.cut(found)],
    )


def _fits(symbol: str, row: Row, wanted: Wanted) -> bool:
    if wanted.gate is not None and row[_PLACE["gate"]] != wanted.gate:
        return False
    if wanted.side is not None and row[_PLACE["side"]] != wanted.side:
        return False
    if wanted.min_score is not None:
        score = row[_PLACE["score"]]
        if not isinstance(score, int | float) or score < wanted.min_score:
            return False
    return wanted.search.strip().upper() in symbol


def _ordered(found: Iterable[tuple[str, Row]], wanted: Wanted) -> list[tuple[str, Row]]:
    """By the column, n/a last; ties keep the order of their rank (sorting is stable)."""
    by_rank = sorted(found, key=lambda item: _value(item, "rank"))
    known = [item for item in by_rank if _value(item, wanted.sort) is not None]
    unknown = [item for item in by_rank if _value(item, wanted.sort) is None]
    known.sort(key=lambda item: _value(item, wanted.sort), reverse=wanted.order == "desc")
    return known + unknown


def _value(item: tuple[str, Row], name: str) -> Any:
    return item[0] if name == "symbol" else item[1][_PLACE[name]]
