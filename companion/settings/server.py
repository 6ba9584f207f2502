"""Where the API, the feed and the page are served."""

from __future__ import annotations

from hhq.settings.base import Section, option, setting


class ServerSettings(Section):
    """The address that the companion listens on."""

    host: str = option("127.0.0.1", "Address to listen on; another than loopback needs credentials.")
    port: int = setting(8090, 0, 65_535, "", "TCP port; 0 takes a free one.")
