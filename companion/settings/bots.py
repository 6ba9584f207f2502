"""The Freqtrade bots that are watched."""

from __future__ import annotations

from hhq.settings.base import Section, option


class BotSettings(Section):
    """How Freqtrade is asked."""

    urls: tuple[str, ...] = option(("http://127.0.0.1:8080",), "Addresses of the APIs of Freqtrade.")
