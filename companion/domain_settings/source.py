"""The settings that the bot decides with, as other parts read them."""

from __future__ import annotations

from typing import Protocol

from hhq.settings import HHQSettings


class SettingsSource(Protocol):
    """Something that knows the settings in force."""

    @property
    def problem(self) -> str:
        """Why the newest files cannot be used, empty if they can."""

    def current(self) -> HHQSettings:
        """The settings in force now; the last good ones if the newest files cannot be used."""
