"""Positions of a bot, the history in both languages, figures by the day of the setting, signals from the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from companion.history.scans import ScanHistory
from tests.api.bots import closed, refreshed, remember, with_a_position
from tests.api.market import scene
from tests.api.rig import Rig
from tests.bot import answers
from tests.bot.scripted_bot import ScriptedBot

pytestmark = pytest.mark.anyio
HOUR, DAY = 3_600_000, 86_400_000


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


async def test_a_position_shows_every_level_that_protects_it(bot_rig: Rig, bot: ScriptedBot) -> None:
    with_a_position(bot)
    await refreshed(bot_rig)
    found = await bot_rig.get("/api/v1/positions")
    (position,) = found["positions"]
    assert (position["id"], position["symbol"], position["side"]) == ("bot-1", "BTCUSDT", "LONG")
    assert position["size"] == position["contracts"] == 0.5
    assert (position["leverage"], position["leverage_set"]) == (5.0, 5.0)
    assert position["stop"]["code"] == "SL_HIT"
    assert position["stop"]["price"] < 1000.0 < position["target"]["price"]
    assert position["resting"]["price"] < position["stop"]["price"]
    kill = position["kill_switch"]
    assert kill["full"]["price"] < kill["first"]["price"] < 1000.0
    assert kill["first"]["price"] == pytest.approx(1000.0 * (1 + kill["first_roi_pct"] / 500.0))
    mark = position["mark_price"]
    for level in (position["stop"], kill["first"], kill["full"], position["liquidation"]):
        assert level["distance_pct"] == pytest.approx((1 - level["price"] / mark) * 100)
    assert position["target"]["distance_pct"] == pytest.approx((position["target"]["price"] / mark - 1) * 100)
    assert (position["trail"]["active"], position["breakeven_armed"]) == (False, False)
    assert (position["signal"]["score"], position["signal"]["forced"]) == (77.0, False)
    assert position["roi_pct"] == pytest.approx(5.0 * position["move_pct"])
    assert found["bots"][0]["reachable"]
    assert found["unrealised_pnl"] == 4.5


async def test_a_position_whose_contract_is_delivered_soon_says_when_and_from_when_it_is_closed(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    with_a_position(bot)
    await refreshed(bot_rig)
    (position,) = (await bot_rig.get("/positions"))["positions"]
    assert position["delisting"] is None
    universe, now = bot_rig.services.market.universe, bot_rig.services.clock.now_ms()
    before = universe.coins
    try:
        for days, expected in (
            (4, None),
            (2, {"delivery_ms": now + 2 * DAY, "closes_from_ms": now + 46 * HOUR}),
        ):
            delivery = float(now + days * DAY)
            universe.update(
                replace(coin, delivery_ms=delivery) if coin.symbol == "BTCUSDT" else coin for coin in before
            )
            (position,) = (await bot_rig.get("/positions"))["positions"]
            assert position["delisting"] == expected
    finally:
        universe.update(before)  # the scene's market belongs to other tests as well


async def test_a_position_without_a_stored_state_says_not_available(bot_rig: Rig, bot: ScriptedBot) -> None:
    bot.content["GET status"] = [answers.trade(7, leverage=None, pair="GONE/USDT:USDT")]
    await refreshed(bot_rig)
    (position,) = (await bot_rig.get("/positions"))["positions"]
    assert position["stop"] is position["target"] is position["kill_switch"] is None
    assert position["leverage_set"] is position["roi_pct"] is None
    assert position["mark_price"] == 1010.0


async def test_a_bot_that_is_down_is_reported_and_nothing_is_made_up(rig: Rig) -> None:
    found = await rig.get("/positions")
    assert found["positions"] == []
    account = found["bots"][0]
    assert (account["reachable"], account["equity"], account["run_mode"]) == (False, None, None)


EMPTY = {"total": 0.0, "total_bot": 0.0, "starting_capital": 0.0}
WALLET = {
    "currency": "BNFCR", "free": 900.0, "balance": 1000.0, "used": 100.0, "position": 0.0, "side": "long",
    "is_position": False, "is_bot_managed": True, "est_stake": 900.0,
}  # fmt: skip
OTHER = WALLET | {"currency": "BNB", "is_bot_managed": False}
POSITION = WALLET | {"currency": "BTC/USDT:USDT", "is_position": True, "balance": 0.0}


@pytest.mark.parametrize(
    ("changes", "equity"),
    [
        (EMPTY, None),
        ({"currencies": [OTHER, POSITION]}, None),
        ({"currencies": [WALLET | {"balance": 0.0}, OTHER]}, None),
        ({"currencies": [OTHER, WALLET, POSITION]}, 10_000.0),
    ],
)
async def test_the_equity_of_an_empty_wallet_is_not_known(
    bot_rig: Rig, bot: ScriptedBot, changes: dict[str, Any], equity: float | None
) -> None:
    bot.content["GET balance"] |= changes
    await refreshed(bot_rig)
    (account,) = (await bot_rig.get("/positions"))["bots"]
    assert account["reachable"]
    assert (account["equity"], account["starting_capital"]) == (equity, equity)


@pytest.mark.parametrize(("limit", "shown"), [(-1, None), (0, 0.0), (15, 15.0)])
async def test_no_limit_of_open_trades_is_null(
    bot_rig: Rig, bot: ScriptedBot, limit: int, shown: float | None
) -> None:
    bot.content["GET show_config"]["max_open_trades"] = limit
    await refreshed(bot_rig)
    (account,) = (await bot_rig.get("/positions"))["bots"]
    assert account["max_positions"] == shown


async def test_the_history_gives_reasons_in_the_requested_language(rig: Rig) -> None:
    store = rig.services.store
    assert store is not None
    state = {"hhq_state": {"kill_first_roi_pct": -30.0, "kill_full_roi_pct": -50.0}}
    await remember(
        store,
        closed(1, closed_ms=1_000_000_000, net=-2.5),
        closed(2, closed_ms=2_000_000_000, net=-50.0, code="KILL_SWITCH_FULL", snapshot=state),
        closed(3, closed_ms=3_000_000_000, net=1.0, code="", reason="something of tomorrow"),
    )
    page = await rig.get("/trades")
    assert page["total"] == 3
    unknown, kill, stop = page["items"]
    assert (unknown["closeReason"], unknown["reason"]) == ("something of tomorrow", "something of tomorrow")
    assert kill["reason"] == "🚨 KILL: margin loss ≥ 50 % → closed"
    assert (stop["closeReason"], stop["reason"]) == ("SL_HIT", "🔴 SL: stop loss hit @ 995 (−2.5 %)")
    assert (stop["net_pnl"], stop["gross_pnl"], stop["fees"]) == (-2.5, -2.0, 0.5)
    turkish = await rig.get("/trades", lang="tr", limit=1, offset=2)
    assert turkish["items"][0]["reason"] == "🔴 SL: Ana SL tetiklendi @ 995 (-%2,5)"
    asked = await rig.client.get("/trades", headers={"Accept-Language": "de, tr-TR;q=0.8, en;q=0.5"})
    assert asked.json()["items"][2]["reason"].endswith("(-%2,5)")


async def test_what_a_user_asked_for_is_shown_with_its_position_and_its_closed_trade(
    bot_rig: Rig, bot: ScriptedBot
) -> None:
    with_a_position(bot)
    (stored,) = bot.content["GET trades/1/custom-data"]
    stored["custom_data"][1]["value"]["forced"] = True
    await refreshed(bot_rig)
    (position,) = (await bot_rig.get("/positions"))["positions"]
    assert position["signal"]["forced"] is True
    assert bot_rig.services.store is not None
    records: tuple[dict[str, object], ...] = (
        {"settings_snapshot": {}, "forced": True}, {"settings_snapshot": {}}, {},
    )  # fmt: skip
    told = [
        closed(k, closed_ms=k * 1_000_000, net=1.0, snapshot=record) for k, record in enumerate(records, 1)
    ]
    await remember(bot_rig.services.store, *told)
    assert [trade["forced"] for trade in (await bot_rig.get("/trades"))["items"]] == [None, False, True]


async def test_figures_are_net_and_a_day_begins_at_midnight_of_the_setting(rig: Rig) -> None:
    store = rig.services.store
    assert store is not None
    await remember(
        store,
        closed(1, closed_ms=ms("2025-01-01T20:59:00"), net=-4.0),
        closed(2, closed_ms=ms("2025-01-01T21:01:00"), net=10.0, code="TP_HIT", pair="ETH/USDT:USDT"),
        closed(3, closed_ms=ms("2025-01-02T12:00:00"), net=0.2, code="BREAKEVEN"),
    )
    total = (await rig.get("/performance/summary"))["total"]
    assert (total["trades"], total["wins"], total["losses"], total["neutral"]) == (3, 1, 1, 1)
    assert (total["net_pnl"], total["win_rate_pct"], total["profit_factor"]) == (
        pytest.approx(6.2),
        50.0,
        2.5,
    )
    assert total["fees"] == 1.5
    days = (await rig.get("/performance/daily"))["items"]
    assert [day["day"] for day in days] == ["2025-01-02", "2025-01-01"]
    assert [day["figures"]["trades"] for day in days] == [2, 1]
    assert days[0]["cumulative"] == pytest.approx(6.2)
    week = await rig.get("/performance/hours")
    assert week["zone"] == "Europe/Istanbul"
    assert [(hour["weekday"], hour["hour"], hour["figures"]["trades"]) for hour in week["hours"]] == [
        (2, 23, 1), (3, 0, 1), (3, 15, 1),
    ]  # fmt: skip
    coins = (await rig.get("/performance/coins"))["items"]
    assert [coin["name"] for coin in coins] == ["ETH/USDT:USDT", "BTC/USDT:USDT"]


async def test_no_trades_make_no_figures(rig: Rig) -> None:
    total = (await rig.get("/performance/summary"))["total"]
    assert total["trades"] == 0
    assert total["win_rate_pct"] is total["profit_factor"] is total["expectancy"] is total["best"] is None


async def test_signals_come_from_the_store_with_their_reason(rig: Rig) -> None:
    store = rig.services.store
    assert store is not None
    await ScanHistory(rig.services.latest_scan, store).store(scene().scan)
    accepted = await rig.get("/signals", accepted=True)
    assert accepted["total"] >= 1
    assert (accepted["items"][0]["reason"], accepted["items"][0]["time_ms"]) == ("", scene().scan.close_ms)
    rejected = await rig.get("/signals", accepted=False)
    for item in rejected["items"]:
        assert item["reason"]
        assert item["reason_text"] != item["reason"]
    one = accepted["items"][0]["symbol"]
    assert (await rig.get("/signals", symbol=one.lower()))["total"] == 1
