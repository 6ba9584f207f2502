"""The modules under the names that existing clients know, and those that are no part of this release."""

from __future__ import annotations

import asyncio
import importlib.util
import math
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Depends, Path, Response
from pydantic import ConfigDict, Field

from companion.api.answers import answer
from companion.api.control_routes import guard_of, is_global
from companion.api.parts import Parts, audited
from companion.api.portfolio_routes import ModuleStatus
from companion.api.problems import conflict, module_absent
from companion.api.schemas import model_of
from companion.api.services import Services
from companion.api.settings_routes import SettingsState, change_settings, settings_state
from companion.api.strict import WHOLE, Body, refuse_unknown_query
from companion.explanation.plain import plain
from companion.ground.roles import Principal
from companion.portfolio.results import results
from companion.security.require import Reader, Trader
from hhq.guards.lock_causes import Guard
from hhq.guards.records import ALL_PAIRS, is_losing_stop
from hhq_shared.request_file import Wish, add_request

router = APIRouter(tags=["modules"], dependencies=[Depends(refuse_unknown_query)])

Stops: TypeAlias = Annotated[int, Field(ge=1, le=20), WHOLE]
_GUARD = "guards.stoploss_frequency"
_KEYS = ("lookback_minutes", "max_stoplosses", "cooldown_minutes", "only_per_pair", "enabled")


@dataclass(frozen=True, slots=True)
class PairLockView:
    """A pair that the guard has locked, until when (ms UTC), and why."""

    bot: str
    pair: str
    until_ms: int
    reason: str


@dataclass(frozen=True, slots=True)
class StoplossGuardStatus:
    """The guard: its settings, whether all entries are locked, losing stops within the look-back, locked pairs."""

    enabled: bool
    lookback_minutes: float
    max_stoplosses: int
    cooldown_minutes: float
    only_per_pair: bool
    global_locked: bool
    locked_until_ms: int | None
    recent_stoplosses: int | None
    pair_locks: tuple[PairLockView, ...]


@dataclass(frozen=True, slots=True)
class FreqaiStatus:
    """The model of layer 23; no part of this release: nothing is trained and no figure exists."""

    enabled: bool
    is_trained: bool
    accuracy: float
    f1_score: float
    auc: float
    samples: int
    sklearn_available: bool
    lightgbm_available: bool
    detail: str


@dataclass(frozen=True, slots=True)
class HyperoptStatus:
    """The trade-replay optimisation; no part of this release. `freqtrade hyperopt` works all the same."""

    enabled: bool
    optuna_available: bool
    is_optimized: bool
    best_score: float
    running: bool
    detail: str


@dataclass(frozen=True, slots=True)
class StreamManagerStatus:
    """The streams; ``stale_symbols`` counts coins on which nothing may be decided, ``stale`` names them."""

    enabled: bool
    ccxt_pro_available: bool
    connected: bool
    stale_symbols: int
    stale: tuple[str, ...]
    reconnects: int


@dataclass(frozen=True, slots=True)
class ModulesStatus:
    """All modules. ``pandas_ta``: whether the package is there (tests and FreqAI use it)."""

    stoploss_guard: StoplossGuardStatus
    freqai: FreqaiStatus
    hyperopt: HyperoptStatus
    ws_manager: StreamManagerStatus
    pandas_ta: bool


@dataclass(frozen=True, slots=True)
class GuardAnswer:
    """The guard after a change; ``cleared``: standing locks and the stops until now were forgotten."""

    stoploss_guard: StoplossGuardStatus
    settings: SettingsState
    cleared: bool


