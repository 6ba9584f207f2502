"""Beside the equity of a bot stands what has been shown for the settings that it runs with, in API, feed and metrics."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from companion.feed.coins import COLUMNS
from companion.feed.hub import FeedHub
from companion.feed.log_lines import FeedLogHandler
from companion.feed.pieces import finished
from companion.feed.publisher import FeedPublisher
from companion.ground.plain import Json
from companion.scanner.latest_scan import LatestScan
from companion.settings.feed import FeedSettings
from companion.tasks.turns import Turns
from hhq.digest import settings_digest
from hhq_shared.strategy_version import strategy_version
from tests.api.bots import refreshed, settings
from tests.api.rig import Rig
from tests.bot.scripted_bot import ScriptedBot
from tests.evidence.documents import changed, measured, write
from tests.feed.mirror import Mirror

pytestmark = pytest.mark.anyio
NUMBERS = ("net_pct", "low_pct", "high_pct", "trades", "days")


def document(rig: Rig, gross: float = 1.0, age: int = 2) -> Path:
    """Write evidence about the settings of the project's file, on data that end ``age`` days ago."""
    end = datetime.fromtimestamp(rig.services.clock.now_ms() / 1000, UTC) - timedelta(days=age)
    return write(rig.folder / "evidence.json", measured(settings(), end, gross))


async def runs_with(rig: Rig, bot: ScriptedBot, digest: str) -> None:
    bot.content["GET show_config"]["strategy_version"] = strategy_version(digest)
    await refreshed(rig)


async def shown(rig: Rig) -> dict[str, Any]:
    """The evidence beside the equity: the same in the API and in the feed, and in the metrics whether it is an edge."""
    (account,) = (await rig.get("/api/v1/positions"))["bots"]
    evidence: dict[str, Any] = account["evidence"]
    assert account["equity"] == 10_000.0
    assert fed(rig)["bot"] == {
        "run_mode": "dry_run", "equity": 10_000.0, "starting_capital": 10_000.0, "evidence": evidence,
    }  # fmt: skip
    metrics = (await rig.client.get("/metrics")).text
    (edge,) = re.findall(r'^hhq_bot_edge_shown\{bot="bot"\} (\S+)$', metrics, re.MULTILINE)
    assert float(edge) == (evidence["verdict"] == "edge shown")
    return evidence


def fed(rig: Rig) -> Mapping[str, Json]:
    """What a client of the feed has been sent of the accounts."""
    views = rig.services.portfolio
    hub = FeedHub(FeedSettings(), COLUMNS, views.position_columns)
    states = tuple(watch.state for watch in rig.services.bots)
    finished(FeedPublisher(hub, LatestScan(), views, lambda: states, FeedLogHandler(), Turns()).publishing())
    mirror = Mirror()
    mirror.take(hub.accounts.first_frame()[1])
    return mirror.fields["accounts"]


async def test_a_verdict_on_the_bots_own_settings_is_shown_with_its_numbers(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    document(bot_rig)
    digest = settings_digest(settings())
    await runs_with(bot_rig, bot, digest)
    evidence = await shown(bot_rig)
    assert (evidence["verdict"], evidence["matches"]) == ("edge shown", True)
    assert evidence["low_pct"] < evidence["net_pct"] < evidence["high_pct"]
    assert (evidence["trades"], evidence["days"], evidence["settings_digest"]) == (200, 40, digest)
    document(bot_rig, gross=-1.0)
    evidence = await shown(bot_rig)
    assert (evidence["verdict"], evidence["matches"]) == ("loses before costs", True)
    assert evidence["high_pct"] < 0.0


async def test_a_bot_with_one_other_setting_has_no_verdict_and_no_number(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    document(bot_rig)
    await runs_with(bot_rig, bot, "0123456789ab")
    evidence = await shown(bot_rig)
    assert (evidence["verdict"], evidence["matches"]) == ("of other settings", False)
    assert all(evidence[name] is None for name in NUMBERS)
    assert evidence["settings_digest"] == settings_digest(settings())
    assert "0123456789ab" in evidence["reason"]


async def test_evidence_that_grows_too_old_loses_its_verdict_by_itself(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    document(bot_rig, age=91)
    await runs_with(bot_rig, bot, settings_digest(settings()))
    evidence = await shown(bot_rig)
    assert (evidence["verdict"], evidence["net_pct"]) == ("too old", None)


async def test_without_a_file_that_can_be_used_nothing_is_measured(bot_rig: Rig, bot: ScriptedBot) -> None:
    await runs_with(bot_rig, bot, settings_digest(settings()))
    evidence = await shown(bot_rig)
    assert (evidence["verdict"], evidence["matches"]) == ("not measured", False)
    assert "no such file" in evidence["reason"]
    path = document(bot_rig, gross=-1.0)
    changed(path, lambda content: content["report"]["judgement"].update(verdict="edge shown"))
    evidence = await shown(bot_rig)
    assert (evidence["verdict"], evidence["matches"]) == ("not measured", False)
    assert "was changed after it was written" in evidence["reason"]


async def test_a_bot_that_does_not_say_its_settings_has_shown_nothing(bot_rig: Rig, bot: ScriptedBot) -> None:
    document(bot_rig)
    await refreshed(bot_rig)
    evidence = await shown(bot_rig)
    assert (evidence["verdict"], evidence["matches"]) == ("not measured", False)
    assert evidence["reason"] == "the bot does not say which settings it runs with"


async def test_a_bot_that_was_never_reached_has_shown_nothing(rig: Rig) -> None:
    document(rig)
    (account,) = (await rig.get("/positions"))["bots"]
    assert (account["equity"], account["evidence"]["verdict"]) == (None, "not measured")
