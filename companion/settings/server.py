"""Where the API, the feed and the page are served."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import field_validator

from hhq.settings.base import Section, option, setting


class ServerSettings(Section):
    """The address that the companion listens on."""

    host: str = option("127.0.0.1", "Address to listen on; any but loopback needs credentials.")
    port: int = setting(8090, 0, 65_535, "", "TCP port; 0 takes a free one.")
    day_zone: str = option("Europe/Istanbul", "Time zone of the day boundaries in performance figures.")

    @field_validator("day_zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise ValueError("a time zone like Europe/Istanbul or UTC is wanted") from None
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the day boundaries."""
        return ZoneInfo(self.day_zone)
