"""A live bot that holds positions starts for their sake, whatever the evidence shows, and enters nothing."""

from __future__ import annotations

import re
import sqlite3
from datetime import timedelta

import pytest
from freqtrade.persistence import Order
from freqtrade.rpc import RPCException

from hhq_freqtrade.evidence_gate import EvidenceGate
from tests.strategy.closed_trades import lines
from tests.strategy.live_start import Started
from tests.strategy.rig import SIGNAL_AT, SIGNAL_PAIR, Rig

USERS_PAIR = "SOL/USDT:USDT"


def holds_positions(gate: EvidenceGate, *_: object) -> None:
    """Begin as a live bot that holds positions does."""
    gate.no_entries = "of other settings (why)"


def database(start: Started, rows: str, table: str = "trades") -> None:
    with sqlite3.connect(start.rig.folder / "bot.sqlite") as connection:
        connection.execute(f"CREATE TABLE {table} (id INTEGER, is_open BOOLEAN)")
        connection.execute(f"INSERT INTO {table} VALUES {rows}")


@pytest.mark.usefixtures("now")
def test_a_live_bot_that_holds_positions_starts_for_their_sake_and_enters_nothing(
    start: Started, caplog: pytest.LogCaptureFixture
) -> None:
    database(start, "(1, 0), (2, 1)")
    assert start.load().context.no_entries.startswith("not measured (")
    (record,) = [record for record in caplog.records if record.message.startswith("EVIDENCE")]
    assert record.levelname == "ERROR"
    assert record.message.startswith(
        "EVIDENCE: open positions are managed, nothing is entered, not measured ("
    )
    # It has entered nothing, so a reload is judged like a start.
    assert not EvidenceGate.has_started_live
    start.show()
    assert start.load().context.no_entries == ""


@pytest.mark.usefixtures("now")
@pytest.mark.parametrize(("rows", "table"), [("(1, 0), (2, 0)", "trades"), ("(1, 1)", "others")])
def test_closed_trades_and_other_tables_are_no_positions(start: Started, rows: str, table: str) -> None:
    database(start, rows, table)
    assert "not measured" in start.refused()


@pytest.mark.usefixtures("now")
def test_a_database_that_cannot_be_asked_may_hold_positions(start: Started) -> None:
    (start.rig.folder / "bot.sqlite").write_bytes(b"no database at all" * 100)
    assert start.load().context.no_entries


@pytest.mark.usefixtures("now")
def test_a_database_that_is_named_by_a_uri_is_asked(start: Started) -> None:
    start.db_url = f"sqlite:///file:{start.rig.folder / 'bot.sqlite'}?uri=true"
    assert "not measured" in start.refused()
    database(start, "(1, 0), (2, 1)")
    assert start.load().context.no_entries
    with sqlite3.connect(start.rig.folder / "bot.sqlite") as connection:
        connection.execute("UPDATE trades SET is_open = 0")
    assert "not measured" in start.refused()


@pytest.mark.usefixtures("now")
@pytest.mark.parametrize(
    ("db_url", "says"),
    [
        ("mysql+pymysql://bot:secret@db/bot?ssl_key=secret", r"mysql\+pymysql://.*/bot .*: No module named"),
        ("nothing://bot:secret@db/bot", "nothing://.*/bot .*: Can't load plugin"),
        ("sqlite:///file:/there/is/no/such/folder?uri=true", "sqlite:.* .*unable to open database file"),
        ("bot:secret@db", "db_url cannot be asked for open trades: Could not parse"),
    ],
)
def test_why_a_database_cannot_be_asked_is_one_line_without_a_password(
    start: Started, caplog: pytest.LogCaptureFixture, db_url: str, says: str
) -> None:
    start.db_url = db_url
    assert start.load().context.no_entries
    (line,) = [text for text in lines(caplog.messages, "EVIDENCE") if "asked for" in text]
    assert re.match(f"EVIDENCE: {says}", line)
    assert "\n" not in line
    assert "secret" not in line


def test_without_evidence_neither_signals_nor_users_enter(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(EvidenceGate, "_begin", holds_positions)
    with rig.bot(SIGNAL_AT, force_entry_enable=True) as bot:
        bot.loop()
        with pytest.raises(RPCException, match="EVIDENCE"):
            bot.freqtrade.rpc._rpc._rpc_force_entry(SIGNAL_PAIR, None)
        assert bot.trades() == []
    assert any("EVIDENCE of other settings (why)" in line for line in lines(caplog.messages, "BLOCKED"))


def test_entry_orders_that_wait_are_cancelled_where_nothing_may_be_entered(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with rig.bot(SIGNAL_AT, force_entry_enable=True) as bot:
        bot.loop()
        price = float(bot.strategy.context.tables[USERS_PAIR].prices[3, -1])
        bot.freqtrade.rpc._rpc._rpc_force_entry(USERS_PAIR, price * 0.9)
        assert {trade.pair for trade in bot.trades()} == {SIGNAL_PAIR, USERS_PAIR}
    monkeypatch.setattr(EvidenceGate, "_begin", holds_positions)
    with rig.bot(SIGNAL_AT + timedelta(seconds=6), force_entry_enable=True) as bot:
        bot.loop()
        assert bot.trades() == []
    cancelled = [line for line in lines(caplog.messages, "BLOCKED") if "ENTRY_CANCELLED" in line]
    assert sorted(cancelled) == [
        f"BLOCKED: {pair} LONG ENTRY_CANCELLED nothing is entered in this run"
        for pair in sorted((SIGNAL_PAIR, USERS_PAIR))
    ]


def test_where_nothing_may_be_entered_a_position_and_its_exit_orders_stay(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rig.bot(SIGNAL_AT) as bot:
        bot.until(lambda: any(trade.has_open_position for trade in bot.trades()))
        held_at = bot.now
    monkeypatch.setattr(EvidenceGate, "_begin", holds_positions)
    with rig.bot(held_at) as bot:
        bot.loop()
        (trade,) = bot.trades()
        assert trade.has_open_position
        known = {"id": "exit", "status": "open", "amount": trade.amount, "datetime": bot.now.isoformat()}
        waiting = Order.parse_from_ccxt_object(known, trade.pair, trade.exit_side)
        waiting.order_date = bot.now
        assert not bot.strategy.ft_check_timed_out(trade, waiting, bot.now)
