"""What the strategies' guards are asked to forget, as a route asks it."""

from __future__ import annotations

import asyncio

from companion.api.problems import file_unusable
from companion.api.services import Services
from hhq_shared.request_file import GuardRequest, Wish, add_request


async def ask_guards(services: Services, wish: Wish, pair: str) -> GuardRequest:
    """Have every bot's guards fulfil ``wish`` for ``pair`` ("*": all). A 503 problem for a file that cannot be used."""
    path, now = services.requests, services.clock.now_ms()
    try:
        return await asyncio.to_thread(add_request, path, wish, pair, now)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise file_unusable(f"{path}: {problem}") from problem
