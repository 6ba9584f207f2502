"""What requests may contain: bodies and queries with known fields only."""

from __future__ import annotations

from fastapi import Request, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from pydantic import BaseModel, BeforeValidator, ConfigDict

from companion.api.problems import Problem, invalid


def _whole(value: object) -> object:
    """JSON has no integers: 3.0 is a 3 there. A string or a boolean is not."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
"""Metadata of a strict integer that may be written as 3.0; it comes after the bounds, so that the schema has them."""


class Body(BaseModel):
    """A request body: unknown fields, NaN and infinity are refused; a string is not a number, and true is not 1."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


def refuse_unknown_query(request: Request) -> None:
    """Raise a problem for a query parameter that the route does not document, or that is given more than once."""
    problem = _query_problem(request)
    if problem is not None:
        raise problem


def _query_problem(request: Request) -> Problem | None:
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return None
    known = query_names(route)
    wrong = [(name, "unknown query parameter") for name in request.query_params if name not in known]
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name in seen and name in known:
            wrong.append((name, "given more than once"))
        seen.add(name)
    return invalid(wrong) if wrong else None


def query_names(route: APIRoute) -> frozenset[str]:
    """Names of the query parameters that a route documents."""
    fields = get_flat_params(route.dependant)
    return frozenset(field.alias for field in fields if isinstance(field.field_info, params.Query))
