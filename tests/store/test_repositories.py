"""What the store keeps: signals, funnel, trades, the audit log, small state."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from companion.ground.roles import Means, Principal, Role
from companion.security.retention import KEPT_FOR_A_TIME
from companion.settings.store import StoreSettings
from companion.store import events, funnel, signals, state, trades
from companion.store.audit import AuditFilter, AuditLog
from companion.store.database import Store
from companion.store.retention import Retention
from companion.store.signals import Signal, SignalFilter
from companion.store.trades import Recorded, TradeFilter, TradeRecord
from tests.manual_clock import START_MS, ManualClock
from tests.store.running import run

CANDLE_MS = 300_000
DAY_MS = 86_400_000
TRADER = Principal("trader", Role.TRADE, Means.SESSION, "session-1", START_MS + DAY_MS, "127.0.0.1")
SIGNAL = Signal("scanner", "BTC/USDT:USDT", START_MS, 1, accepted=True, score=71.5, leverage=4.0)
TRADE = TradeRecord(
    "http://127.0.0.1:8080", "17", "ETH/USDT:USDT", -1, START_MS - DAY_MS, START_MS, 2500.0, 2450.0, 0.4, 100.0, 10.0
)  # fmt: skip


def test_signals_are_found_by_what_they_are_and_newest_first(store: Store) -> None:
    kept = [
        SIGNAL,
        replace(
            SIGNAL, pair="ETH/USDT:USDT", accepted=False, reason="FUNDING_VETO", details={"funding": 0.12}
        ),
        replace(SIGNAL, candle_ms=START_MS + CANDLE_MS, side=-1),
    ]

    async def scene() -> None:
        await store.write(partial(signals.record, signals=kept))
        everything = await store.read(partial(signals.find, wanted=SignalFilter()))
        assert everything.total == 3
        assert everything.items == (kept[2], kept[1], kept[0])
        rejected = await store.read(partial(signals.find, wanted=SignalFilter(accepted=False)))
        assert rejected.items == (kept[1],)
        page = await store.read(
            partial(signals.find, wanted=SignalFilter(pair=SIGNAL.pair), offset=1, limit=1)
        )
        assert (page.total, page.items) == (2, (kept[0],))
        newer = SignalFilter(since_ms=START_MS + 1, source="scanner")
        assert (await store.read(partial(signals.find, wanted=newer))).items == (kept[2],)

    run(scene())


def test_a_signal_reported_again_replaces_itself(store: Store) -> None:
    async def scene() -> None:
        for told in (SIGNAL, replace(SIGNAL, accepted=False, reason="LOCK: stop-loss guard", score=math.nan)):
            await store.write(partial(signals.record, signals=[told]))
        (found,) = (await store.read(partial(signals.find, wanted=SignalFilter()))).items
        assert (found.accepted, found.reason, found.score) == (False, "LOCK: stop-loss guard", None)

    run(scene())


def test_the_funnel_is_summed_over_candles_and_a_repeat_replaces_its_candle(store: Store) -> None:
    async def scene() -> None:
        await store.write(partial(funnel.record, candle_ms=START_MS, coins={"Z_PASS": 9, "GONE": 3}))
        await store.write(partial(funnel.record, candle_ms=START_MS, coins={"Z_PASS": 10, "SCORE_LOW": 2}))
        await store.write(partial(funnel.record, candle_ms=START_MS + CANDLE_MS, coins={"Z_PASS": 5}))
        assert await store.read(partial(funnel.totals, since_ms=START_MS)) == {"Z_PASS": 15, "SCORE_LOW": 2}
        assert await store.read(partial(funnel.totals, since_ms=START_MS + 1)) == {"Z_PASS": 5}
        assert await store.read(partial(funnel.passes, since_ms=0)) == {
            START_MS: {"SCORE_LOW": 2, "Z_PASS": 10},
            START_MS + CANDLE_MS: {"Z_PASS": 5},
        }

    run(scene())


def test_a_trade_is_kept_once_makes_one_event_and_learns_what_arrives_later(store: Store) -> None:
    async def scene() -> None:
        record = partial(trades.record_closed, now_ms=START_MS)
        assert await store.write(partial(record, trade=TRADE)) is Recorded.NEW
        assert await store.write(partial(record, trade=TRADE)) is Recorded.KNOWN
        later = replace(TRADE, fees=0.31, funding=-0.02, net_pnl=19.67, size=None)
        assert await store.write(partial(record, trade=later)) is Recorded.CHANGED
        known = await store.read(partial(trades.get, bot=TRADE.bot, trade_id="17"))
        assert known == replace(later, size=TRADE.size)
        found = await store.read(partial(events.after, event_id=0, kinds=[trades.TRADE_CLOSED], limit=9))
        assert [event.payload for event in found] == [{"bot": TRADE.bot, "trade_id": "17"}]

    run(scene())


def test_trades_are_found_newest_close_first_whatever_order_they_came_in(store: Store) -> None:
    def told(number: int) -> TradeRecord:
        return replace(TRADE, trade_id=str(number), closed_ms=START_MS + number, for_learning=number != 2)

    async def scene() -> None:
        recorded = await store.write(
            partial(trades.record_all, trades=[told(n) for n in (3, 1, 2, 5, 4)], now_ms=START_MS)
        )
        assert recorded == 5
        page = await store.read(partial(trades.find, wanted=TradeFilter(bot=TRADE.bot), offset=1, limit=2))
        assert (page.total, [trade.trade_id for trade in page.items]) == (5, ["4", "3"])
        span = TradeFilter(since_ms=START_MS + 2, until_ms=START_MS + 4, for_learning=True, pair=TRADE.pair)
        assert [t.trade_id for t in (await store.read(partial(trades.find, wanted=span))).items] == ["3"]
        assert await store.read(partial(trades.newest_close_ms, bot=TRADE.bot)) == START_MS + 5
        assert await store.read(partial(trades.newest_close_ms, bot="another")) is None
        order = await store.read(partial(events.after, event_id=0, kinds=[trades.TRADE_CLOSED], limit=9))
        assert [event.payload["trade_id"] for event in order] == ["1", "2", "3", "4", "5"]

    run(scene())


def test_the_audit_log_keeps_who_what_before_and_after_and_no_secret(store: Store) -> None:
    async def scene() -> None:
        clock = ManualClock()
        log = AuditLog(store, clock)
        await log.record(
            TRADER,
            "settings.change",
            before={"max": 5},
            after={"max": 7, "bot": {"password": "hunter2hunter2"}},
        )
        clock.turn(1)
        await log.record(
            TRADER, "position.close", target="ETH/USDT:USDT #17", outcome="the bot does not answer"
        )
        found = await log.find(AuditFilter())
        assert found.total == 2
        close, change = found.items
        assert (close.what, close.outcome, close.before) == (
            "position.close",
            "the bot does not answer",
            None,
        )
        assert (change.who, change.role, change.means, change.address) == (
            "trader",
            "trade",
            "session",
            "127.0.0.1",
        )
        assert change.before == {"max": 5}
        assert change.after == {"max": 7, "bot": {"password": "***"}}
        assert [one.what for one in (await log.find(AuditFilter(since_ms=START_MS + 1))).items] == [
            "position.close"
        ]
        assert (await log.find(AuditFilter(who="somebody", what="position.close"))).total == 0

    run(scene())


CHANGES = [
    "UPDATE audit_log SET who = 'nobody'",
    "DELETE FROM audit_log",
    "DELETE FROM audit_log WHERE id = 1",
]
ON_SQLITE = [
    """INSERT OR REPLACE INTO audit_log SELECT id, time_ms, 'nobody', role, means, address, what, target,
    outcome, "before", "after" FROM audit_log"""
]
ON_POSTGRESQL = ["TRUNCATE audit_log", "TRUNCATE audit_log CASCADE"]


def test_no_statement_changes_the_audit_log(store: Store, url: str) -> None:
    async def scene() -> None:
        log = AuditLog(store, ManualClock())
        await log.record(TRADER, "position.close")
        kept = (await log.find(AuditFilter())).items
        for statement in CHANGES + (ON_SQLITE if url.startswith("sqlite") else ON_POSTGRESQL):
            with pytest.raises(DBAPIError, match="only ever added to"):
                await store.write(lambda s, statement=statement: s.execute(text(statement)))  # type: ignore[misc]
        assert (await log.find(AuditFilter())).items == kept

    run(scene())


def test_small_state_is_put_found_by_prefix_and_forgotten(store: Store) -> None:
    def work(session: Session) -> None:
        for key, value in (("kill.BTC", 1), ("kill.ETH", 2), ("kill_other", 3)):
            state.put(session, key=key, value={"n": value}, now_ms=START_MS)
        state.put(session, key="kill.BTC", value={"n": 9}, now_ms=START_MS)
        assert state.count(session, "closes", START_MS) == 1
        assert state.count(session, "closes", START_MS, by=4) == 5

    async def scene() -> None:
        await store.write(work)
        found = await store.read(partial(state.with_prefix, prefix="kill."))
        assert found == {"kill.BTC": {"n": 9}, "kill.ETH": {"n": 2}}
        assert await store.read(partial(state.counted, key="closes")) == 5
        assert await store.write(partial(state.forget, key="kill.BTC"))
        assert not await store.write(partial(state.forget, key="kill.BTC"))

    run(scene())


def test_text_that_one_engine_could_not_hold_is_kept_on_both(store: Store) -> None:
    async def scene() -> None:
        odd = replace(SIGNAL, reason="nul \x00 ü 🚨", details={"text": "nul \x00", "n/a": math.nan})
        await store.write(partial(signals.record, signals=[odd]))
        (found,) = (await store.read(partial(signals.find, wanted=SignalFilter()))).items
        assert found.reason == "nul \ufffd ü 🚨"
        assert found.details == {"text": "nul \x00", "n/a": None}

    run(scene())


def test_signals_older_than_a_week_are_removed_and_their_counts_stay(store: Store) -> None:
    async def scene() -> None:
        clock = ManualClock()
        old = [replace(SIGNAL, candle_ms=START_MS - 7 * DAY_MS - n * CANDLE_MS) for n in range(1, 1202)]
        await store.write(partial(signals.record, signals=[*old, SIGNAL]))
        for age in (8, 401):
            await store.write(partial(funnel.record, candle_ms=START_MS - age * DAY_MS, coins={"Z_PASS": 3}))
        removed = await Retention(store, StoreSettings(), clock, {}, KEPT_FOR_A_TIME).tidy()
        assert removed == {"signals": 1201, "counts": 1, "events": 0, "sessions": 0, "login attempts": 0}
        assert (await store.read(partial(signals.find, wanted=SignalFilter()))).items == (SIGNAL,)
        assert await store.read(partial(funnel.totals, since_ms=0)) == {"Z_PASS": 3}

    run(scene())
