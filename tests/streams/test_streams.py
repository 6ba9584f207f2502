"""The streams against the real replay exchange, with the real ccxt.pro client."""

from __future__ import annotations

import asyncio

from tests.replay.server import RunningExchange
from tests.streams.following import following


def test_every_coin_is_filled_and_follows_the_closes(running: RunningExchange) -> None:
    async def work() -> None:
        async with following(running) as streams:
            await streams.fresh()
            for _ in range(3):
                bar = streams.move_to_close()
                await streams.closed(bar)
                assert streams.market.decidable(bar).all()

    asyncio.run(work())
