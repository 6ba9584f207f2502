"""Problem documents (RFC 9457): one shape for every refusal, naming the field where there is one."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from companion.api.answers import encoded
from companion.domain_settings.desk import SettingsFilesError
from companion.ground.absent_parts import AbsentPart
from companion.ground.errors import CompanionError

logger = logging.getLogger("companion.api")

MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:hhq:problem:"


class FieldError(BaseModel):
    """What is wrong with one field of the request."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"field": "limit", "detail": "must be ≤ 500"}]})

    field: str = Field(description="Name of the field; the parts of a nested name are joined by dots.")
    detail: str


class ProblemDocument(BaseModel):
    """A refusal in the form of RFC 9457."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:hhq:problem:invalid-request",
                    "title": "Unprocessable Content",
                    "status": 422,
                    "detail": "lookback: unknown field",
                    "instance": "/api/v1/opportunities",
                    "request_id": "8d1f2a3b4c5d6e7f",
                    "errors": [{"field": "lookback", "detail": "unknown field"}],
                }
            ]
        }
    )

    type: str = Field(description="URN of the kind of problem.")
    title: str
    status: int
    detail: str
    instance: str = Field(description="Path of the request.")
    request_id: str = Field(description="As in the header X-Request-ID and in the log.")
    errors: list[FieldError] = Field(default=[], description="One entry for each invalid field.")


class Problem(CompanionError):  # noqa: N818 (it is the document's own name)
    """A refusal with its status; ``fields`` are (name, what is wrong) pairs."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        fields: Iterable[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.fields = tuple(fields)
        self.headers = dict(headers or {})


def not_found(what: str) -> Problem:
    """What the path names does not exist."""
    return Problem(404, "not-found", what)


def module_absent(part: AbsentPart) -> Problem:
    """The part behind a documented path does not exist; its status says enabled false."""
    return Problem(404, "module-not-available", part.refusal)


def part_absent(name: str) -> Problem:
    """A part of the service that the route needs is not running here."""
    return Problem(
        503, "part-not-running", f"{name} does not run in this service", headers={"Retry-After": "5"}
    )


def invalid(fields: Iterable[tuple[str, str]]) -> Problem:
    """Fields of the request that cannot be accepted."""
    named = tuple(fields)
    return Problem(422, "invalid-request", "; ".join(f"{name}: {text}" for name, text in named), named)


def conflict(detail: str, fields: Iterable[tuple[str, str]] = ()) -> Problem:
    """The request is well-formed, but does not fit the present state."""
    return Problem(409, "conflict", detail, fields)


def file_unusable(detail: str) -> Problem:
    """A file of the settings, or of requests to the bots, cannot be read or written."""
    return Problem(503, "file-unusable", detail, headers={"Retry-After": "5"})


def document(request: HTTPConnection, problem: Problem) -> Response:
    """The response for a problem."""
    body = ProblemDocument(
        type=f"{_TYPE}{problem.kind}",
        title=_title(problem.status),
        status=problem.status,
        detail=problem.detail,
        instance=request.url.path,
        request_id=request.scope.get("request_id", ""),
        errors=[FieldError(field=name, detail=text) for name, text in problem.fields],
    )
    return Response(encoded(body.model_dump()), problem.status, problem.headers, MEDIA_TYPE)


def on_problem(request: Request, problem: Exception) -> Response:
    """Answer a :class:`Problem`."""
    assert isinstance(problem, Problem)
    return document(request, problem)


def on_settings_files(request: Request, error: Exception) -> Response:
    """Answer which file of the settings cannot be used."""
    assert isinstance(error, SettingsFilesError)
    return document(request, file_unusable(str(error)))


def on_http_exception(request: Request, error: Exception) -> Response:
    """Answer what the framework and its dependencies refuse: unknown path, wrong method, no credentials."""
    assert isinstance(error, HTTPException)
    kind = getattr(error, "kind", _title(error.status_code).lower().replace(" ", "-"))
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods(request))
    return document(request, Problem(error.status_code, kind, str(error.detail), headers=headers))


def _methods(request: Request) -> list[str]:
    """All methods of a path: several routes can share it, and the framework names the first one's only."""
    found: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        pattern = getattr(route, "path_regex", None)
        if pattern is not None and pattern.match(request.url.path):
            found |= route.methods or set()
    return sorted(found)


def on_store_failure(request: Request, error: Exception) -> Response:
    """Answer that the database cannot be used; what it says may hold values, so only its kind is logged."""
    logger.warning("%s %s: the database failed: %s", request.method, request.url.path, type(error).__name__)
    detail = "the database cannot be used; the log of the service says more"
    return document(request, Problem(503, "store-failed", detail, headers={"Retry-After": "5"}))


def on_invalid_request(request: Request, error: Exception) -> Response:
    """Answer which fields of path, query or body do not match the schema."""
    assert isinstance(error, RequestValidationError)
    return document(request, invalid(_field(item) for item in error.errors()))


def _field(item: Mapping[str, Any]) -> tuple[str, str]:
    location = [str(part) for part in item["loc"]]
    name = ".".join(location[1:]) or location[0]
    if item["type"] == "extra_forbidden":
        return name, "unknown field"
    if item["type"] == "json_invalid":
        return "body", f"not valid JSON ({item.get('ctx', {}).get('error', 'syntax')})"
    return name, str(item["msg"]).removeprefix("Value error, ")


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "Refused: missing or wrong credentials, an invalid field, nothing of that name, or a conflict.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
    },
    "5XX": {
        "description": "A part of the service, or the bot behind it, does not answer.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
    },
}
"""What every operation may answer in addition to its own responses."""
