"""All tables. Times are ms since 1970-01-01 UTC, prices and money in USDT, sizes in coins; NULL = n/a.

A change here needs a migration in companion/store/migrations; a test compares both on SQLite and PostgreSQL.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from companion.store.columns import BIG_KEY, JSON_DOCUMENT, Document, Real, Words


class Base(DeclarativeBase):
    """What all tables share: how Python's types are stored."""

    type_annotation_map = {  # noqa: RUF012
        int: BigInteger,
        float: Real,
        str: Words,
        bool: Boolean,
        Document: JSON_DOCUMENT,
    }


class SignalRow(Base):
    """A candidate at the close of one candle: taken, or rejected for a reason."""

    __tablename__ = "signals"
    __table_args__ = (
        UniqueConstraint("source", "pair", "candle_ms", name="uq_signals_source_pair_candle"),
        Index("ix_signals_candle", "candle_ms", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True, autoincrement=True)
    source: Mapped[str]
    pair: Mapped[str]
    candle_ms: Mapped[int]
    side: Mapped[int] = mapped_column(Integer)
    accepted: Mapped[bool]
    reason: Mapped[str]
    score: Mapped[float | None]
    leverage: Mapped[float | None]
    details: Mapped[Document]


class FunnelRow(Base):
    """How many coins ended at one gate (or passed them all) at the close of one candle."""

    __tablename__ = "funnel"

    candle_ms: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    gate: Mapped[str] = mapped_column(primary_key=True)
    coins: Mapped[int] = mapped_column(Integer)


class TradeRow(Base):
    """A closed trade; PnL in USDT after (net) and before (gross) fees and funding."""

    __tablename__ = "closed_trades"
    __table_args__ = (
        UniqueConstraint("bot", "trade_id", name="uq_closed_trades_bot_trade"),
        Index("ix_closed_trades_closed", "closed_ms", "id"),
        Index("ix_closed_trades_pair", "pair", "closed_ms"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True, autoincrement=True)
    bot: Mapped[str]
    trade_id: Mapped[str]
    pair: Mapped[str]
    side: Mapped[int] = mapped_column(Integer)
    opened_ms: Mapped[int]
    closed_ms: Mapped[int]
    entry_price: Mapped[float]
    exit_price: Mapped[float]
    size: Mapped[float | None]
    stake: Mapped[float | None]
    leverage: Mapped[float | None]
    code: Mapped[str]
    reason: Mapped[str]
    gross_pnl: Mapped[float | None]
    fees: Mapped[float | None]
    funding: Mapped[float | None]
    net_pnl: Mapped[float | None]
    score: Mapped[float | None]
    snapshot: Mapped[Document]
    origin: Mapped[str]
    for_learning: Mapped[bool]
    fee_rate: Mapped[float | None]


class AuditRow(Base):
    """One call that changed something. Append-only: triggers refuse UPDATE and DELETE."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_time", "time_ms", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True, autoincrement=True)
    time_ms: Mapped[int]
    who: Mapped[str]
    role: Mapped[str]
    means: Mapped[str]
    address: Mapped[str]
    what: Mapped[str]
    target: Mapped[str]
    outcome: Mapped[str]
    before: Mapped[Document | None]
    after: Mapped[Document | None]


class TokenRow(Base):
    """A program's bearer token; ``digest`` is the SHA-256 of its secret."""

    __tablename__ = "tokens"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    digest: Mapped[str]
    created_ms: Mapped[int]
    expires_ms: Mapped[int]
    revoked_ms: Mapped[int | None]


class SessionRow(Base):
    """A session of the page; the signed session in the cookie carries its id."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_expires", "expires_ms"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    user: Mapped[str]
    created_ms: Mapped[int]
    expires_ms: Mapped[int]
    revoked_ms: Mapped[int | None]


class LoginAttemptRow(Base):
    """Failed logins in a row by one address or one user (both as digests), and until when it has to wait."""

    __tablename__ = "login_attempts"
    __table_args__ = (Index("ix_login_attempts_last", "last_ms"),)

    subject: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    locked_until_ms: Mapped[int]
    last_ms: Mapped[int]


class LeaseRow(Base):
    """Which instance of an account is active; times are the database's."""

    __tablename__ = "leases"

    account: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    generation: Mapped[int]
    acquired_ms: Mapped[int]
    heartbeat_ms: Mapped[int]
    expires_ms: Mapped[int]


class EventRow(Base):
    """An event of the outbox; ids grow in commit order."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("kind", "key", name="uq_events_kind_key"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BIG_KEY, primary_key=True, autoincrement=True)
    kind: Mapped[str]
    key: Mapped[str]
    created_ms: Mapped[int]
    payload: Mapped[Document]


class ConsumerRow(Base):
    """How far one consumer of the outbox has got: the last event it took, and how many it has taken in all."""

    __tablename__ = "consumers"

    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    taken: Mapped[int]
    failures: Mapped[int] = mapped_column(Integer)
    last_error: Mapped[str]
    changed_ms: Mapped[int]


class StateRow(Base):
    """A small piece of state by its key; ``number`` is a counter."""

    __tablename__ = "state"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Document | None]
    number: Mapped[int]
    changed_ms: Mapped[int]
