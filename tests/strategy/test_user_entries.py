"""Entries that a user asks for over Freqtrade's API: not judged as signals, bounded, protected, explained, answered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from freqtrade.enums import SignalDirection, State
from freqtrade.persistence import PairLocks, Trade
from freqtrade.rpc import RPCException
from freqtrade.rpc.api_server.api_trading import router
from freqtrade.rpc.api_server.webserver import ApiServer

from hhq.exits.slots import StateSlot
from hhq.gates import Gate
from hhq_shared.trade_keys import SIGNAL_KEY
from tests.strategy.rig import SIGNAL_AT, SIGNAL_PAIR, Bot, Rig

PAIR = "SOL/USDT:USDT"
"""A pair without a signal at this time."""


@pytest.fixture
def bot(rig: Rig) -> Iterator[Bot]:
    with rig.bot(SIGNAL_AT, force_entry_enable=True) as running:
        running.loop()
        yield running


def enter(bot: Bot, side: str = "long", **wishes: Any) -> Trade:
    """Ask as Freqtrade's API and Telegram do."""
    rpc = bot.freqtrade.rpc._rpc
    trade = rpc._rpc_force_entry(PAIR, wishes.pop("price", None), order_side=SignalDirection(side), **wishes)
    assert trade is not None
    return trade


def refusal(bot: Bot, side: str = "long", **wishes: Any) -> str:
    with pytest.raises(RPCException) as refused:
        enter(bot, side, **wishes)
    assert Trade.get_trades([Trade.pair == PAIR]).first() is None
    return str(refused.value)


def last_price(bot: Bot) -> float:
    return float(bot.strategy.context.tables[PAIR].prices[3, -1])


def waiting(bot: Bot) -> Trade | None:
    return next((trade for trade in bot.trades() if trade.pair == PAIR), None)


@pytest.mark.parametrize(("side", "away"), [("long", 0.98), ("short", 1.02)])
def test_a_users_order_waits_although_no_signal_carries_it(bot: Bot, side: str, away: float) -> None:
    assert bot.strategy.context.tables[PAIR].accepted_side(-1) == 0
    price = last_price(bot) * away
    trade = enter(bot, side, price=price, enter_tag="my idea")
    assert trade.enter_tag == "my idea"
    assert trade.is_short is (side == "short")
    for _ in range(4):
        bot.loop(timedelta(minutes=6))
        assert waiting(bot) is not None
    assert trade.orders[0].price == pytest.approx(price, rel=1e-4)


def test_freqtrades_own_time_limit_ends_a_users_order(bot: Bot) -> None:
    enter(bot, price=last_price(bot) * 0.9)
    bot.loop(timedelta(minutes=31))
    assert waiting(bot) is None


def test_a_users_order_waits_across_a_restart(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT, force_entry_enable=True) as bot:
        bot.loop()
        enter(bot, price=last_price(bot) * 0.98, enter_tag="my idea")
    with rig.bot(SIGNAL_AT + timedelta(minutes=2), force_entry_enable=True) as bot:
        bot.loop()
        assert waiting(bot) is not None


