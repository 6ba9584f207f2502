"""An operation without its path: what a route does, whatever paths lead to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response
from fastapi.params import Depends


@dataclass(frozen=True, slots=True)
class Operation:
    """``name`` is its id in the OpenAPI document, ``answers`` the schema of its answer; ``checks`` run before it."""

    method: str
    name: str
    summary: str
    description: str
    answers: Any
    endpoint: Callable[..., Awaitable[Response]]
    tag: str = "modules"
    checks: Sequence[Depends] = ()

    def add_to(self, router: APIRouter, path: str) -> None:
        """Let ``path`` lead here."""
        router.add_api_route(
            path,
            self.endpoint,
            methods=[self.method],
            name=self.name,
            tags=[self.tag],
            summary=self.summary,
            description=self.description,
            response_model=self.answers,
            dependencies=list(self.checks),
        )
