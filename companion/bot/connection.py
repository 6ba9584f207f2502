"""Requests to one bot: pooled connections, time-outs, every failure as an exception of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from companion.bot.errors import (
    BotAnswerError,
    BotError,
    BotLoginError,
    BotNotFoundError,
    BotRefusedError,
    BotSilentError,
    BotUnreachableError,
)
from companion.bot.login import BotLogin

T = TypeVar("T")
Query = Mapping[str, str | int | float | bool | Sequence[str]]

_CONNECT_SECONDS = 2.0
_CONNECTIONS = 4
_LONGEST_DETAIL = 300
_UNAUTHORIZED = (401, 403)
_NOT_FOUND = 404
_FIRST_ERROR = 400


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that the bot may take to answer: any call, and a control call that may place orders."""

    answer: float = 4.0
    control: float = 30.0


class BotConnection:
    """Queries one bot's API, with basic authentication: Freqtrade's tokens expire early if a bot's clock runs fast."""

    def __init__(
        self,
        name: str,
        url: str,
        login: BotLogin,
        patience: Patience | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.name = name
        self.url = url.rstrip("/")
        self._patience = patience or Patience()
        self._http = httpx.AsyncClient(
            base_url=f"{self.url}/api/v1/",
            auth=httpx.BasicAuth(login.username, login.password) if login.complete else None,
            timeout=self._timeout(self._patience.answer),
            limits=httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS),
            transport=transport,
            # A proxy from the environment is not meant for a bot next to us.
            trust_env=False,
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def get(self, answer: TypeAdapter[T], path: str, query: Query | None = None) -> T:
        """GET /api/v1/`path`. Raises BotError."""
        return await self._ask(answer, "GET", path, query=query)

    async def post(
        self, answer: TypeAdapter[T], path: str, body: object = None, *, control: bool = False
    ) -> T:
        """POST `body` as JSON; with `control` the bot gets the time to place orders. Raises BotError."""
        return await self._ask(answer, "POST", path, body=body, control=control)

    async def delete(self, answer: TypeAdapter[T], path: str, query: Query | None = None) -> T:
        """DELETE /api/v1/`path`. Raises BotError."""
        return await self._ask(answer, "DELETE", path, query=query)

    async def _ask(
        self,
        answer: TypeAdapter[T],
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: object = None,
        control: bool = False,
    ) -> T:
        call = f"{self.name}: {method} /{path}"
        seconds = self._patience.control if control else self._patience.answer
        try:
            response = await self._http.request(
                method, path, params=dict(query or {}), json=body, timeout=self._timeout(seconds)
            )
        except httpx.TimeoutException:
            raise BotSilentError(f"{call}: no answer within {seconds:g} s") from None
        except httpx.TransportError as problem:
            raise BotUnreachableError(f"{call}: {problem or type(problem).__name__}") from problem
        if response.status_code >= _FIRST_ERROR:
            raise _refusal(call, response)
        try:
            return answer.validate_json(response.content)
        except ValidationError as problem:
            raise BotAnswerError(f"{call}: {_complaint(problem)}") from None

    @staticmethod
    def _timeout(seconds: float) -> httpx.Timeout:
        return httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS))


def _refusal(call: str, response: httpx.Response) -> BotError:
    detail = _detail(response)
    if response.status_code in _UNAUTHORIZED:
        return BotLoginError(call, response.status_code, detail)
    if response.status_code == _NOT_FOUND:
        return BotNotFoundError(call, response.status_code, detail)
    return BotRefusedError(call, response.status_code, detail)


def _detail(response: httpx.Response) -> str:
    """The text of a refusal: Freqtrade writes it to ``error``, FastAPI to ``detail``."""
    try:
        content = response.json()
    except ValueError:
        return response.text[:_LONGEST_DETAIL] or response.reason_phrase
    if isinstance(content, dict):
        content = content.get("error", content.get("detail", content))
    return str(content)[:_LONGEST_DETAIL]


def _complaint(problem: ValidationError) -> str:
    """Name the first wrong field; the values themselves are not repeated."""
    first = problem.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "answer"
    return f"{where}: {first['msg']} ({problem.error_count()} problem(s))"