def test_a_lock_takes_a_users_order_back(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    enter(bot, price=last_price(bot) * 0.98)
    PairLocks.lock_pair("*", bot.now + timedelta(minutes=30), "DAILY_LOSS: test", now=bot.now)
    bot.loop()
    assert waiting(bot) is None
    assert f"BLOCKED: {PAIR} LONG ENTRY_CANCELLED guard locked" in caplog.text


@pytest.mark.parametrize("side", ["long", "short"])
def test_a_users_position_has_levels_and_a_record_that_says_whose_it_is(bot: Bot, side: str) -> None:
    enter(bot, side, order_type="market")
    bot.until(lambda: bool((trade := waiting(bot)) and trade.has_open_position), timedelta(seconds=3))
    trade = waiting(bot)
    assert trade is not None
    bot.loop()
    state = bot.strategy.run.book.state(trade)
    sign = 1.0 if side == "long" else -1.0
    stop, target = state[StateSlot.STOP], state[StateSlot.TARGET]
    assert sign * (trade.open_rate - stop) > 0.0
    assert sign * (target - trade.open_rate) > 0.0
    assert sign * (stop - state[StateSlot.EMERGENCY]) > 0.0
    assert sign * (trade.open_rate - trade.stop_loss) < 0.2 * trade.open_rate
    record = trade.get_custom_data(SIGNAL_KEY)
    assert record["forced"] is True
    assert (Gate[record["gate"]], record["signal_side"]) == (Gate.Z, 0)
    assert record["asked"] == {"price": record["entry_price"], "leverage": None, "margin": None}
    assert record["entry_price"] == pytest.approx(trade.open_rate, rel=1e-3)
    assert record["leverage"]["leverage"] == trade.leverage


@pytest.mark.parametrize("side", ["long", "short"])
def test_a_lower_leverage_is_kept(bot: Bot, side: str) -> None:
    assert enter(bot, side, leverage=2.0).leverage == 2.0


def test_a_leverage_with_a_fraction_is_rounded_down(bot: Bot) -> None:
    assert enter(bot, leverage=2.9).leverage == 2.0


@pytest.mark.parametrize("side", ["long", "short"])
def test_a_higher_leverage_is_reduced_to_the_bound_and_said(
    bot: Bot, side: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "hhq.trace")
    trade = enter(bot, side, leverage=75.0, enter_tag="mine")
    position = bot.strategy.run.file.get("waiting")[PAIR]["record"]["leverage"]
    assert 1.0 < trade.leverage == position["leverage"] < 75.0
    assert position["requested"] == 75.0
    assert position["stop_distance_pct"] <= 0.8 * position["kill_switch_distance_pct"]
    assert position["stop_distance_pct"] <= 0.7 * position["liquidation_distance_pct"]
    told = f"FORCED: {PAIR} {side.upper()} entered by the user, {trade.leverage:g}x"
    (line,) = [text for text in caplog.messages if text.startswith(told)]
    assert f"asked 75x ({position['bound_by']})" in line


def test_a_leverage_of_which_the_strategy_is_not_asked_is_kept_or_refused(bot: Bot) -> None:
    assert not bot.freqtrade.execute_entry(PAIR, 100.0, enter_tag="force_entry", leverage_=20.0)
    assert bot.freqtrade.execute_entry(PAIR, 100.0, enter_tag="force_entry", leverage_=2.0)
    trade = waiting(bot)
    assert trade is not None
    assert trade.leverage == 2.0


def test_a_users_margin_is_kept_and_what_the_account_cannot_carry_is_reduced(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "hhq.trace")
    assert enter(bot, stake_amount=30.0).stake_amount == pytest.approx(30.0, rel=0.02)
    other = "XRP/USDT:USDT"
    rpc = bot.freqtrade.rpc._rpc
    trade = rpc._rpc_force_entry(other, None, stake_amount=1e6, leverage=3.0)
    assert trade is not None
    assert trade.stake_amount < bot.strategy.run.account.equity(bot.now) * 0.6
    assert any("asked 1000000.00 USDT" in text for text in caplog.messages)


def test_a_margin_below_the_exchanges_minimum_is_refused_with_both_numbers(bot: Bot) -> None:
    told = refusal(bot, stake_amount=0.1, leverage=2.0)
    assert told.startswith(f"Failed to enter position for {PAIR}: BELOW_MINIMUM")
    assert "USDT is below" in told


@pytest.mark.parametrize("side", ["long", "short"])
@pytest.mark.parametrize("pair", ["*", PAIR])
def test_a_lock_refuses_a_user_and_is_named(bot: Bot, side: str, pair: str) -> None:
    PairLocks.lock_pair(pair, bot.now + timedelta(minutes=30), "KILL_SWITCH: test", now=bot.now)
    told = refusal(bot, side)
    assert told.startswith(f"Failed to enter position for {PAIR}: GUARD")
    assert told.endswith("UTC: KILL_SWITCH: test")


def test_a_lock_of_the_other_side_refuses_nothing(bot: Bot) -> None:
    PairLocks.lock_pair(PAIR, bot.now + timedelta(minutes=30), "mine", now=bot.now, side="long")
    assert "mine" in refusal(bot, "long")
    assert enter(bot, "short").is_short


def test_an_unknown_equity_refuses_a_user(bot: Bot) -> None:
    bot.strategy.run.account._equity = lambda *_: float("nan")
    for told in (refusal(bot), refusal(bot, leverage=2.0, stake_amount=30.0)):
        assert told.startswith(f"Failed to enter position for {PAIR}: ")


def test_guards_that_were_not_asked_refuse_a_user(bot: Bot) -> None:
    bot.strategy.run.loop.guards_answered = False
    assert refusal(bot).endswith("GUARD the guards could not be asked in this loop")


def test_a_paused_bot_refuses_a_user(bot: Bot) -> None:
    bot.freqtrade.state = State.PAUSED
    assert refusal(bot) == "trader is not running"


def test_a_pair_without_candles_is_refused_by_that(bot: Bot) -> None:
    bot.strategy.context.tables.drop(PAIR)
    assert refusal(bot).endswith("DATA the candles of this pair are missing or old")


@pytest.mark.parametrize("side", ["long", "short"])
def test_a_user_cannot_add_to_a_position(bot: Bot, side: str) -> None:
    amount = enter(bot, side, order_type="market").amount
    with pytest.raises(RPCException, match="already open"):
        enter(bot, side)
    trade = waiting(bot)
    assert trade is not None
    assert (trade.amount, len(trade.orders)) == (amount, 1)


def test_a_refused_user_leaves_the_pairs_own_signal_in_the_ranking(bot: Bot) -> None:
    refusal(bot, stake_amount=0.1, leverage=2.0)
    assert PAIR not in bot.strategy.run.entries._admission._refused


def test_the_http_answer_names_the_gate(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    PairLocks.lock_pair("*", bot.now + timedelta(minutes=30), "DAILY_LOSS: test", now=bot.now)
    monkeypatch.setattr(ApiServer, "_rpc", bot.freqtrade.rpc._rpc, raising=False)
    monkeypatch.setattr(ApiServer, "_has_rpc", True)
    app = FastAPI()
    app.include_router(router, prefix="/api/v1")
    app.add_exception_handler(RPCException, lambda request, error: handled(request, error))
    answer = asyncio.run(posted(app, {"pair": PAIR, "side": "short", "leverage": 3}))
    assert answer.status_code == 502
    assert f"Failed to enter position for {PAIR}: GUARD all pairs are locked until" in answer.json()["error"]
    PairLocks.unlock_pair("*", bot.now)
    answer = asyncio.run(posted(app, {"pair": PAIR, "side": "short", "leverage": 3}))
    assert answer.status_code == 200, answer.text
    assert (answer.json()["is_short"], answer.json()["leverage"]) == (True, 3.0)


async def posted(app: FastAPI, body: dict[str, Any]) -> httpx.Response:
    """Freqtrade's answer to a force entry."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return await client.post("/api/v1/forceenter", json=body)


def handled(request: Any, error: Any) -> Any:
    """Freqtrade's own answer to an RPCException."""
    return ApiServer.handle_rpc_exception(None, request, error)


@pytest.mark.parametrize("kind", ["market", "limit"])
@pytest.mark.parametrize(("side", "beyond"), [("short", 0.1), ("long", 1.5)])
def test_a_price_that_cannot_be_got_makes_no_position_larger(
    bot: Bot, kind: str, side: str, beyond: float
) -> None:
    free = bot.strategy.run.account.equity(bot.now)
    market = last_price(bot)
    trade = enter(bot, side, price=market * beyond, order_type=kind, stake_amount=3_000.0)
    assert trade.stake_amount <= free * bot.strategy.settings.sizing.total_margin / 100.0
    assert trade.open_rate == pytest.approx(market, rel=0.02)
    assert trade.orders[0].ft_amount * trade.open_rate == pytest.approx(
        trade.stake_amount * trade.leverage, rel=0.03
    )


@pytest.mark.parametrize("leverage", [0.5, 0.0, -3.0, float("inf"), float("nan")])
def test_a_leverage_below_1_or_without_end_is_refused(bot: Bot, leverage: float) -> None:
    assert "a number from 1 on is wanted" in refusal(bot, leverage=leverage)


def test_a_users_entry_that_is_taken_back_uses_up_no_signal(rig: Rig) -> None:
    with rig.bot(SIGNAL_AT, force_entry_enable=True) as bot:
        PairLocks.lock_pair(SIGNAL_PAIR, bot.now + timedelta(minutes=30), "test", now=bot.now)
        bot.loop()
        PairLocks.unlock_pair(SIGNAL_PAIR, bot.now)
        rpc = bot.freqtrade.rpc._rpc
        price = float(bot.strategy.context.tables[SIGNAL_PAIR].prices[3, -1]) * 0.9
        trade = rpc._rpc_force_entry(SIGNAL_PAIR, price, order_side=SignalDirection.LONG)
        assert trade is not None
        rpc._rpc_cancel_open_order(trade.id)
        bot.loop()
        (own,) = bot.trades()
        assert own.pair == SIGNAL_PAIR
        assert own.enter_tag != "force_entry"
