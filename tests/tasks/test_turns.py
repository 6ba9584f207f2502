"""Bursts of work yield the event loop between any two pieces."""

from __future__ import annotations

import asyncio

from companion.tasks.turns import Turns


def test_between_two_pieces_whatever_else_is_due_has_its_turn() -> None:
    seen: list[str] = []

    async def piece(turns: Turns) -> None:
        async with turns.turn():
            seen.append("piece")

    async def other() -> None:
        while seen.count("piece") < 5:
            seen.append("other")
            await asyncio.sleep(0)

    async def scene() -> None:
        turns = Turns()
        async with asyncio.timeout(20):
            await asyncio.gather(*(piece(turns) for _ in range(5)), other())

    asyncio.run(scene())
    assert "piece piece" not in " ".join(seen)
