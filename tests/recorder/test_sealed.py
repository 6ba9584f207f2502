"""What the scanner waits for, and what it gets."""

from __future__ import annotations

import asyncio
from dataclasses import fields

import numpy as np

from companion.market.universe import Coin
from companion.recorder.sealed import SealedRows
from hhq.panel import CANDLE_MS, RecordedRows
from hhq_shared.recorded_format import INPUTS, KEPT_CANDLES
from tests.recorder.conftest import BAR, CLOSE, SteppedClock, make_market, run

VALUES = np.arange(len(INPUTS) * 3, dtype=np.float64).reshape(len(INPUTS), 3)


def is_nothing(rows: RecordedRows) -> bool:
    return all(np.isnan(getattr(rows, field.name)).all() for field in fields(rows))


def test_a_candle_that_was_never_announced_is_not_waited_for() -> None:
    async def scenario() -> None:
        sealed = SealedRows(make_market(), SteppedClock(CLOSE))
        assert is_nothing(await sealed.sealed(BAR))
        sealed.settle(BAR, VALUES)
        assert not sealed.begin(BAR)
        assert is_nothing(sealed.at(BAR))

    run(scenario())


def test_the_wait_ends_with_the_row() -> None:
    async def scenario() -> None:
        market = make_market()
        sealed = SealedRows(market, SteppedClock(CLOSE))
        sealed.announce(BAR)
        waiting = asyncio.create_task(sealed.sealed(BAR))
        await asyncio.sleep(0)
        assert not sealed.is_settled(BAR)
        assert sealed.begin(BAR)
        sealed.settle(BAR, VALUES)
        rows = await waiting
        np.testing.assert_array_equal(rows.spread_pct[:, 0], VALUES[INPUTS.index("spread_pct")])
        # Decisions use the settled funding: the recorded one cannot slip in.
        assert np.isnan(rows.funding_rate).all()
        market.update_listings([*market.universe.coins, Coin("SOL/USDT:USDT", "SOLUSDT")])
        assert sealed.at(BAR).imbalance.shape == (4, 1)
        assert np.isnan(sealed.at(BAR).imbalance[3, 0])

    run(scenario())


def test_two_seconds_after_the_close_the_candle_is_void_forever() -> None:
    async def scenario() -> None:
        clock = SteppedClock(CLOSE - 1_000)
        sealed = SealedRows(make_market(), clock)
        sealed.announce(BAR)
        waiting = asyncio.create_task(sealed.sealed(BAR))
        await clock.to(CLOSE + 1_999)
        assert not waiting.done()
        await clock.to(CLOSE + 2_000, parts=0)
        await waiting
        assert sealed.is_settled(BAR)
        assert not sealed.begin(BAR)
        sealed.settle(BAR, VALUES)
        assert is_nothing(sealed.at(BAR))

    run(scenario())


def test_a_row_that_is_being_written_at_that_moment_is_waited_for() -> None:
    async def scenario() -> None:
        clock = SteppedClock(CLOSE)
        sealed = SealedRows(make_market(), clock)
        sealed.announce(BAR)
        assert sealed.begin(BAR)
        waiting = asyncio.create_task(sealed.sealed(BAR))
        await clock.to(CLOSE + 2_500)
        assert not waiting.done()
        sealed.settle(BAR, VALUES)
        await waiting
        assert not is_nothing(sealed.at(BAR))

    run(scenario())


def test_a_latecomer_does_not_wait_and_old_candles_are_forgotten() -> None:
    async def scenario() -> None:
        sealed = SealedRows(make_market(), SteppedClock(CLOSE + 200 * CANDLE_MS))
        for bar in range(BAR, BAR + KEPT_CANDLES + 5):
            sealed.announce(bar)
            sealed.begin(bar)
            sealed.settle(bar, VALUES)
        sealed.announce(BAR + 100)
        await sealed.sealed(BAR + 100)
        assert is_nothing(sealed.at(BAR + 100))
        assert is_nothing(sealed.at(BAR))
        assert not is_nothing(sealed.at(BAR + KEPT_CANDLES + 4))

    run(scenario())
