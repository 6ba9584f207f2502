"""The database of the companion (spec: companion §11)."""

from __future__ import annotations

from hhq.settings.base import Section, option, setting


class StoreSettings(Section):
    """Where the database is, and the lease of the active instance."""

    url: str = option("sqlite:///run/companion.sqlite", "SQLAlchemy URL without a password.")
    lease_seconds: float = setting(
        30.0, 3.0, 600.0, "s", "A lease without a heartbeat for so long can be taken over."
    )
