"""Whether the server is Binance itself, or a replay exchange and what that plays."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from companion.venues.origin import MarketKind, MarketOrigin

_HOST = "fapi.binance.com"
_PATH = "/replay/status"
_SECONDS = 3.0
_LONGEST_NAME = 80
_FASTEST = 1e6
_KINDS = {"embedded": MarketKind.GENERATED, "recorded": MarketKind.RECORDED}
"""What the replay exchange says of its folder; a folder that calls itself anything else is of unknown origin."""
_UNKNOWN = MarketOrigin(MarketKind.UNKNOWN)


async def ask_origin(base_url: str) -> MarketOrigin | None:
    """What the server at ``base_url`` serves; None if it could not be asked. Binance itself is not asked."""
    try:
        if not base_url or urlsplit(base_url).hostname == _HOST:
            return MarketOrigin(MarketKind.BINANCE)
        # The client reads certificates when it is made, which would stall the event loop.
        async with await asyncio.to_thread(_client) as client:
            response = await client.get(f"{base_url.rstrip('/')}{_PATH}")
            return read_origin(response.json()) if response.is_success else _UNKNOWN
    except httpx.HTTPError:
        return None
    except (httpx.InvalidURL, ValueError):
        return _UNKNOWN


def read_origin(status: object) -> MarketOrigin:
    """The origin that an answer of ``/replay/status`` tells; unknown for anything else."""
    if not isinstance(status, Mapping) or not isinstance(status.get("kind"), str):
        return _UNKNOWN
    kind = _KINDS.get(status["kind"], MarketKind.UNKNOWN)
    return MarketOrigin(kind, _name(status.get("name")), _speed(status.get("speed")))


def _client() -> httpx.AsyncClient:
    # A proxy from the environment is not meant for an exchange of one's own.
    return httpx.AsyncClient(timeout=_SECONDS, trust_env=False)


def _name(said: object) -> str | None:
    """The last part of it, whatever separates the parts: a path is nobody's business."""
    if not isinstance(said, str):
        return None
    return re.split(r"[\\/]", said)[-1][:_LONGEST_NAME] or None


def _speed(said: object) -> float:
    """A clock that is moved by hand says 0: it has no speed."""
    if isinstance(said, bool) or not isinstance(said, int | float):
        return math.nan
    return float(said) if 0.0 < said <= _FASTEST else math.nan
