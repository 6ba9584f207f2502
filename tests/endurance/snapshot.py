"""What a killed bot has left: its database and its state file, copied before anything else touches them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hhq.exits.slots import StateSlot

STATE_KEY, SIGNAL_KEY, REASON_KEY = "hhq_state", "hhq_signal", "hhq_close_reason"
Row = dict[str, Any]
"""One row of the database by column: the types are the database's."""


@dataclass(frozen=True)
class Snapshot:
    """Rows of the tables, custom data by trade and key, and the values of the state file.

    `damage` says what could not be read; then the rest may be empty.
    """

    trades: dict[int, Row]
    orders: list[Row]
    custom: dict[tuple[int, str], Any]
    locks: dict[int, Row]
    account: dict[str, Any]
    damage: list[str]

    def orders_of(self, trade: int) -> list[Row]:
        """Orders of a trade in the order in which they were placed."""
        return [order for order in self.orders if order["ft_trade_id"] == trade]

    def filled(self, trade: int, *, entry: bool) -> list[Row]:
        """Filled entries or exits of a trade."""
        side = "sell" if bool(self.trades[trade]["is_short"]) == entry else "buy"
        return [
            order
            for order in self.orders_of(trade)
            if order["ft_order_side"] == side and (order["filled"] or 0.0) > 0.0
        ]

    def is_position(self, trade: int) -> bool:
        """Whether the trade is open and has a fill."""
        return bool(self.trades[trade]["is_open"]) and bool(self.filled(trade, entry=True))

    def state(self, trade: int) -> list[str] | None:
        """The stored state of a trade, every bit of it as text; None where none is stored."""
        record = self.custom.get((trade, STATE_KEY))
        if record is None:
            return None
        values = (record[slot.name.lower()] for slot in StateSlot)
        return [float("nan" if value is None else value).hex() for value in values]


def take(database: Path, account: Path, folder: Path) -> Snapshot:
    """Copy what the dead bot has left to `folder` and read the copies."""
    folder.mkdir(parents=True)
    for file in (*database.parent.glob(f"{database.name}*"), *account.parent.glob(f"{account.stem}.*")):
        shutil.copy2(file, folder)
    values, damage = _account(folder / account.name)
    if not (folder / database.name).exists():
        return Snapshot({}, [], {}, {}, values, damage)
    connection = sqlite3.connect(folder / database.name)
    connection.row_factory = sqlite3.Row
    try:
        return _read(connection, values, damage)
    except (sqlite3.DatabaseError, ValueError) as error:
        return Snapshot({}, [], {}, {}, values, [*damage, f"database: {error}"])
    finally:
        connection.close()


def look(database: Path, account: Path) -> Snapshot:
    """Read the database and the state file of a bot that goes on, in one transaction that holds nobody up."""
    values, damage = _account(account)
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("BEGIN")
        return _read(connection, values, damage)
    finally:
        connection.close()


def _account(path: Path) -> tuple[dict[str, Any], list[str]]:
    if not path.exists():
        return {}, []
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        return {}, [f"state file: {error}"]
    return (values, []) if isinstance(values, dict) else ({}, ["state file: no object"])


def _read(connection: sqlite3.Connection, account: dict[str, Any], damage: list[str]) -> Snapshot:
    found = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
    orphans = [tuple(row) for row in connection.execute("PRAGMA foreign_key_check")]
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'trade_custom_data'").fetchall():
        return Snapshot({}, [], {}, {}, account, damage + found)
    custom: dict[tuple[int, str], Any] = {}
    for row in connection.execute("SELECT * FROM trade_custom_data"):
        plain = row["cd_type"] in ("str", "int", "float", "bool")
        custom[row["ft_trade_id"], row["cd_key"]] = row["cd_value"] if plain else json.loads(row["cd_value"])
    return Snapshot(
        {row["id"]: dict(row) for row in connection.execute("SELECT * FROM trades")},
        [dict(row) for row in connection.execute("SELECT * FROM orders ORDER BY id")],
        custom,
        {row["id"]: dict(row) for row in connection.execute("SELECT * FROM pairlocks")},
        account,
        [*damage, *found, *(f"orphan {orphan}" for orphan in orphans)],
    )
