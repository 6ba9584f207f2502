"""What the bots really did, held against the evidence."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Response

from companion.api.answers import answer
from companion.api.parameters import BotName
from companion.api.parts import Parts, bot_named, store_of
from companion.api.schemas import model_of
from companion.api.strict import refuse_unknown_query
from companion.ground.plain import plain
from companion.portfolio.live_evidence import LiveEvidence, live_evidence
from companion.security.require import Reader

router = APIRouter(tags=["portfolio"], dependencies=[Depends(refuse_unknown_query)])


@dataclass(frozen=True, slots=True)
class LiveEvidenceOfBots:
    """Each bot's closed trades against the evidence for its settings."""

    bots: tuple[LiveEvidence, ...]


@router.get("/evidence/live", response_model=model_of(LiveEvidenceOfBots), summary="What the bots really did")
async def evidence_live(parts: Parts, _: Reader, bot: BotName = None) -> Response:
    """Means of the closed trades of each bot, and whether its net mean lies within the interval of the evidence."""
    watches = parts.bots if bot is None else (bot_named(parts, bot),)
    found = []
    for watch in watches:
        told = await live_evidence(store_of(parts), watch.state, parts.portfolio.evidence)
        found.append(told.shown)
    return answer(plain(LiveEvidenceOfBots(tuple(found))))
