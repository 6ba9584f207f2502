"""Open positions of all bots, and the state of the bots."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Response

from companion.api.answers import answer
from companion.api.parameters import BotName
from companion.api.parts import Parts, bot_named
from companion.api.schemas import model_of
from companion.api.services import Services
from companion.api.strict import refuse_unknown_query
from companion.bot.state import BotState
from companion.ground.plain import plain
from companion.portfolio.position import Position
from companion.portfolio.views import Portfolio
from companion.security.require import Reader
from hhq_shared.evidence_verdict import EvidenceVerdict

router = APIRouter(tags=["portfolio"], dependencies=[Depends(refuse_unknown_query)])


@dataclass(frozen=True, slots=True)
class BotAccount:
    """A bot as of its last answer: ``asked_ms`` says how old everything is. Money in the stake currency.

    ``equity`` and ``starting_capital`` are n/a while the wallet is empty, ``max_positions`` where there is no limit.
    ``evidence``: what has been shown for the settings that the bot runs with (docs/evidence.md).
    ``mismatches``: digests of strategy and scanner that have differed since the start; must be 0.
    """

    bot: str
    reachable: bool
    since_ms: int
    asked_ms: int
    run_mode: str | None
    state: str | None
    equity: float | None
    starting_capital: float | None
    evidence: EvidenceVerdict
    max_positions: float | None
    compared: int
    mismatches: int
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Positions:
    """All open positions of all bots, and the state of the bots. Positions that no bot knows are not shown."""

    positions: tuple[Position, ...]
    bots: tuple[BotAccount, ...]
    invested: float
    notional: float
    unrealised_pnl: float


@router.get("/positions", response_model=model_of(Positions), summary="Open positions")
async def positions(parts: Parts, _: Reader, bot: BotName = None) -> Response:
    """Freqtrade's open trades: size in coins, real leverage, and the distances to stop, target, trail and kill switch."""
    states = _states(parts, bot)
    found = tuple(position for state in states for position in parts.portfolio.open_positions(state))
    opened = [position for position in found if position.size > 0]
    return answer(
        plain(
            Positions(
                found,
                tuple(_account(parts.portfolio, state) for state in states),
                sum(position.invested for position in opened),
                sum(position.notional for position in opened),
                sum(position.unrealised_pnl for position in opened),
            )
        )
    )


def _states(services: Services, name: str | None) -> list[BotState]:
    watches = list(services.bots) if name is None else [bot_named(services, name)]
    return [watch.state for watch in watches]


def _account(portfolio: Portfolio, state: BotState) -> BotAccount:
    config = state.config
    return BotAccount(
        bot=state.name,
        reachable=state.reachable,
        since_ms=state.since_ms,
        asked_ms=state.asked_ms,
        run_mode=state.run_mode,
        state=config.state if config else None,
        equity=state.equity,
        starting_capital=state.starting_capital,
        evidence=portfolio.evidence.of(state),
        max_positions=state.max_positions,
        compared=state.comparison.compared,
        mismatches=state.comparison.mismatches,
        last_error=state.last_error,
    )
