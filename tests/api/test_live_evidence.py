"""What the bots really did stands in the API, and a drift from the evidence is said once until it is over."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from companion.history.trades import TradeHistory
from companion.portfolio.live_evidence import DriftWatch
from companion.store.trades import TradeRecord
from hhq.digest import settings_digest
from hhq.panel import CANDLE_MS
from hhq_shared.strategy_version import strategy_version
from tests.api.bots import closed, refreshed, remember, settings
from tests.api.rig import Rig
from tests.bot import answers
from tests.bot.scripted_bot import ScriptedBot
from tests.evidence.documents import measured, write

pytestmark = pytest.mark.anyio
DAY_MS, NOTIONAL = 86_400_000, 500.0
DAYS, A_DAY = 25, 2


def entered(candle: int, **changes: Any) -> dict[str, Any]:
    """The record of a signal at 1,001 USDT whose order was to be filled at 999."""
    made = {
        "candle": candle, "side": 1, "price": 1001.0, "entry_price": 999.0, "forced": False,
        "settings_snapshot": {"settings": settings_digest(settings())},
    }  # fmt: skip
    return made | changes


def lived(rig: Rig, net_pct: float, days: int = DAYS, first: int = 0, **record: Any) -> list[TradeRecord]:
    """Trades of so many days, the last of them yesterday, whose mean net result is ``net_pct`` of the notional."""
    noise = np.random.default_rng(first).normal(0.0, 0.2, days * A_DAY)
    net = (net_pct + noise - noise.mean()) * NOTIONAL / 100.0
    last = rig.services.clock.now_ms() - DAY_MS
    found = []
    for n, money in enumerate(net.tolist()):
        at = last - (n // A_DAY) * DAY_MS
        snapshot = entered((at - 3_600_000) // CANDLE_MS - 3, **record)
        found.append(
            closed(
                first + n, closed_ms=at, net=money, funding=-0.25, gross_pnl=money + 0.75, snapshot=snapshot
            )
        )
    return found


async def evidence_is(rig: Rig, bot: ScriptedBot, gross: float) -> None:
    """Write evidence whose net mean is ``gross`` less 0.07 %, about the settings that the bot then runs with."""
    end = datetime.fromtimestamp(rig.services.clock.now_ms() / 1000, UTC) - timedelta(days=2)
    write(rig.folder / "evidence.json", measured(settings(), end, gross))
    bot.content["GET show_config"]["strategy_version"] = strategy_version(settings_digest(settings()))
    await refreshed(rig)


async def told(rig: Rig) -> dict[str, Any]:
    (found,) = (await rig.get("/api/v1/evidence/live"))["bots"]
    return dict(found)


async def store(rig: Rig, *found: TradeRecord) -> None:
    assert rig.services.store is not None
    await remember(rig.services.store, *found)


def drift_watch(rig: Rig) -> DriftWatch:
    assert rig.services.store is not None
    (watch,) = rig.services.bots
    return DriftWatch(watch, rig.services.store, rig.services.portfolio.evidence)


async def looked_at(watch: DriftWatch, times: int = 1) -> bool | None:
    """Whether the bot drifts after so many looks."""
    for _ in range(times):
        await watch.look()
    return watch.drifts


def alarms(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [text for text in caplog.messages if text.startswith("EVIDENCE_DRIFT: ")]


async def test_trades_within_the_interval_are_in_line_and_every_mean_has_its_interval(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    await evidence_is(bot_rig, bot, gross=1.0)
    await store(bot_rig, *lived(bot_rig, 0.93))
    found = await told(bot_rig)
    assert (found["drift"], found["trades"], found["other_settings"], found["left_out"]) == (
        "in line",
        50,
        0,
        0,
    )
    assert found["net"]["mean"] == pytest.approx(0.93)
    assert found["net"]["low"] < 0.93 < found["net"]["high"]
    assert (found["net"]["trades"], found["net"]["days"]) == (50, DAYS)
    assert found["fees"]["mean"] == pytest.approx(0.1)
    assert found["funding"]["mean"] == pytest.approx(-0.05)
    assert found["gross"]["mean"] == pytest.approx(0.93 + 0.15)
    # Entries at 1,000: better than the signal's 1,001, worse than the limit of 999.
    assert found["slippage"]["mean"] == pytest.approx(-100.0 / 1001.0)
    assert found["beyond_limit"]["mean"] == pytest.approx(100.0 / 999.0)
    assert found["evidence"]["verdict"] == "edge shown"


async def test_too_few_days_have_no_number_and_no_drift(bot_rig: Rig, bot: ScriptedBot) -> None:
    await evidence_is(bot_rig, bot, gross=1.0)
    await store(bot_rig, *lived(bot_rig, -5.0, days=19))
    found = await told(bot_rig)
    assert (found["drift"], found["trades"]) == ("too little", 38)
    assert found["net"] == {"trades": 38, "days": 19, "mean": None, "low": None, "high": None}


async def test_only_the_bots_own_signals_with_the_settings_in_force_are_held_against_the_evidence(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    await evidence_is(bot_rig, bot, gross=1.0)
    await store(
        bot_rig,
        *lived(bot_rig, 0.93),
        *lived(bot_rig, -9.0, first=1000, settings_snapshot={"settings": "0123456789ab"}),
        *lived(bot_rig, -9.0, first=2000, forced=True),
        *(replace(trade, snapshot={}) for trade in lived(bot_rig, -9.0, first=3000)),
    )
    found = await told(bot_rig)
    assert (found["drift"], found["trades"], found["other_settings"], found["left_out"]) == (
        "in line",
        50,
        50,
        100,
    )


async def test_without_evidence_for_the_settings_nothing_drifts(bot_rig: Rig, bot: ScriptedBot) -> None:
    await refreshed(bot_rig)
    await store(bot_rig, *lived(bot_rig, -9.0))
    found = await told(bot_rig)
    assert (found["drift"], found["trades"], found["other_settings"]) == ("not measured", 0, 50)
    assert "does not say which settings" in found["reason"]


async def test_an_unknown_bot_is_named(bot_rig: Rig) -> None:
    problem = await bot_rig.problem("GET", "/api/v1/evidence/live?bot=nobody", 404)
    assert "nobody" in problem["detail"]


async def test_a_drift_is_said_once_and_once_that_it_is_over(
    bot_rig: Rig, bot: ScriptedBot, caplog: pytest.LogCaptureFixture
) -> None:
    await evidence_is(bot_rig, bot, gross=1.0)
    watch = drift_watch(bot_rig)
    assert await looked_at(watch, 0) is None
    assert await looked_at(watch) is False
    assert alarms(caplog) == []
    await store(bot_rig, *lived(bot_rig, -1.0))
    assert await looked_at(watch, 3) is True
    (alarm,) = alarms(caplog)
    assert alarm.startswith("EVIDENCE_DRIFT: bot drifts: net -1.000 [")
    assert alarm.endswith("of the evidence; the two intervals do not overlap")
    assert (await told(bot_rig))["drift"] == "drifts"
    # Measured anew, the evidence says what the bot does.
    await evidence_is(bot_rig, bot, gross=-0.93)
    assert await looked_at(watch, 3) is False
    assert [text[: len("EVIDENCE_DRIFT: bot is over, in line")] for text in alarms(caplog)[1:]] == [
        "EVIDENCE_DRIFT: bot is over, in line"
    ]
    await evidence_is(bot_rig, bot, gross=1.0)
    await watch.look()
    assert len(alarms(caplog)) == 3


async def test_the_metrics_say_which_bot_drifts_once_it_was_looked_at(bot_rig: Rig, bot: ScriptedBot) -> None:
    await evidence_is(bot_rig, bot, gross=1.0)
    (watch,) = bot_rig.services.drifts
    assert "hhq_bot_evidence_drift{" not in (await bot_rig.client.get("/metrics")).text
    await watch.look()
    assert 'hhq_bot_evidence_drift{bot="bot"} 0.0' in (await bot_rig.client.get("/metrics")).text
    await store(bot_rig, *lived(bot_rig, -1.0))
    await watch.look()
    assert 'hhq_bot_evidence_drift{bot="bot"} 1.0' in (await bot_rig.client.get("/metrics")).text


async def test_a_trade_that_closes_is_looked_at_once_it_is_stored(
    bot_rig: Rig, bot: ScriptedBot, caplog: pytest.LogCaptureFixture
) -> None:
    await evidence_is(bot_rig, bot, gross=1.0)
    *before, last = lived(bot_rig, -1.0, days=15)
    await store(bot_rig, *before, last)
    services = bot_rig.services
    assert services.store is not None
    (watch,), drift = services.bots, drift_watch(bot_rig)
    looked = asyncio.Event()

    def stored() -> None:
        drift.trades_stored()
        looked.set()

    history = TradeHistory(watch, services.store, services.clock, stored)
    tasks = [asyncio.ensure_future(part.run()) for part in (history, drift)]
    async with asyncio.timeout(20):
        await looked.wait()
        while drift.drifts is None:
            await asyncio.sleep(0.01)
    assert (drift.drifts, alarms(caplog)) == (False, [])
    # Five more days of trades come with the next answer of the bot.
    looked.clear()
    await store(bot_rig, *lived(bot_rig, -1.0, first=5000))
    trade = answers.closed(9)
    bot.content["GET trades"] = {"trades": [trade], "trades_count": 1, "offset": 0, "total_trades": 1}
    await refreshed(bot_rig)
    async with asyncio.timeout(20):
        await looked.wait()
        while not alarms(caplog):
            await asyncio.sleep(0.01)
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert len(alarms(caplog)) == 1
