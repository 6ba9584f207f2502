"""A bot's trades from its own database, which is Freqtrade's: read only, whether the bot runs or not."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Engine,
    Float,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    create_engine,
    inspect,
    make_url,
    select,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from companion.evidence.entry_record import EntryRecord
from companion.ground.errors import UsageError
from hhq.evidence.booked import FilledOrder
from hhq.reason_sources import from_freqtrade
from hhq.reasons import reason_named
from hhq_shared.trade_keys import REASON_KEY, SIGNAL_KEY

_TABLES = MetaData()
_TRADES = Table(
    "trades",
    _TABLES,
    Column("id", Integer),
    *(Column(name, String) for name in ("pair", "exit_reason", "strategy")),
    *(Column(name, Boolean) for name in ("is_open", "is_short")),
    *(
        Column(name, Float)
        for name in ("leverage", "fee_open", "fee_close", "funding_fees", "close_profit_abs")
    ),
    Column("close_date", DateTime),
)
_ORDERS = Table(
    "orders",
    _TABLES,
    Column("id", Integer),
    Column("ft_trade_id", Integer),
    *(Column(name, String) for name in ("ft_order_side", "ft_order_tag")),
    Column("ft_is_open", Boolean),
    *(Column(name, Float) for name in ("filled", "average", "price", "stop_price", "ft_price")),
    *(Column(name, DateTime) for name in ("order_date", "order_filled_date")),
)
_STORED = Table(
    "trade_custom_data",
    _TABLES,
    Column("ft_trade_id", Integer),
    *(Column(name, String) for name in ("cd_key", "cd_type", "cd_value")),
)
_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}


class BotDatabaseError(UsageError):
    """A database that cannot be used; the message names it, never with a password, and says why."""


@dataclass(frozen=True, slots=True)
class BotTrade:
    """A trade of the bot: ``side`` +1 long, −1 short; money in USDT, fees in % of an order's notional, None = n/a.

    ``fills`` in their order. ``closed_ms``, ``profit`` (net, as Freqtrade booked it) and ``code`` are of a closed one.
    ``record`` of its signal: None for a trade of another strategy, or one whose record was lost.
    """

    pair: str
    side: int
    is_open: bool
    leverage: float
    entry_fee_pct: float | None
    exit_fee_pct: float | None
    funding: float
    profit: float | None
    closed_ms: int | None
    code: str
    fills: tuple[FilledOrder, ...]
    record: EntryRecord | None


def read_trades(address: str) -> tuple[BotTrade, ...]:
    """Return all trades of the database at this SQLAlchemy URL, in the order of their ids.

    Raises BotDatabaseError for what is no such URL, a database that is not there or is not Freqtrade's, and one that cannot
    be read.
    """
    url = _url(address)
    # As it was given: who reads it has written no driver.
    name = url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)
    engine = _read_only(url)
    try:
        with engine.connect() as connection:
            _require_tables(connection, name)
            return _trades(connection)
    except SQLAlchemyError as problem:
        cause = problem.orig if isinstance(problem, DBAPIError) else problem
        raise BotDatabaseError(f"--trades {name}: cannot be read: {cause}") from problem
    except (ValueError, TypeError) as problem:
        raise BotDatabaseError(
            f"--trades {name}: holds what Freqtrade does not write: {problem}"
        ) from problem
    finally:
        engine.dispose()


def _url(address: str) -> URL:
    try:
        url = make_url(address)
        backend = url.get_backend_name()
    except ArgumentError:
        raise BotDatabaseError(
            "--trades: not a database URL; examples: sqlite:///run/live.sqlite, postgresql://reader@db.example/bot"
        ) from None
    if backend not in _DRIVERS:
        raise BotDatabaseError(f"--trades: {backend} is not supported, only sqlite and postgresql")
    if backend == "sqlite" and (not url.database or not Path(url.database).is_file()):
        raise BotDatabaseError(f"--trades {url.database or address}: there is no such file")
    return url.set(drivername=_DRIVERS[backend])


def _read_only(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "").absolute().as_uri()
        return create_engine(url.set(database=path, query={"mode": "ro", "uri": "true"}))
    # One snapshot for all queries: what the bot writes meanwhile is not seen by halves.
    return create_engine(
        url, isolation_level="REPEATABLE READ", execution_options={"postgresql_readonly": True}
    )


def _require_tables(connection: Connection, name: str) -> None:
    found = inspect(connection)
    for table in (_TRADES, _ORDERS, _STORED):
        if not found.has_table(table.name):
            raise BotDatabaseError(f"--trades {name}: not a Freqtrade database: it has no table {table.name}")
        there = {column["name"] for column in found.get_columns(table.name)}
        lacking = sorted(column.name for column in table.columns if column.name not in there)
        if lacking:
            raise BotDatabaseError(
                f"--trades {name}: of another version of Freqtrade: its table {table.name} has no {', '.join(lacking)}"
            )


def _trades(connection: Connection) -> tuple[BotTrade, ...]:
    if connection.dialect.name == "sqlite":
        # Otherwise each query sees the bot's trades of another moment.
        connection.exec_driver_sql("BEGIN")
    orders: dict[int, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(select(_ORDERS).order_by(_ORDERS.c.id)).mappings():
        orders[row["ft_trade_id"]].append(row)
    stored: dict[int, dict[str, object]] = defaultdict(dict)
    wanted = select(_STORED).where(_STORED.c.cd_key.in_((SIGNAL_KEY, REASON_KEY)))
    for row in connection.execute(wanted).mappings():
        stored[row["ft_trade_id"]][row["cd_key"]] = _value(row)
    trades = connection.execute(select(_TRADES).order_by(_TRADES.c.id)).mappings()
    return tuple(_trade(row, orders[row["id"]], stored[row["id"]]) for row in trades)


def _value(row: RowMapping) -> object:
    return row["cd_value"] if row["cd_type"] == "str" else json.loads(row["cd_value"])


def _trade(row: RowMapping, orders: Iterable[RowMapping], stored: Mapping[str, object]) -> BotTrade:
    entry_side = "sell" if row["is_short"] else "buy"
    fills = (_fill(order, entry_side) for order in orders if not order["ft_is_open"] and order["filled"])
    return BotTrade(
        pair=row["pair"],
        side=-1 if row["is_short"] else 1,
        is_open=bool(row["is_open"]),
        leverage=float(row["leverage"] or 1.0),
        entry_fee_pct=_percent(row["fee_open"]),
        exit_fee_pct=_percent(row["fee_close"]),
        funding=float(row["funding_fees"] or 0.0),
        profit=row["close_profit_abs"],
        closed_ms=_ms(row["close_date"]) if row["close_date"] else None,
        code=_code(row["exit_reason"] or "", stored.get(REASON_KEY)),
        fills=tuple(sorted(fills, key=lambda fill: fill.time_ms)),
        record=EntryRecord.of(stored.get(SIGNAL_KEY)),
    )


def _fill(order: RowMapping, entry_side: str) -> FilledOrder:
    price = order["average"] or order["price"] or order["stop_price"] or order["ft_price"]
    return FilledOrder(
        time_ms=_ms(order["order_filled_date"] or order["order_date"]),
        is_entry=order["ft_order_side"] == entry_side,
        amount=float(order["filled"]),
        price=float(price),
        tag=order["ft_order_tag"] or "",
    )


def _code(reason: str, named: object) -> str:
    code = reason_named(named) if isinstance(named, str) else None
    code = code or from_freqtrade(reason).code
    return code.name if code else reason


def _percent(rate: float | None) -> float | None:
    return None if rate is None else rate * 100.0


def _ms(moment: datetime) -> int:
    """Freqtrade stores UTC without saying so."""
    return round(moment.replace(tzinfo=UTC).timestamp() * 1000.0)
