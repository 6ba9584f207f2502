"""Runs a test's coroutine with a time limit."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


def run(scene: Coroutine[Any, Any, Result], seconds: float = 60.0) -> Result:
    """The result of ``scene``; fails after ``seconds``."""
    return asyncio.run(asyncio.wait_for(scene, seconds))
