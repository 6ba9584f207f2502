"""The database of the companion (docs/store.md)."""

from __future__ import annotations

from hhq.settings.base import Section, option, setting


class StoreSettings(Section):
    """Where the database is, what is kept how long, and the lease of the active instance."""

    url: str = option(
        "sqlite:///run/companion.sqlite",
        "SQLAlchemy URL of a SQLite file or of PostgreSQL, without a password (HHQ_DATABASE_PASSWORD).",
    )
    account: str = option(
        "default",
        "Name of the exchange account; among instances with one database and account one is active.",
    )
    lease_seconds: float = setting(
        30.0, 1.0, 600.0, "s", "An active instance that has died is followed by another one within so long."
    )
    signal_days: float = setting(7.0, 1.0, 365.0, "days", "Signals are kept so long, then only their counts.")
    funnel_days: float = setting(400.0, 2.0, 3650.0, "days", "Counts of the funnel are kept so long.")
    event_days: float = setting(
        30.0, 1.0, 3650.0, "days", "Events that all consumers have taken are kept so long."
    )