class GuardBody(Body):
    """Settings of the stop-loss guard under either spelling; what is left out stays."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"lookback_minutes": 60, "max_stoplosses": 3, "cooldown_minutes": 30},
                {"sl_guard_enabled": True, "clear": True},
            ]
        }
    )

    lookback_minutes: float | None = Field(None, ge=5, le=240)
    max_stoplosses: Stops | None = None
    cooldown_minutes: float | None = Field(None, ge=5, le=120)
    only_per_pair: bool | None = None
    enabled: bool | None = None
    sl_guard_lookback_minutes: float | None = Field(None, ge=5, le=240)
    sl_guard_max_stoplosses: Stops | None = None
    sl_guard_cooldown_minutes: float | None = Field(None, ge=5, le=120)
    sl_guard_only_per_pair: bool | None = None
    sl_guard_enabled: bool | None = None
    clear: bool = Field(default=False, description="End standing locks and forget the stops until now.")

    def changes(self) -> dict[str, Any]:
        """The settings that were given, by full name. A 409 problem where both spellings say different things."""
        found: dict[str, Any] = {}
        for key in _KEYS:
            given = [
                value for value in (getattr(self, key), getattr(self, f"sl_guard_{key}")) if value is not None
            ]
            if len(set(given)) > 1:
                raise conflict(
                    f"{key} and sl_guard_{key} say different things", [(key, "given twice, differently")]
                )
            if given:
                found[f"{_GUARD}.{key}"] = given[0]
        return found


class StudyBody(Body):
    """A study of the trade-replay optimisation."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"n_trials": 200}]})

    n_trials: Annotated[int, Field(ge=1, le=10_000), WHOLE] = 100


StudyName = Annotated[str, Path(min_length=1, max_length=80, examples=["study-1"])]


@router.get("/phase193/status", response_model=model_of(ModulesStatus), summary="How the modules stand")
async def modules_status(parts: Parts, _: Reader) -> Response:
    """Stop-loss guard, model, optimisation, streams; what does not exist says enabled false and has no figures."""
    return answer(plain(await _modules(parts)))


@router.post(
    "/phase193/stoploss-guard/settings", response_model=model_of(GuardAnswer), summary="Settings of the guard"
)
async def guard_settings(parts: Parts, who: Trader, body: GuardBody) -> Response:
    """Change the guard; a lock that stands is kept unless `clear`. It acts within one loop of the bots."""
    changes = body.changes()
    if changes:
        state = await change_settings(parts, who, changes)
    else:
        state = settings_state(parts, await parts.tuning.state())
    if body.clear:
        await _clear_guard(parts, who)
    return answer(plain(GuardAnswer(await _guard(parts), state, body.clear)))


@router.post("/phase193/freqai/retrain", response_model=model_of(ModuleStatus), summary="Train the model")
async def retrain(_: Trader) -> Response:
    """Not part of this release."""
    raise module_absent("freqai")


@router.post("/phase193/hyperopt/run", response_model=model_of(ModuleStatus), summary="Start a study")
async def run_study(_: Trader, body: StudyBody | None = None) -> Response:  # noqa: ARG001 (checked by its schema)
    """Not part of this release."""
    raise module_absent("hyperopt")


@router.get("/optimizer/status", response_model=model_of(ModuleStatus), summary="The AI optimizer")
async def optimizer_status(_: Reader) -> Response:
    """Not part of this release: enabled is false."""
    return answer(plain(ModuleStatus(enabled=False, detail="module optimizer is not part of this release")))


@router.post("/optimizer/run", response_model=model_of(ModuleStatus), summary="Run the AI optimizer")
async def optimizer_run(_: Trader) -> Response:
    """Not part of this release."""
    raise module_absent("optimizer")


@router.post("/optimizer/mode", response_model=model_of(ModuleStatus), summary="Mode of the AI optimizer")
async def optimizer_mode(_: Trader) -> Response:
    """Not part of this release."""
    raise module_absent("optimizer")


@router.post("/optimizer/undo", response_model=model_of(ModuleStatus), summary="Undo the last change")
async def optimizer_undo(_: Trader) -> Response:
    """Not part of this release."""
    raise module_absent("optimizer")


@router.get("/replays", response_model=model_of(ModuleStatus), summary="Studies")
async def replays(_: Reader) -> Response:
    """Not part of this release: enabled is false."""
    return answer(plain(ModuleStatus(enabled=False, detail="module replays is not part of this release")))


@router.post("/replays", response_model=model_of(ModuleStatus), summary="Start a study")
async def replay_start(_: Trader) -> Response:
    """Not part of this release."""
    raise module_absent("replays")


@router.post("/replays/{study}/cancel", response_model=model_of(ModuleStatus), summary="Cancel a study")
async def replay_cancel(_: Trader, study: StudyName) -> Response:  # noqa: ARG001
    """Not part of this release."""
    raise module_absent("replays")


