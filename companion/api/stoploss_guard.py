"""The stop-loss guard: its status, its settings, and clearing it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, TypeAlias

from fastapi import Response
from pydantic import ConfigDict, Field

from companion.api.answers import answer
from companion.api.guard_requests import ask_guards
from companion.api.lock_routes import guard_of, is_global
from companion.api.operations import Operation
from companion.api.parts import Parts, audited
from companion.api.problems import conflict
from companion.api.schemas import model_of
from companion.api.services import Services
from companion.api.settings_changes import SettingsState, change_settings, settings_state
from companion.api.strict import WHOLE, Body
from companion.ground.plain import plain
from companion.ground.roles import Principal
from companion.portfolio.results import results
from companion.security.require import Trader
from hhq.guards.lock_causes import Guard
from hhq.guards.records import ALL_PAIRS, is_losing_stop
from hhq_shared.request_file import Wish

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
    """The guard: settings, whether all entries are locked, losing stops within the look-back, locked pairs."""

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
class GuardAnswer:
    """The guard after a change; ``cleared``: active locks and the stops so far were forgotten."""

    stoploss_guard: StoplossGuardStatus
    settings: SettingsState
    cleared: bool


class GuardBody(Body):
    """Settings of the stop-loss guard under either spelling; what is left out stays as it is."""

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
    clear: bool = Field(default=False, description="Remove active locks and forget the stops so far.")

    def changes(self) -> dict[str, Any]:
        """The settings given, by full name. A 409 problem if the two spellings disagree."""
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


async def guard_settings(parts: Parts, who: Trader, body: GuardBody) -> Response:
    """Change the guard; an active lock is kept unless `clear`. It takes effect within one loop of the bots."""
    changes = body.changes()
    if changes:
        state = await change_settings(parts, who, changes)
    else:
        state = settings_state(parts, await parts.tuning.state())
    if body.clear:
        await _clear(parts, who)
    return answer(plain(GuardAnswer(await guard_status(parts), state, body.clear)))


GUARD_SETTINGS = Operation(
    "POST",
    "guard_settings",
    "Settings of the guard",
    guard_settings.__doc__ or "",
    model_of(GuardAnswer),
    guard_settings,
)


async def guard_status(services: Services) -> StoplossGuardStatus:
    """The guard by the settings in force and the locks at the bots."""
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


async def _clear(services: Services, who: Principal) -> None:
    """Remove the guard's locks at every bot, and have the strategies forget the stops so far."""
    standing = [
        (watch, lock)
        for watch in services.bots
        for lock in watch.state.locks
        if guard_of(lock) == Guard.STOPLOSS_FREQUENCY.value
    ]
    before = {"locks": [lock.model_dump() for _, lock in standing]}
    async with audited(services, who, "stoploss_guard.clear", target=ALL_PAIRS, before=before):
        await ask_guards(services, Wish.CLEAR_STOPLOSS_GUARD, ALL_PAIRS)
        for watch, lock in standing:
            await watch.delete_lock(lock.id)
