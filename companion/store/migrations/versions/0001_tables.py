"""The first tables: signals, funnel, trades, audit log, access, lease, outbox, state.

Revision: 0001, after nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

_REFUSAL = "the audit log is only ever added to"


def upgrade() -> None:
    """Make all tables."""
    _market()
    _audit_log()
    _access()
    _service()


def downgrade() -> None:
    """Remove all tables and what is in them."""
    for table in (
        *("state", "consumers", "events", "leases", "login_attempts", "sessions", "tokens"),
        *("audit_log", "closed_trades", "funnel", "signals"),
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_audit_log()")


def _counting_key() -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("id", kind, primary_key=True, autoincrement=True, nullable=False)


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), primary_key=key, nullable=False)


def _ms(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _real(name: str, *, nullable: bool = True) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=nullable)


def _document(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=nullable)


def _switch(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _market() -> None:
    op.create_table(
        "signals",
        _counting_key(),
        *(_text("source"), _text("pair"), _ms("candle_ms"), _integer("side")),
        *(_switch("accepted"), _text("reason"), _real("score"), _real("leverage"), _document("details")),
        sa.UniqueConstraint("source", "pair", "candle_ms", name="uq_signals_source_pair_candle"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_signals_candle", "signals", ["candle_ms", "id"])
    op.create_table(
        "funnel",
        sa.Column("candle_ms", sa.BigInteger(), primary_key=True, autoincrement=False, nullable=False),
        *(_text("gate", key=True), _integer("coins")),
    )
    op.create_table(
        "closed_trades",
        _counting_key(),
        *(_text("bot"), _text("trade_id"), _text("pair"), _integer("side")),
        *(_ms("opened_ms"), _ms("closed_ms")),
        *(_real("entry_price", nullable=False), _real("exit_price", nullable=False)),
        *(_real("size"), _real("stake"), _real("leverage")),
        *(_text("code"), _text("reason")),
        *(_real("gross_pnl"), _real("fees"), _real("funding"), _real("net_pnl"), _real("score")),
        *(_document("snapshot"), _text("origin"), _switch("for_learning")),
        sa.UniqueConstraint("bot", "trade_id", name="uq_closed_trades_bot_trade"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_closed_trades_closed", "closed_trades", ["closed_ms", "id"])
    op.create_index("ix_closed_trades_pair", "closed_trades", ["pair", "closed_ms"])


def _audit_log() -> None:
    op.create_table(
        "audit_log",
        _counting_key(),
        *(_ms("time_ms"), _text("who"), _text("role"), _text("means"), _text("address")),
        *(_text("what"), _text("target"), _text("outcome")),
        *(_document("before", nullable=True), _document("after", nullable=True)),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_log_time", "audit_log", ["time_ms", "id"])
    if op.get_bind().dialect.name == "sqlite":
        _refuse_on_sqlite()
    else:
        _refuse_on_postgresql()


def _refuse_on_sqlite() -> None:
    """REPLACE is refused as the delete that it implies (recursive_triggers), and once more as an insert."""
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_log_refuses_{change.lower()} BEFORE {change} ON audit_log "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
    op.execute(
        "CREATE TRIGGER audit_log_refuses_replace BEFORE INSERT ON audit_log "
        "WHEN EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    )


def _refuse_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change_of_audit_log() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_log_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_log()"
    )


def _access() -> None:
    op.create_table(
        "tokens",
        *(_text("id", key=True), _text("name"), _text("role"), _text("digest")),
        *(_ms("created_ms"), _ms("expires_ms"), _ms("revoked_ms", nullable=True)),
    )
    op.create_table(
        "sessions",
        *(_text("id", key=True), _text("user")),
        *(_ms("created_ms"), _ms("expires_ms"), _ms("revoked_ms", nullable=True)),
    )
    op.create_index("ix_sessions_expires", "sessions", ["expires_ms"])
    op.create_table(
        "login_attempts",
        *(_text("subject", key=True), _integer("failures"), _ms("locked_until_ms"), _ms("last_ms")),
    )
    op.create_index("ix_login_attempts_last", "login_attempts", ["last_ms"])


def _service() -> None:
    op.create_table(
        "leases",
        *(
            _text("account", key=True),
            _text("holder"),
            sa.Column("generation", sa.BigInteger(), nullable=False),
        ),
        *(_ms("acquired_ms"), _ms("heartbeat_ms"), _ms("expires_ms")),
    )
    op.create_table(
        "events",
        _counting_key(),
        *(_text("kind"), _text("key"), _ms("created_ms"), _document("payload")),
        sa.UniqueConstraint("kind", "key", name="uq_events_kind_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "consumers",
        *(_text("name", key=True), sa.Column("position", sa.BigInteger(), nullable=False)),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        *(_integer("failures"), _text("last_error"), _ms("changed_ms")),
    )
    op.create_table(
        "state",
        *(_text("key", key=True), _document("value", nullable=True)),
        *(sa.Column("number", sa.BigInteger(), nullable=False), _ms("changed_ms")),
    )
