"""Digests of scanner and strategy: equal ones count, different ones pause the pair's entries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from companion.bot.comparison import INPUT_COLUMNS, LOCK_REASON, DigestComparison
from companion.bot.state import Comparison, NotCompared
from companion.bot.watch import BotWatch
from companion.scanner.latest_scan import LatestScan, Scan
from companion.settings.bots import BotSettings
from hhq.input_digests import INPUT_DIGESTS
from hhq.panel import CANDLE_MS
from tests.bot import answers
from tests.bot.conftest import watching
from tests.bot.scripted_bot import ScriptedBot
from tests.manual_clock import START_MS, ManualClock, settle

BTC, ETH = answers.BTC, "ETH/USDT:USDT"
BAR = START_MS // CANDLE_MS - 1


def scan(
    digests: dict[str, float], bar: int = BAR, accepted: tuple[str, ...] = (), now: int = START_MS
) -> Scan:
    """The part of a scan that the comparison reads."""
    entered = np.array([[pair in accepted] for pair in digests])
    return cast(
        Scan,
        SimpleNamespace(
            bar=bar,
            pairs=tuple(digests),
            digests=np.array(list(digests.values())),
            inputs=np.arange(len(INPUT_DIGESTS), dtype=np.float64)[:, np.newaxis].repeat(len(digests), 1),
            decisions=SimpleNamespace(accepted=lambda: entered),
            published_ms=now,
        ),
    )


class Setting:
    """The newest scan, a watched bot that answers with these digests, and the comparison of both."""

    def __init__(self, bot: ScriptedBot, watch: BotWatch, clock: ManualClock) -> None:
        self.bot, self.watch, self.clock = bot, watch, clock
        self.latest_scan = LatestScan()
        self.strategy: dict[str, tuple[int, float | None]] = {}
        self.inputs: dict[str, float] = {column: float(n) for n, column in enumerate(INPUT_COLUMNS)}
        bot.content["POST pair_candles"] = self._candles
        bot.content["POST locks"] = self._lock
        self._locks: list[dict[str, Any]] = []
        self.comparison = DigestComparison(watch, self.latest_scan, BotSettings(), clock)

    def _candles(self, body: dict[str, Any]) -> dict[str, Any]:
        assert body["columns"] == ["hhq_digest", *INPUT_COLUMNS]
        assert body["limit"] == 1
        bar, digest = self.strategy.get(body["pair"], (0, None))
        return answers.candles(body["pair"], bar * CANDLE_MS, digest, self.inputs)

    def _lock(self, body: list[dict[str, Any]]) -> dict[str, Any]:
        end = self.clock.now_ms() + 30 * 60_000
        made = answers.lock(len(self._locks) + 1, body[0]["pair"], body[0]["reason"], end)
        self._locks.append(made)
        self.bot.content["GET locks"] = answers.locks(*self._locks)
        return answers.locks(*self._locks)

    async def compare(self, made: Scan, seconds: float = 200.0) -> Comparison:
        """Publish, and let the comparison work until it has nothing left to do."""
        self.watch.wake()
        await self.watch.refresh()
        running = asyncio.ensure_future(self.comparison.run())
        await settle()
        self.latest_scan.publish(made)
        async with asyncio.timeout(20):
            while self.watch.state.comparison.bar != made.bar or self.watch.state.comparison.waiting:
                await asyncio.sleep(0.002)
                if self.clock.waits:
                    await self.clock.advance(self.clock.waits[0])
        await settle()
        running.cancel()
        return self.watch.state.comparison


def tell(bot: ScriptedBot, story: Callable[[Setting], Awaitable[None]]) -> None:
    async def told() -> None:
        clock = ManualClock()
        async with watching(bot, clock) as watch:
            await story(Setting(bot, watch, clock))

    asyncio.run(told())


def test_equal_digests_are_counted_and_lock_nothing(bot: ScriptedBot) -> None:
    async def story(setting: Setting) -> None:
        setting.strategy = {BTC: (BAR, 11.0), ETH: (BAR, 22.0)}
        found = await setting.compare(scan({BTC: 11.0, ETH: 22.0}))
        assert (found.compared, found.mismatches, found.disagreeing) == (2, 0, ())
        assert found.not_compared == {}
        assert not bot.asked("POST locks")

    tell(bot, story)


def test_a_difference_pauses_the_pair_until_both_agree_again(bot: ScriptedBot) -> None:
    bot.content["DELETE locks/1"] = answers.locks()

    async def story(setting: Setting) -> None:
        setting.strategy = {BTC: (BAR, 12.0), ETH: (BAR, 22.0)}
        found = await setting.compare(scan({BTC: 11.0, ETH: 22.0}))
        assert (found.compared, found.mismatches) == (2, 1)
        (mismatch,) = found.disagreeing
        assert (mismatch.pair, mismatch.scanner, mismatch.strategy) == (BTC, "00000000000b", "00000000000c")
        assert mismatch.lock_id == 1
        (asked,) = bot.asked("POST locks")
        assert asked[0]["pair"] == BTC
        assert asked[0]["side"] == "*"
        assert asked[0]["reason"].startswith(f"{LOCK_REASON}: scanner=00000000000b")

        later = {BTC: 13.0, ETH: 23.0}
        setting.strategy = {pair: (BAR + 1, digest) for pair, digest in later.items()}
        found = await setting.compare(scan(later, BAR + 1, now=setting.clock.now_ms()))
        assert (found.compared, found.mismatches, found.disagreeing) == (4, 1, ())
        assert bot.asked("DELETE locks/1") == [{}]

    tell(bot, story)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("settings", NotCompared.OTHER_SETTINGS),
        ("candles", NotCompared.OTHER_CANDLES),
        ("market", NotCompared.OTHER_MARKET),
        ("recorded", NotCompared.OTHER_RECORDED),
        ("funding", NotCompared.OTHER_FUNDING),
        ("coin", NotCompared.OTHER_COIN),
    ],
)
def test_different_decisions_of_different_inputs_are_no_mismatch_and_lock_nothing(
    bot: ScriptedBot, name: str, reason: NotCompared
) -> None:
    async def story(setting: Setting) -> None:
        setting.strategy = {BTC: (BAR, 12.0)}
        setting.inputs[f"hhq_input_{name}"] = 99.0
        found = await setting.compare(scan({BTC: 11.0}))
        assert (found.compared, found.mismatches, found.disagreeing) == (0, 0, ())
        assert found.not_compared == found.not_comparable == {reason: 1}
        assert not bot.asked("POST locks")
        setting.strategy = {BTC: (BAR + 1, 12.0)}
        found = await setting.compare(scan({BTC: 12.0}, BAR + 1, now=setting.clock.now_ms()))
        assert found.compared == 1, "equal decisions are equal, whatever they were made from"

    bot.content["GET whitelist"]["whitelist"] = [BTC]
    tell(bot, story)


def test_a_bot_that_does_not_say_what_it_decided_from_is_not_locked(bot: ScriptedBot) -> None:
    async def story(setting: Setting) -> None:
        setting.strategy = {BTC: (BAR, 12.0)}
        del setting.inputs["hhq_input_coin"]
        found = await setting.compare(scan({BTC: 11.0}))
        assert found.not_comparable == {NotCompared.INPUTS_NOT_TOLD: 1}
        assert not bot.asked("POST locks")

    bot.content["GET whitelist"]["whitelist"] = [BTC]
    tell(bot, story)


def test_a_candle_that_cannot_be_compared_leaves_a_lock_where_it_is(bot: ScriptedBot) -> None:
    async def story(setting: Setting) -> None:
        setting.strategy = {BTC: (BAR, 12.0)}
        await setting.compare(scan({BTC: 11.0}))
        setting.strategy = {BTC: (BAR + 1, 12.0)}
        setting.inputs["hhq_input_market"] = 99.0
        found = await setting.compare(scan({BTC: 11.0}, BAR + 1, now=setting.clock.now_ms()))
        assert (found.mismatches, len(found.disagreeing)) == (1, 1)
        assert not bot.asked("DELETE locks/1")

    bot.content["GET whitelist"]["whitelist"] = [BTC]
    tell(bot, story)


def test_a_lock_in_force_is_not_set_again(bot: ScriptedBot) -> None:
    async def story(setting: Setting) -> None:
        for step in range(3):
            setting.strategy = {BTC: (BAR + step, 1.0)}
            await setting.compare(scan({BTC: 2.0}, BAR + step, now=setting.clock.now_ms()))
        assert setting.watch.state.comparison.mismatches == 3
        assert len(bot.asked("POST locks")) == 1

    bot.content["GET whitelist"]["whitelist"] = [BTC]
    tell(bot, story)


@pytest.mark.parametrize("reason", ["DAILY_LOSS", "DIGEST_MISMATCH", "DIGEST_MISMATCH: my own note"])
def test_a_lock_of_somebody_else_is_left_alone(bot: ScriptedBot, reason: str) -> None:
    bot.content["GET locks"] = answers.locks(answers.lock(9, BTC, reason, START_MS + 10**7))

    async def story(setting: Setting) -> None:
        setting.strategy = {BTC: (BAR, 1.0)}
        await setting.compare(scan({BTC: 1.0}))
        assert not bot.asked("DELETE locks/9")

    tell(bot, story)


def test_what_one_side_does_not_know_is_not_compared_and_says_why(bot: ScriptedBot) -> None:
    pairs = [f"{name}/USDT:USDT" for name in ("A", "B", "C", "D", "E")]
    bot.content["GET whitelist"]["whitelist"] = pairs

    async def story(setting: Setting) -> None:
        setting.strategy = {
            pairs[1]: (BAR, 1.0),
            pairs[2]: (BAR, None),
            pairs[3]: (BAR + 1, 1.0),
            pairs[4]: (BAR - 1, 1.0),
        }
        digests = {pairs[1]: float("nan"), pairs[2]: 1.0, pairs[3]: 1.0, pairs[4]: 1.0}
        found = await setting.compare(scan(digests))
        assert (found.compared, found.mismatches) == (0, 0)
        assert found.not_compared == {
            NotCompared.NOT_SCANNED: 1,
            NotCompared.SCANNER_WITHOUT_DATA: 1,
            NotCompared.BOT_WITHOUT_DATA: 1,
            NotCompared.BOT_AHEAD: 1,
            NotCompared.BOT_BEHIND: 1,
        }

    tell(bot, story)


def test_a_bot_that_is_still_at_it_is_asked_again(bot: ScriptedBot) -> None:
    bot.content["GET whitelist"]["whitelist"] = [BTC]
    tries = 0

    async def story(setting: Setting) -> None:
        def later(body: dict[str, Any]) -> dict[str, Any]:
            nonlocal tries
            tries += 1
            return answers.candles(BTC, (BAR if tries > 3 else BAR - 1) * CANDLE_MS, 5.0)

        bot.content["POST pair_candles"] = later
        found = await setting.compare(scan({BTC: 5.0}))
        assert (found.compared, found.mismatches, found.not_compared) == (1, 0, {})

    tell(bot, story)


def test_pairs_that_would_be_entered_come_first(bot: ScriptedBot) -> None:
    pairs = [f"{name}/USDT:USDT" for name in ("A", "B", "C")]
    bot.content["GET whitelist"]["whitelist"] = pairs

    async def story(setting: Setting) -> None:
        setting.strategy = dict.fromkeys(pairs, (BAR, 1.0))
        await setting.compare(scan(dict.fromkeys(pairs, 1.0), accepted=(pairs[2],)))
        asked = [body["pair"] for body in bot.asked("POST pair_candles")]
        assert asked == [pairs[2], pairs[0], pairs[1]]

    tell(bot, story)


def test_the_bot_is_asked_no_more_often_than_set(bot: ScriptedBot) -> None:
    async def story(setting: Setting) -> None:
        setting.strategy = {BTC: (BAR, 1.0), ETH: (BAR, 1.0)}
        await setting.compare(scan({BTC: 1.0, ETH: 1.0}))
        assert setting.clock.monotonic() >= 1 / BotSettings().digests_per_second

    tell(bot, story)
