"""What is known of a bot, by its answers alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest

from companion.bot.errors import BotRefusedError
from companion.bot.state import BotState
from companion.bot.watch import BotWatch
from tests.bot import answers
from tests.bot.conftest import watching
from tests.bot.scripted_bot import ScriptedBot
from tests.manual_clock import ManualClock, settle

Story = Callable[[BotWatch, ManualClock], Awaitable[None]]


def tell(bot: ScriptedBot, story: Story) -> None:
    async def told() -> None:
        clock = ManualClock()
        async with watching(bot, clock) as watch:
            await story(watch, clock)

    asyncio.run(told())


def test_the_first_answers_fill_the_state(bot: ScriptedBot) -> None:
    bot.content["GET status"] = [answers.trade(3)]
    bot.content["GET trades"] = answers.page(answers.closed(2), answers.closed(1))
    bot.content["GET trades/3/custom-data"] = [
        {"trade_id": 3, "custom_data": [{"key": "hhq_signal", "type": "dict", "value": {"score": 81.0}}]}
    ]

    async def story(watch: BotWatch, clock: ManualClock) -> None:
        assert not watch.state.reachable
        assert await watch.refresh()
        state = watch.state
        assert (state.reachable, state.version, state.run_mode) == (True, "2026.9", "dry_run")
        assert state.equity == 10_000.0
        assert [trade.trade_id for trade in state.recent] == [2, 1]
        assert state.stored(3)["hhq_signal"] == {"score": 81.0}
        assert state.stored(4) == {}
        assert state.open_pairs == {answers.BTC}
        assert state.asked_ms == clock.now_ms()
        assert state.last_error is None

    tell(bot, story)


def test_an_empty_list_of_positions_closes_nothing(bot: ScriptedBot) -> None:
    """Lesson 33. Freqtrade answers with an empty list whatever goes wrong with its own."""
    bot.content["GET status"] = [answers.trade(1), answers.trade(2)]
    bot.content["GET trade/2"] = answers.closed(2, current_rate=1020.0, total_profit_abs=8.0)

    async def story(watch: BotWatch, clock: ManualClock) -> None:
        await watch.refresh()
        bot.content["GET status"] = []
        bot.failures["GET trade/1"] = 502
        for _ in range(5):
            await clock.advance(3.0)
            await watch.refresh()
        assert [trade.trade_id for trade in watch.state.positions] == [1]
        assert watch.state.unconfirmed == {1}
        assert watch.state.last_error is not None

    tell(bot, story)


def test_one_refused_call_hides_nothing_else_and_is_reported(bot: ScriptedBot) -> None:
    async def story(watch: BotWatch, clock: ManualClock) -> None:
        await watch.refresh()
        bot.failures["GET profit"] = 502
        bot.content["GET balance"]["total"] = 11_000.0
        watch.wake()
        assert await watch.refresh()
        assert watch.state.reachable
        assert watch.state.equity == 11_000.0
        assert watch.state.profit is not None, "the last known one stays"
        assert "GET /profit: status 502" in str(watch.state.last_error)
        del bot.failures["GET profit"]
        watch.wake()
        await watch.refresh()
        assert watch.state.last_error is None

    tell(bot, story)


def test_one_slow_answer_is_no_loss_but_silence_is_noticed_within_ten_seconds(bot: ScriptedBot) -> None:
    bot.content["GET status"] = [answers.trade(1)]

    async def story(watch: BotWatch, clock: ManualClock) -> None:
        await watch.refresh()
        bot.silent = True
        await clock.advance(3.0)
        assert not await watch.refresh()
        known = [watch.state.reachable]
        await clock.advance(5.0)
        assert not await watch.refresh()
        known.append(watch.state.reachable)
        assert known == [True, False]
        assert watch.state.since_ms == clock.now_ms()
        assert "no answer within" in str(watch.state.last_error)
        assert len(watch.state.positions) == 1, "what was known stays"
        bot.silent = False
        asked_before = watch.state.asked_ms
        assert await watch.refresh()
        assert watch.state.asked_ms > asked_before, "after a loss everything is asked for"

    tell(bot, story)


def test_a_bot_that_rejects_the_password_is_not_reachable(bot: ScriptedBot) -> None:
    async def story(watch: BotWatch, clock: ManualClock) -> None:
        await watch.refresh()
        bot.failures["GET status"] = 401
        await watch.refresh()
        assert not watch.state.reachable
        assert "401" in str(watch.state.last_error)

    tell(bot, story)


def test_between_complete_answers_only_positions_are_requested(bot: ScriptedBot) -> None:
    async def story(watch: BotWatch, clock: ManualClock) -> None:
        await watch.refresh()
        bot.calls.clear()
        await clock.advance(3.0)
        await watch.refresh()
        assert [call for call, _ in bot.calls] == ["GET status"]
        await clock.advance(12.0)
        await watch.refresh()
        assert bot.asked("GET balance")

    tell(bot, story)


def test_the_bot_is_asked_every_few_seconds_and_at_once_after_a_control_call(bot: ScriptedBot) -> None:
    bot.content["POST pause"] = {"status": "paused, no more entries will occur from now."}

    async def story(watch: BotWatch, clock: ManualClock) -> None:
        running = asyncio.ensure_future(watch.run())

        async def asked(count: int, call: str) -> None:
            async with asyncio.timeout(20):
                while len(bot.asked(call)) < count:
                    await asyncio.sleep(0.005)
            await settle()

        await asked(1, "GET blacklist")
        while not watch.state.asked_ms:
            await asyncio.sleep(0.005)
        for count in (2, 3):
            await settle()
            while len(clock.waits) == 0:
                await asyncio.sleep(0.005)
            await clock.advance(3.5)
            await asked(count, "GET status")
        assert len(bot.asked("GET show_config")) == 1
        assert (await watch.pause()).startswith("paused")
        while not clock.waits:
            await asyncio.sleep(0.005)
        await clock.advance(0.5)
        await asked(2, "GET show_config")
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    tell(bot, story)


def test_a_control_call_that_is_refused_says_why(bot: ScriptedBot) -> None:
    bot.failures["POST forceexit"] = 502

    async def story(watch: BotWatch, clock: ManualClock) -> None:
        with pytest.raises(BotRefusedError, match="as scripted"):
            await watch.force_exit(7)

    tell(bot, story)


def test_listeners_hear_of_every_change_with_before_and_after(bot: ScriptedBot) -> None:
    heard: list[tuple[BotState, BotState]] = []

    class Ear:
        def state_changed(self, before: BotState, after: BotState) -> None:
            heard.append((before, after))

    async def story(watch: BotWatch, clock: ManualClock) -> None:
        watch.listeners.append(Ear())
        await watch.refresh()
        assert heard
        assert all(after is before_next for (_, after), (before_next, _) in pairwise(heard))
        assert heard[-1][1] is watch.state

    tell(bot, story)
