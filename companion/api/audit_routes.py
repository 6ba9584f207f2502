"""The audit log, for reading."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from companion.api.answers import answer
from companion.api.paging import PageOf, page_of
from companion.api.parts import Parts, running
from companion.api.strict import refuse_unknown_query
from companion.ground.plain import plain
from companion.security.require import Reader
from companion.store.audit import AuditEntry, AuditFilter

router = APIRouter(tags=["control"], dependencies=[Depends(refuse_unknown_query)])


@router.get("/audit", response_model=page_of(AuditEntry), summary="Audit log: who changed what")
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