@router.post("/replays/{study}/approve", response_model=model_of(ModuleStatus), summary="Approve a study")
async def replay_approve(_: Trader, study: StudyName) -> Response:  # noqa: ARG001
    """Not part of this release."""
    raise module_absent("replays")


@router.patch("/recovery/settings", response_model=model_of(ModuleStatus), summary="Settings of the recovery")
async def recovery_settings(_: Trader) -> Response:
    """Not part of this release."""
    raise module_absent("portfolio recovery")


async def _modules(services: Services) -> ModulesStatus:
    return ModulesStatus(
        stoploss_guard=await _guard(services),
        freqai=FreqaiStatus(
            enabled=False,
            is_trained=False,
            accuracy=math.nan,
            f1_score=math.nan,
            auc=math.nan,
            samples=0,
            sklearn_available=_is_installed("sklearn"),
            lightgbm_available=_is_installed("lightgbm"),
            detail="module freqai is not part of this release",
        ),
        hyperopt=HyperoptStatus(
            enabled=False,
            optuna_available=_is_installed("optuna"),
            is_optimized=False,
            best_score=math.nan,
            running=False,
            detail="module hyperopt is not part of this release; `freqtrade hyperopt` works",
        ),
        ws_manager=_streams(services),
        pandas_ta=_is_installed("pandas_ta"),
    )


async def _guard(services: Services) -> StoplossGuardStatus:
    rule = (await services.tuning.state()).settings.guards.stoploss_frequency
    locks = [
        (watch.name, lock)
        for watch in services.bots
        for lock in watch.state.locks
        if guard_of(lock) == Guard.STOPLOSS_FREQUENCY.value
    ]
    everywhere = [lock.lock_end_timestamp for _, lock in locks if is_global(lock)]
    return StoplossGuardStatus(
        enabled=rule.enabled,
        lookback_minutes=rule.lookback_minutes,
        max_stoplosses=rule.max_stoplosses,
        cooldown_minutes=rule.cooldown_minutes,
        only_per_pair=rule.only_per_pair,
        global_locked=bool(everywhere),
        locked_until_ms=max(everywhere, default=None),
        recent_stoplosses=await _recent_stops(services, rule.lookback_minutes),
        pair_locks=tuple(
            PairLockView(bot, lock.pair, lock.lock_end_timestamp, lock.reason or "")
            for bot, lock in locks
            if not is_global(lock)
        ),
    )


async def _recent_stops(services: Services, minutes: float) -> int | None:
    """Losing stops within the look-back, by the guard's own rule; None without a history."""
    if services.store is None:
        return None
    since = max(services.clock.now_ms() - int(minutes * 60_000), 0)
    found = await services.store.read(partial(results, since_ms=since))
    return sum(is_losing_stop(trade.as_core()) for trade in found)


async def _clear_guard(services: Services, who: Principal) -> None:
    """End the guard's locks at every bot, and let the strategies forget the stops until now."""
    standing = [
        (watch, lock)
        for watch in services.bots
        for lock in watch.state.locks
        if guard_of(lock) == Guard.STOPLOSS_FREQUENCY.value
    ]
    before = {"locks": [lock.model_dump() for _, lock in standing]}
    async with audited(services, who, "stoploss_guard.clear", target=ALL_PAIRS, before=before):
        now = services.clock.now_ms()
        await asyncio.to_thread(add_request, services.requests, Wish.CLEAR_STOPLOSS_GUARD, ALL_PAIRS, now)
        for watch, lock in standing:
            await watch.delete_lock(lock.id)


def _streams(services: Services) -> StreamManagerStatus:
    installed = _is_installed("ccxt.pro")
    if services.streams is None:
        return StreamManagerStatus(False, installed, False, 0, (), 0)  # noqa: FBT003
    status = services.streams.status()
    stale = tuple(sorted(status.stale))
    return StreamManagerStatus(
        enabled=status.running,
        ccxt_pro_available=installed,
        connected=bool(status.connections) and all(one.connected for one in status.connections),
        stale_symbols=len(stale),
        stale=stale,
        reconnects=sum(one.reconnects for one in status.connections),
    )


@lru_cache(maxsize=16)
def _is_installed(name: str) -> bool:
    return importlib.util.find_spec(name) is not None
