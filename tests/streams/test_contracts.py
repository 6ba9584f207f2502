"""What the streams take of the exchange's contracts: types that are traded, and deliveries that are announced."""

from __future__ import annotations

import asyncio

import pytest

from companion.replay.rules import TRADIFI
from hhq.coins import ContractType
from tests.replay.conftest import NOON
from tests.replay.server import RunningExchange
from tests.streams.following import following


def test_a_contract_of_another_type_is_watched_only_if_it_is_traded(running: RunningExchange) -> None:
    running.exchange.views["SOLUSDT"].contract_type = TRADIFI

    async def work() -> None:
        async with following(running) as streams:
            await streams.fresh()
            assert "SOLUSDT" not in streams.market.universe
        async with following(running, traded_types=lambda: tuple(ContractType)) as streams:
            await streams.fresh()
            coin = streams.market.universe.coin(streams.row("SOLUSDT"))
            assert coin.contract_type is ContractType.TRADIFI_PERPETUAL

    asyncio.run(work())


def test_an_announced_delivery_is_known_with_the_next_listings_and_logged_once(
    running: RunningExchange, caplog: pytest.LogCaptureFixture
) -> None:
    running.exchange.views["SOLUSDT"].delivery = NOON + 45 * 60_000

    async def work() -> None:
        async with following(running) as streams:
            await streams.fresh()
            assert streams.market.universe.coin(streams.row("SOLUSDT")).delivery_ms == NOON + 45 * 60_000

    asyncio.run(work())
    told = [text for text in caplog.messages if text.startswith("DELISTING: ")]
    assert told == ["DELISTING: SOL/USDT:USDT is delivered on 2025-03-08 00:47 UTC"]
