"""Operations of parts that this release does not have: their status says so, and every change is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from fastapi.params import Depends as Check
from pydantic import ConfigDict, Field

from companion.api.answers import answer
from companion.api.operations import Operation
from companion.api.problems import module_absent
from companion.api.schemas import model_of
from companion.api.strict import WHOLE, Body, refuse_unknown_query
from companion.ground.absent_parts import ABSENT_PARTS, OPTIMIZER, AbsentPart, AbsentRoute
from companion.security.require import Reader, Trader


@dataclass(frozen=True, slots=True)
class ModuleStatus:
    """A module that is not part of this release: nothing of it is shown, because there is nothing."""

    enabled: bool
    detail: str


class StudyBody(Body):
    """A study of the trade-replay optimisation."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"n_trials": 200}]})

    n_trials: Annotated[int, Field(ge=1, le=10_000), WHOLE] = 100


ModuleModel = model_of(ModuleStatus)
ModuleModel.model_config["json_schema_extra"] = {"examples": [{**OPTIMIZER.status}]}
ModuleModel.model_rebuild(force=True)
StudyName = Annotated[str, Path(min_length=1, max_length=80, examples=["study-1"])]


def _a_study(study: StudyName) -> None:
    """The path names a study."""


def _a_study_body(body: StudyBody | None = None) -> None:
    """The body describes a study."""


_CHECKS: Mapping[str, Sequence[Check]] = MappingProxyType(
    {
        "run_study": (Depends(_a_study_body),),
        "replay_cancel": (Depends(_a_study),),
        "replay_approve": (Depends(_a_study),),
    }
)
"""What a request must match even though it is refused: a client that is right today stays right later."""


def _status_of(part: AbsentPart) -> Callable[..., Awaitable[Response]]:
    async def status(_: Reader) -> Response:
        return answer(part.status)

    return status


def _refusal_of(part: AbsentPart) -> Callable[..., Awaitable[Response]]:
    async def refusal(_: Trader) -> Response:
        raise module_absent(part)

    return refusal


def _operation(part: AbsentPart, route: AbsentRoute) -> Operation:
    is_read = route.method == "GET"
    return Operation(
        route.method,
        route.operation,
        route.summary,
        "Not part of this release: enabled is false." if is_read else "Not part of this release.",
        ModuleModel,
        _status_of(part) if is_read else _refusal_of(part),
        route.tag,
        _CHECKS.get(route.operation, ()),
    )


ABSENT_OPERATIONS = MappingProxyType(
    {route.operation: _operation(part, route) for part in ABSENT_PARTS for route in part.routes}
)
"""All of them by name."""

router = APIRouter(dependencies=[Depends(refuse_unknown_query)])
for _part in ABSENT_PARTS:
    for _route in _part.routes:
        if _route.path:
            ABSENT_OPERATIONS[_route.operation].add_to(router, _route.path)
