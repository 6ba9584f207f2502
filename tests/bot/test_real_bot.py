"""The client and the watch against the unmodified `freqtrade trade`: every call, wake-ups, a bot that hangs or dies."""

from __future__ import annotations

import asyncio
import stat
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from urllib.parse import quote

import pytest

from companion.bot.closing import Outcome, close_trade
from companion.bot.errors import (
    BotLoginError,
    BotNotFoundError,
    BotRefusedError,
    NothingDoneError,
    OtherTradeError,
)
from companion.bot.login import BotLogin
from companion.bot.state import BotState
from companion.bot.watch import BotWatch
from companion.ground.clock import SystemClock
from companion.settings.bots import BotSettings
from tests.bot.real_bot import JWT_SECRET_KEY, LOGIN, PAIRS, WS_TOKEN, RealBot
from tests.replay.sample_market import write_market

pytestmark = [pytest.mark.processes, pytest.mark.timeout(400)]
BTC, SOL = PAIRS


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealBot]:
    folder = tmp_path_factory.mktemp("bot")
    running = RealBot(folder, write_market(folder / "market"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@asynccontextmanager
async def watched(real: RealBot, login: BotLogin = LOGIN, **settings: float) -> AsyncIterator[BotWatch]:
    """A running watch of the bot."""
    watch = BotWatch("bot", real.url, login, BotSettings.model_validate(settings), SystemClock())
    running = asyncio.ensure_future(watch.run())
    try:
        yield watch
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await watch.close()


async def becomes(watch: BotWatch, condition: Callable[[BotState], bool], seconds: float = 30.0) -> float:
    """Wait until the condition holds; returns the seconds that it took."""
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while not condition(watch.state):
            await asyncio.sleep(0.02)
    return time.monotonic() - began


def run(story: Awaitable[None]) -> None:
    async def told() -> None:
        await story

    asyncio.run(told())


def test_every_reading_call_is_answered_as_the_models_expect_it(real: RealBot) -> None:
    async def story() -> None:
        async with watched(real) as watch:
            client = watch.client
            await client.ping()
            assert await client.version() == "2026.9"
            config = await client.show_config()
            assert (config.runmode, config.dry_run, config.strategy) == ("dry_run", True, "Obedient")
            assert await client.whitelist() == PAIRS
            assert (await client.balance()).total > 0
            assert (await client.profit()).trade_count == 0
            assert await client.status() == ()
            assert (await client.trades()).total_trades == 0
            assert (await client.locks()).lock_count == 0
            assert (await client.blacklist()).blacklist == ()
            assert any("RUNNING" in record[4] for record in (await client.logs(500)).logs)
            assert (await client.health()).bot_startup_ts
            with pytest.raises(BotNotFoundError):
                await client.trade(99)
            with pytest.raises(BotRefusedError, match="invalid argument"):
                await client.force_exit(99)

    run(story())


def test_messages_wake_the_watch_and_no_secret_is_in_any_log(
    real: RealBot, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        async with watched(real) as watch:
            await becomes(watch, lambda state: state.listening)

    run(story())
    log = (real.folder / "bot.log").read_text(encoding="utf-8")
    assert "/api/v1/message/ws?token=" in log
    for secret in (LOGIN.password, quote(LOGIN.password), WS_TOKEN, quote(WS_TOKEN), JWT_SECRET_KEY):
        assert secret not in log + caplog.text
    assert stat.S_IMODE((real.folder / "bot.log").stat().st_mode) == 0o600


def test_the_digest_of_the_newest_candle_arrives_with_all_its_digits(real: RealBot) -> None:
    async def story() -> None:
        async with watched(real) as watch:
            async with asyncio.timeout(60):
                while not (candles := await watch.client.pair_candles(BTC, "5m", ["hhq_digest"])).data:
                    await asyncio.sleep(0.2)
            assert len(candles.data) == 1
            assert "other" not in candles.columns
            digest = candles.newest("hhq_digest")
            assert isinstance(digest, float)
            assert 281474976700000 < digest < 1 << 48
            # The newest candle is the one that has just closed.
            assert 0 <= time.time() * 1000 - candles.data_stop_ts - 300_000 < 400_000

    run(story())


def test_locks_and_blacklist_are_set_shown_and_ended(real: RealBot) -> None:
    async def story() -> None:
        async with watched(real) as watch:
            await becomes(watch, lambda state: state.asked_ms > 0)
            locks = await watch.lock(SOL, 30, "DIGEST_MISMATCH: a test", "long")
            (lock,) = locks.locks
            assert (lock.pair, lock.side, lock.reason) == (SOL, "long", "DIGEST_MISMATCH: a test")
            assert 30 * 60_000 <= lock.lock_end_timestamp - lock.lock_timestamp + 2_000 <= 36 * 60_000
            await becomes(watch, lambda state: state.locks == (lock,))
            assert (await watch.delete_lock(lock.id)).locks == ()
            await becomes(watch, lambda state: state.locks == ())
            assert (await watch.add_to_blacklist([SOL])).blacklist == (SOL,)
            await becomes(watch, lambda state: state.blacklist == (SOL,))
            assert (await watch.remove_from_blacklist([SOL])).blacklist == ()
            answer = await watch.remove_from_blacklist([SOL])
            assert SOL in answer.errors

    run(story())


def test_entries_are_paused_and_allowed_again(real: RealBot) -> None:
    async def story() -> None:
        async with watched(real) as watch:
            assert "paused" in await watch.pause()
            await becomes(watch, lambda state: state.config is not None and state.config.state == "paused")
            await watch.start()
            await becomes(watch, lambda state: state.config is not None and state.config.state == "running")

    run(story())


def test_a_message_wakes_the_watch_long_before_it_would_ask(real: RealBot) -> None:
    async def story() -> None:
        async with watched(real, poll_seconds=5.0) as watch:
            await becomes(watch, lambda state: state.listening and state.asked_ms > 0)
            began = time.monotonic()
            trade_id = await asyncio.to_thread(real.enter, BTC)
            await becomes(watch, lambda state: state.open_pairs == {BTC})
            entered = time.monotonic() - began
            await becomes(watch, lambda state: bool(state.stored(trade_id)))
            (position,) = watch.state.positions
            assert (position.trade_id, position.side, position.leverage) == (trade_id, 1, 3.0)
            assert watch.state.stored(trade_id)["hhq_signal"] == {"score": 81.5, "pair": BTC}
            assert watch.state.wakes > 1

            assert "exit" in (await watch.force_exit(trade_id)).lower()
            await becomes(watch, lambda state: state.positions == () and state.closed_count == 1)
            (closed,) = watch.state.recent
            assert (closed.trade_id, closed.exit_reason) == (trade_id, "force_exit")
            assert watch.state.unconfirmed == frozenset()
            assert entered < 20

    run(story())


def test_closing_says_what_the_real_bot_has_done(real: RealBot) -> None:
    async def story() -> None:
        async with watched(real) as watch:
            trade_id = await asyncio.to_thread(real.enter, BTC)
            await becomes(watch, lambda state: state.open_pairs == {BTC})
            (held,) = watch.state.positions
            assert held.amount_step is not None
            with pytest.raises(NothingDoneError, match="below the exchange's step"):
                await close_trade(watch, held, None, held.amount_step * 0.5)
            # Freqtrade itself answers with a success, and does nothing.
            assert await watch.force_exit(trade_id, None, held.amount_step * 0.5)
            assert (await watch.client.trade(trade_id)).amount == held.amount
            assert (await close_trade(watch, held, None, held.amount_step)).outcome is Outcome.CLOSING
            assert (await close_trade(watch, held)).outcome is Outcome.CLOSING
            await becomes(watch, lambda state: state.positions == ())
            with pytest.raises(BotNotFoundError):
                await close_trade(watch, held)

            enter = partial(real.enter, ordertype="limit")
            await asyncio.to_thread(partial(enter, BTC, price=held.open_rate * 0.9))
            await becomes(watch, lambda state: state.open_pairs == {BTC})
            (waiting,) = watch.state.positions
            assert waiting.amount == 0.0
            assert (await close_trade(watch, waiting)).outcome is Outcome.CANCELLED
            await asyncio.to_thread(partial(enter, SOL, price=50.0))
            await becomes(watch, lambda state: state.open_pairs == {SOL})
            (later,) = watch.state.positions
            assert later.trade_id == waiting.trade_id
            with pytest.raises(OtherTradeError, match=SOL):
                await close_trade(watch, waiting)
            assert (await close_trade(watch, later)).outcome is Outcome.CANCELLED
            await becomes(watch, lambda state: state.positions == ())

    run(story())


def test_a_wrong_password_is_reported(real: RealBot) -> None:
    async def story() -> None:
        async with watched(real, BotLogin("tester", "wrong")) as watch:
            await becomes(watch, lambda state: state.last_error is not None)
            assert not watch.state.reachable
            assert not watch.state.listening
            with pytest.raises(BotLoginError):
                await watch.client.version()

    run(story())


def test_a_bot_that_hangs_is_noticed_within_ten_seconds_and_taken_back(real: RealBot) -> None:
    async def story() -> None:
        async with watched(real) as watch:
            await becomes(watch, lambda state: state.reachable and state.asked_ms > 0)
            real.freeze()
            try:
                seconds = await becomes(watch, lambda state: not state.reachable)
            finally:
                real.thaw()
            assert seconds < 10.0
            await becomes(watch, lambda state: state.reachable)

    run(story())


def test_a_killed_bot_is_noticed_and_its_position_stays_until_it_is_asked_again(real: RealBot) -> None:
    async def story() -> None:
        async with watched(real) as watch:
            await becomes(watch, lambda state: state.asked_ms > 0)
            await asyncio.to_thread(real.enter, SOL)
            await becomes(watch, lambda state: state.open_pairs == {SOL})
            real.kill()
            assert await becomes(watch, lambda state: not state.reachable) < 10.0
            assert watch.state.open_pairs == {SOL}
            assert watch.state.last_error
            await asyncio.to_thread(real.start)
            await becomes(watch, lambda state: state.reachable and state.listening)
            assert watch.state.open_pairs == {SOL}
            assert watch.state.unconfirmed == frozenset()

    run(story())
