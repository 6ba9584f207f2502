"""Answers as JSON: encoded by orjson, n/a (NaN) as null, and not sent again to a client that already has them."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from fastapi import Request, Response

JSON = "application/json"
_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


def encoded(content: Any) -> bytes:
    """JSON of plain values, dataclasses and numpy arrays; NaN and infinity become null, never a number."""
    return orjson.dumps(content, option=_OPTIONS)


def answer(content: Any, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(encoded(content), status, media_type=JSON)


def cached_answer(request: Request, content: Any) -> Response:
    """A JSON answer with an ETag; 304 without a body for a client that already has it."""
    body = encoded(content)
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    known = request.headers.get("if-none-match", "")
    if tag in {part.strip().removeprefix("W/") for part in known.split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=JSON, headers=headers)
