"""Settings over HTTP, applied only when the bot says so; the guard under both spellings; readiness and figures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from companion.domain_settings.leaves import setting_leaves
from hhq_shared.request_file import Wish, read_requests
from hhq_shared.strategy_version import strategy_version
from tests.api.bots import closed, refreshed, remember, with_a_position, with_locks
from tests.api.rig import Rig
from tests.bot.scripted_bot import ScriptedBot

pytestmark = pytest.mark.anyio

GUARD = "/phase193/stoploss-guard/settings"


async def test_every_setting_is_listed_with_default_range_unit_and_help(rig: Rig) -> None:
    found = await rig.get("/api/v1/settings")
    entries = {entry["key"]: entry for entry in found["settings"]}
    assert entries.keys() == setting_leaves().keys()
    z = entries["signal.z_score_threshold"]
    assert (z["low"], z["high"], z["default"], z["unit"], z["home"]) == (
        0.8,
        3.0,
        1.6,
        "σ",
        "HHQStrategy.json",
    )
    assert all(entry["text"] for entry in entries.values())


async def test_a_change_counts_as_applied_only_when_the_bot_reports_its_digest(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    await refreshed(bot_rig)
    body = {"changes": {"signal.z_score_threshold": 1.7, "guards.blacklist.enabled": False}, "version": 0}
    changed = (await bot_rig.client.patch("/settings", json=body)).json()
    assert (changed["version"], changed["applied"]) == (1, False)
    assert bot.asked("POST reload_config") == [], "a reload would cancel the bot's waiting entries"
    bot.content["GET show_config"]["strategy_version"] = f"HHQ-1 settings {changed['digest']}"
    await refreshed(bot_rig)
    assert (await bot_rig.get("/settings"))["state"]["applied"] is True
    stale = await bot_rig.problem("PATCH", "/settings", 409, json=body)
    assert "version 1, not 0" in stale["detail"]
    (entry,) = (await bot_rig.get("/settings/history"))["items"]
    assert (entry["who"], entry["digest"]) == ("trader", changed["digest"])
    assert entry["changes"]["signal.z_score_threshold"] == {"before": 1.6, "after": 1.7}
    log = (await bot_rig.get("/audit", what="settings.change"))["items"]
    assert [item["outcome"] for item in log][-1] == "done"


async def test_what_needs_a_reload_is_named_before_and_only_a_confirmed_order_reloads(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    with_a_position(bot)
    unfilled = {**bot.content["GET status"][0], "trade_id": 9, "pair": "SOL/USDT:USDT", "amount": 0.0}
    bot.content["GET status"].append(unfilled)
    bot.content["POST reload_config"] = {"status": "Reloading config ..."}
    digest = (await bot_rig.get("/settings"))["state"]["digest"]
    version = strategy_version(digest, ["roi.0", "stoploss.stoploss"])
    bot.content["GET show_config"]["strategy_version"] = version
    await refreshed(bot_rig)
    (told,) = (await bot_rig.get("/settings"))["state"]["bots"]
    assert (told["applied"], told["reload_needed"]) == (True, ["roi.0", "stoploss.stoploss"])
    (asked,) = (await bot_rig.client.post("/settings/reload", json={})).json()["bots"]
    assert asked == {
        "bot": "bot",
        "reload_needed": ["roi.0", "stoploss.stoploss"],
        "cancels": ["SOL/USDT:USDT"],
        "done": False,
        "detail": "not confirmed",
    }
    assert bot.asked("POST reload_config") == []
    (done,) = (await bot_rig.client.post("/settings/reload", json={"confirm": True})).json()["bots"]
    assert (done["done"], done["detail"]) == (True, "")
    assert len(bot.asked("POST reload_config")) == 1
    (logged,) = (await bot_rig.get("/audit", what="settings.reload"))["items"]
    assert (logged["outcome"], logged["after"]) == ("done", {"bot": "reloads"})


async def test_a_reload_that_a_bot_refuses_says_so(rig: Rig) -> None:
    (told,) = (await rig.client.post("/settings/reload", json={"confirm": True})).json()["bots"]
    assert told["done"] is False
    assert told["detail"]


@pytest.mark.parametrize("name", ["overlay.toml", "HHQStrategy.json", "history.jsonl"])
async def test_a_settings_file_that_cannot_be_read_is_a_refusal_that_names_it(rig: Rig, name: str) -> None:
    (rig.folder / name).mkdir()
    for method, path, body in (
        ("GET", "/settings", None),
        ("PATCH", "/settings", {"changes": {"guards.blacklist.enabled": False}}),
        ("GET", "/phase193/status", None),
        ("POST", GUARD, {"enabled": False}),
    ):
        problem = await rig.problem(method, path, 503, json=body)
        assert problem["type"] == "urn:hhq:problem:file-unusable"
        assert name in problem["detail"]
    assert not rig.services.failures


async def test_a_settings_file_that_cannot_be_written_is_a_refusal_and_is_audited(rig: Rig) -> None:
    await rig.get("/settings")
    blocked = rig.folder / "blocked"
    blocked.write_text("a file where a folder is wanted")
    rig.services.tuning.files = replace(rig.services.tuning.files, history=blocked / "history.jsonl")
    body = {"changes": {"guards.blacklist.enabled": False}}
    problem = await rig.problem("PATCH", "/settings", 503, json=body)
    assert "blocked" in problem["detail"]


async def test_requests_that_cannot_be_written_are_a_refusal_that_names_the_file(rig: Rig) -> None:
    rig.services.requests.write_text("no list")
    problem = await rig.problem("POST", GUARD, 503, json={"clear": True})
    assert (problem["type"], "requests.json" in problem["detail"]) == ("urn:hhq:problem:file-unusable", True)
    (logged,) = (await rig.get("/audit", what="stoploss_guard.clear"))["items"]
    assert "requests.json" in logged["outcome"]


async def test_settings_that_contradict_each_other_are_a_conflict_that_names_them(rig: Rig) -> None:
    body = {"changes": {"signal.minimum_score.low": 80, "signal.minimum_score.high": 70}}
    problem = await rig.problem("PATCH", "/settings", 409, json=body)
    assert "low = 80" in problem["detail"]
    assert not (rig.folder / "overlay.toml").exists()


@pytest.mark.parametrize("spelling", ["", "sl_guard_"])
async def test_the_guard_takes_every_documented_key_in_both_spellings(rig: Rig, spelling: str) -> None:
    wanted = {
        "lookback_minutes": 90,
        "max_stoplosses": 4,
        "cooldown_minutes": 45.5,
        "only_per_pair": True,
        "enabled": False,
    }
    answer = await rig.client.post(GUARD, json={f"{spelling}{key}": value for key, value in wanted.items()})
    assert answer.status_code == 200, answer.text
    status = (await rig.get("/phase193/status"))["stoploss_guard"]
    assert {key: status[key] for key in wanted} == wanted
    assert answer.json()["stoploss_guard"] == status


async def test_two_spellings_that_differ_are_refused(rig: Rig) -> None:
    problem = await rig.problem("POST", GUARD, 409, json={"enabled": True, "sl_guard_enabled": False})
    assert problem["errors"][0]["field"] == "enabled"


async def test_clear_ends_the_guards_locks_and_lets_the_strategy_forget_the_stops(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    with_locks(bot)
    await refreshed(bot_rig)
    status = (await bot_rig.get("/phase193/status"))["stoploss_guard"]
    assert status["global_locked"]
    assert status["pair_locks"] == []
    answer = (await bot_rig.client.post(GUARD, json={"clear": True})).json()
    assert answer["cleared"]
    assert len(bot.asked("DELETE locks/2")) == 1
    assert bot.asked("DELETE locks/1") == []
    (request,) = read_requests(bot_rig.services.requests)
    assert (request.wish, request.pair) == (Wish.CLEAR_STOPLOSS_GUARD, "*")


async def test_recent_stops_are_the_losing_ones_within_the_look_back(rig: Rig) -> None:
    store, now = rig.services.store, rig.services.clock.now_ms()
    assert store is not None
    await remember(
        store,
        closed(1, closed_ms=now - 10 * 60_000, net=-5.0),
        closed(2, closed_ms=now - 20 * 60_000, net=5.0, code="TRAILING_STOP"),
        closed(3, closed_ms=now - 30 * 60_000, net=-5.0, code="TIME_FORCE"),
        closed(4, closed_ms=now - 70 * 60_000, net=-5.0),
    )
    assert (await rig.get("/phase193/status"))["stoploss_guard"]["recent_stoplosses"] == 1


async def test_the_modules_status_has_every_documented_field(rig: Rig) -> None:
    status = await rig.get("/phase193/status")
    assert {"enabled", "global_locked", "recent_stoplosses", "pair_locks"} <= status["stoploss_guard"].keys()
    assert {
        "enabled", "is_trained", "accuracy", "f1_score", "auc", "samples", "sklearn_available", "lightgbm_available",
    } <= status["freqai"].keys()  # fmt: skip
    assert {"enabled", "optuna_available", "is_optimized", "best_score", "running"} <= status[
        "hyperopt"
    ].keys()
    assert status["ws_manager"]["reconnects"] == 3
    assert (status["ws_manager"]["connected"], status["ws_manager"]["stale_symbols"]) == (True, 1)
    assert status["freqai"]["enabled"] is status["hyperopt"]["enabled"] is False
    assert status["freqai"]["auc"] is None
    assert isinstance(status["pandas_ta"], bool)


async def test_readiness_names_what_is_missing(bot_rig: Rig, bot: ScriptedBot) -> None:
    del bot_rig.client.headers["authorization"]
    before = await bot_rig.client.get("/ready")
    assert (before.status_code, [item["part"] for item in before.json()["missing"]]) == (503, ["bot bot"])
    await refreshed(bot_rig)
    after = await bot_rig.client.get("/ready")
    assert (after.status_code, after.json()) == (200, {"ready": True, "missing": []})
    bot_rig.streams.running = False
    gone = await bot_rig.client.get("/ready")
    assert [item["part"] for item in gone.json()["missing"]] == ["streams"]
    assert (await bot_rig.client.get("/health")).json() == {"status": "alive"}


async def test_prometheus_reads_streams_scans_weight_bots_and_answers(rig: Rig) -> None:
    await rig.client.get("/nowhere")
    text = (await rig.client.get("/metrics")).text
    for line in (
        "hhq_coins_trading 10.0",
        "hhq_stream_reconnects_total 3.0",
        'hhq_coins_stale{reason="ticker"} 1.0',
        "hhq_weight_used 120.0",
        "hhq_weight_budget 1440.0",
        "hhq_scan_coins 10.0",
        'hhq_bot_reachable{bot="bot"} 0.0',
        'hhq_digest_mismatches_total{bot="bot"} 0.0',
        'hhq_http_answers_total{method="GET",status="404"} 1.0',
    ):
        assert line in text.splitlines(), line
