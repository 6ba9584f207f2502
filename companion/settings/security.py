"""Who may use the API (spec: companion §10)."""

from __future__ import annotations

from hhq.settings.base import Section, option, setting


class SecuritySettings(Section):
    """Sessions, attempts and origins."""

    token_minutes: float = setting(60.0, 1.0, 1440.0, "min", "Life of a session of the page.")
    allowed_origins: tuple[str, ...] = option(
        (), "Origins that may use API and feed from a browser, besides its own."
    )
