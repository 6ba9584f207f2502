"""A live bot that holds positions starts for their sake, whatever the evidence shows, and enters nothing."""

from __future__ import annotations

import sqlite3

import pytest
from freqtrade.rpc import RPCException

from hhq_freqtrade.evidence_gate import EvidenceGate
from tests.strategy.closed_trades import lines
from tests.strategy.live_start import Started
from tests.strategy.rig import SIGNAL_AT, SIGNAL_PAIR, Rig


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


def test_without_evidence_neither_signals_nor_users_enter(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def holds_positions(gate: EvidenceGate, *_: object) -> None:
        gate.no_entries = "of other settings (why)"

    monkeypatch.setattr(EvidenceGate, "_begin", holds_positions)
    with rig.bot(SIGNAL_AT, force_entry_enable=True) as bot:
        bot.loop()
        with pytest.raises(RPCException, match="EVIDENCE"):
            bot.freqtrade.rpc._rpc._rpc_force_entry(SIGNAL_PAIR, None)
        assert bot.trades() == []
    assert any("EVIDENCE of other settings (why)" in line for line in lines(caplog.messages, "BLOCKED"))
