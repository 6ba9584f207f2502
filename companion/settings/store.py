"""The database of the companion (docs/store.md)."""

from __future__ import annotations

from hhq.settings.base import Section, option, setting


class StoreSettings(Section):
    """Where the database is, how long things are kept, and the lease of the active instance."""

    url: str = option(
        "sqlite:///run/companion.sqlite",
        "SQLAlchemy URL of a SQLite file or of PostgreSQL, without a password (HHQ_DATABASE_PASSWORD).",
    )
    account: str = option(
        "default",
        "Name of the exchange account; of the instances that share a database and an account, one is active.",
    )
    lease_seconds: float = setting(
        30.0, 1.0, 600.0, "s", "If the active instance dies, another one takes over within this time."
    )
    signal_days: float = setting(
        7.0, 1.0, 365.0, "days", "How long signals are kept; then only their counts."
    )
    funnel_days: float = setting(400.0, 2.0, 3650.0, "days", "How long counts of the funnel are kept.")
    event_days: float = setting(
        30.0, 1.0, 3650.0, "days", "How long events that all consumers have taken are kept."
    )
