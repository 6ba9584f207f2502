"""Closed trades of a bot in the store: net, complete, once each."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from companion.bot.trade_models import ClosedTradeAnswer
from companion.bot.watch import BotWatch
from companion.history.trades import TradeHistory, trade_record
from companion.settings.store import StoreSettings
from companion.store import events, trades
from companion.store.database import Store
from tests.bot import answers
from tests.bot.conftest import watching
from tests.bot.scripted_bot import ScriptedBot
from tests.manual_clock import ManualClock

SIGNAL = {"hhq_signal": {"score": 81.5, "digest": "0123456789ab"}, "hhq_close_reason": "TRAILING_STOP"}


def order(side: str, filled: float, price: float) -> dict[str, Any]:
    return {
        "order_id": f"{side}{filled}", "pair": answers.BTC, "status": "closed", "ft_order_side": side,
        "order_type": "market", "is_open": False, "amount": filled, "filled": filled, "remaining": 0.0,
        "safe_price": price, "cost": filled * price,
    }  # fmt: skip


def closed(number: int, **changes: Any) -> dict[str, Any]:
    made = {
        "orders": [order("buy", 0.5, 1000.0), order("sell", 0.2, 1010.0), order("sell", 0.3, 1020.0)],
        "fee_open": 0.0005,
        "fee_close": 0.0004,
        "funding_fees": -0.3,
        "close_profit_abs": 7.0,
    }
    return answers.closed(number, **(made | changes))


@pytest.fixture
def bot() -> Iterator[ScriptedBot]:
    with ScriptedBot() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(StoreSettings(url=f"sqlite:///{tmp_path}/companion.sqlite"), {})
    yield opened
    opened.close()


def test_a_record_is_net_and_says_what_it_is_made_of() -> None:
    record = trade_record("bot", ClosedTradeAnswer.model_validate(closed(7)), SIGNAL)
    fees = 500.0 * 0.0005 + (202.0 + 306.0) * 0.0004
    assert record.trade_id == f"7-{answers.OPENED_MS + 7}"
    assert (record.side, record.size, record.net_pnl, record.funding) == (1, 0.5, 7.0, -0.3)
    assert record.fees == pytest.approx(fees)
    assert record.gross_pnl == pytest.approx(7.0 + fees + 0.3)
    assert (record.code, record.reason, record.score) == ("TRAILING_STOP", "TP_HIT", 81.5)
    assert record.snapshot == SIGNAL["hhq_signal"]
    assert record.for_learning


def test_what_is_not_known_is_not_available_and_nothing_is_guessed() -> None:
    bare = ClosedTradeAnswer.model_validate(closed(7, fee_open=None, orders=[], exit_reason="something new"))
    record = trade_record("bot", bare, {})
    assert (record.fees, record.gross_pnl, record.size, record.score) == (None, None, None, None)
    assert (record.code, record.reason) == ("", "something new")
    assert not record.for_learning


def test_the_side_of_a_short_is_the_bots_and_its_size_what_was_sold() -> None:
    short = closed(7, is_short=True, orders=[order("sell", 0.4, 1000.0), order("buy", 0.4, 990.0)])
    record = trade_record("bot", ClosedTradeAnswer.model_validate(short), {})
    assert (record.side, record.size) == (-1, 0.4)


def tell(bot: ScriptedBot, store: Store, story: Callable[[BotWatch, TradeHistory], Awaitable[None]]) -> None:
    async def told() -> None:
        async with watching(bot, ManualClock()) as watch:
            history = TradeHistory(watch, store, ManualClock())
            running = asyncio.ensure_future(history.run())
            await story(watch, history)
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    asyncio.run(told())


async def stored(store: Store, count: int) -> list[str]:
    """Names of the stored trades, newest first, once there are that many."""
    async with asyncio.timeout(20):
        while True:
            rows = await store.read(lambda session: trades.find(session, trades.TradeFilter()))
            if rows.total >= count:
                return [row.trade_id.split("-")[0] for row in rows.items]
            await asyncio.sleep(0.01)


def served(*found: dict[str, Any]) -> Callable[[dict[str, str]], dict[str, Any]]:
    """Pages of these trades (given oldest first) in Freqtrade's order."""

    def pages(query: dict[str, str]) -> dict[str, Any]:
        ordered = list(found) if query["order_by_id"] == "true" else list(reversed(found))
        offset, limit = int(query["offset"]), int(query["limit"])
        part = ordered[offset : offset + limit]
        return {"trades": part, "trades_count": len(part), "offset": offset, "total_trades": len(found)}

    return pages


