"""Status of the modules that existing clients know: guard, model, optimisation, streams."""

from __future__ import annotations

import importlib.util
import math
from dataclasses import dataclass
from functools import lru_cache

from fastapi import Response

from companion.api.answers import answer
from companion.api.operations import Operation
from companion.api.parts import Parts, Texts
from companion.api.schemas import model_of
from companion.api.services import Services
from companion.api.stoploss_guard import StoplossGuardStatus, guard_status
from companion.ground.absent_parts import FREQAI, HYPEROPT
from companion.ground.plain import plain
from companion.security.require import Reader
from hhq.language import Language


@dataclass(frozen=True, slots=True)
class FreqaiStatus:
    """The model of layer 23. Not part of this release: nothing is trained and there are no figures."""

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
    """The trade-replay optimisation. Not part of this release; `freqtrade hyperopt` works regardless."""

    enabled: bool
    optuna_available: bool
    is_optimized: bool
    best_score: float
    running: bool
    detail: str


@dataclass(frozen=True, slots=True)
class StreamManagerStatus:
    """The streams; ``stale_symbols`` counts the coins that cannot be decided, ``stale`` names them."""

    enabled: bool
    ccxt_pro_available: bool
    connected: bool
    stale_symbols: int
    stale: tuple[str, ...]
    reconnects: int


@dataclass(frozen=True, slots=True)
class ModulesStatus:
    """All modules. ``pandas_ta``: whether the package is installed (tests and FreqAI use it)."""

    stoploss_guard: StoplossGuardStatus
    freqai: FreqaiStatus
    hyperopt: HyperoptStatus
    ws_manager: StreamManagerStatus
    pandas_ta: bool


async def modules_status(parts: Parts, _: Reader, language: Texts) -> Response:
    """Stop-loss guard, model, optimisation, streams. What does not exist says enabled false and has no figures."""
    return answer(plain(await _modules(parts, language)))


MODULES_STATUS = Operation(
    "GET",
    "modules_status",
    "Module status",
    modules_status.__doc__ or "",
    model_of(ModulesStatus),
    modules_status,
)


async def _modules(services: Services, language: Language) -> ModulesStatus:
    return ModulesStatus(
        stoploss_guard=await guard_status(services),
        freqai=FreqaiStatus(
            enabled=False,
            is_trained=False,
            accuracy=math.nan,
            f1_score=math.nan,
            auc=math.nan,
            samples=0,
            sklearn_available=_is_installed("sklearn"),
            lightgbm_available=_is_installed("lightgbm"),
            detail=FREQAI.told(language),
        ),
        hyperopt=HyperoptStatus(
            enabled=False,
            optuna_available=_is_installed("optuna"),
            is_optimized=False,
            best_score=math.nan,
            running=False,
            detail=HYPEROPT.told(language),
        ),
        ws_manager=_streams(services),
        pandas_ta=_is_installed("pandas_ta"),
    )


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