def test_history_is_taken_over_and_each_close_after_it_once(bot: ScriptedBot, store: Store) -> None:
    old = [closed(number) for number in range(1, 121)]
    bot.content["GET trades"] = served(*old)

    async def story(watch: BotWatch, history: TradeHistory) -> None:
        await watch.refresh()
        assert len(await stored(store, 120)) == 100, "a page of them"
        bot.calls.clear()
        bot.content["GET trades"] = served(*old, closed(121))
        for _ in range(3):
            watch.wake()
            await watch.refresh()
        assert (await stored(store, 121))[0] == "121"
        asked = [call for call, _ in bot.calls if call.endswith("custom-data")]
        assert asked == ["GET trades/121/custom-data"], "what is stored is not asked for again"
        assert history.recorded == 121
        told = await store.read(lambda session: events.after(session, 0, [trades.TRADE_CLOSED], limit=500))
        assert len(told) == 121
        assert told[-1].key == f"bot:121-{answers.OPENED_MS + 121}"

    tell(bot, store, story)


def test_trades_that_closed_while_nobody_looked_are_all_taken_over(bot: ScriptedBot, store: Store) -> None:
    bot.content["GET trades"] = served(closed(1))

    async def story(watch: BotWatch, history: TradeHistory) -> None:
        await watch.refresh()
        await stored(store, 1)
        bot.content["GET trades"] = served(*(closed(number) for number in range(1, 91)))
        watch.wake()
        await watch.refresh()
        await stored(store, 90)

    tell(bot, store, story)


def test_a_bot_with_another_database_adds_to_the_history(bot: ScriptedBot, store: Store) -> None:
    bot.content["GET trades"] = served(closed(1), closed(2))

    async def story(watch: BotWatch, history: TradeHistory) -> None:
        await watch.refresh()
        await stored(store, 2)
        bot.content["GET trades"] = served(closed(1, open_timestamp=answers.OPENED_MS + 999))
        watch.wake()
        await watch.refresh()
        await stored(store, 3)

    tell(bot, store, story)


def replaced_by_its_copy(database: Path) -> Callable[[], None]:
    """Copy the database as a backup does; what is returned deletes it and puts the copy in its place."""
    copy = database.with_name("copy.sqlite")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)

    def put_back() -> None:
        for file in database.parent.glob(f"{database.name}*"):
            file.unlink()
        copy.replace(database)

    return put_back


def test_an_older_copy_that_replaces_the_database_is_completed(
    bot: ScriptedBot, store: Store, tmp_path: Path
) -> None:
    bot.content["GET trades"] = served(closed(1))

    async def story(watch: BotWatch, history: TradeHistory) -> None:
        await watch.refresh()
        await stored(store, 1)
        put_back = replaced_by_its_copy(tmp_path / "companion.sqlite")
        bot.content["GET trades"] = served(closed(1), closed(2))
        watch.wake()
        await watch.refresh()
        await stored(store, 2)
        put_back()
        assert await stored(store, 1) == ["1"]
        watch.wake()
        await watch.refresh()
        assert sorted(await stored(store, 2)) == ["1", "2"]

    tell(bot, store, story)


def test_the_whole_history_is_taken_over_again_when_the_instance_becomes_active_again(
    bot: ScriptedBot, store: Store
) -> None:
    bot.content["GET trades"] = served(closed(1), closed(2))

    async def until_stored(history: TradeHistory, count: int) -> None:
        running = asyncio.ensure_future(history.run())
        await stored(store, count)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    async def story() -> None:
        async with watching(bot, ManualClock()) as watch:
            history = TradeHistory(watch, store, ManualClock())
            await watch.refresh()
            await until_stored(history, 2)
            # A server's database, restored from a backup, is not seen to be another one.
            await store.write(lambda session: session.execute(text("DELETE FROM closed_trades")))
            await store.write(lambda session: session.execute(text("DELETE FROM events")))
            await until_stored(history, 2)

    asyncio.run(story())
