"""Settings of the companion: one frozen tree, read from config/companion.toml.

Secrets are never in it: they come from the environment (config/.env.example).
"""

from __future__ import annotations

from companion.settings.bots import BotSettings
from companion.settings.evidence import EvidenceSettings
from companion.settings.exchange import ExchangeSettings
from companion.settings.feed import FeedSettings
from companion.settings.recorder import RecorderSettings
from companion.settings.scanner import ScannerSettings
from companion.settings.security import SecuritySettings
from companion.settings.server import ServerSettings
from companion.settings.store import StoreSettings
from companion.settings.streams import StreamSettings
from hhq.settings.base import Section


class CompanionSettings(Section):
    """The whole of the companion's settings."""

    server: ServerSettings = ServerSettings()
    security: SecuritySettings = SecuritySettings()
    exchange: ExchangeSettings = ExchangeSettings()
    streams: StreamSettings = StreamSettings()
    scanner: ScannerSettings = ScannerSettings()
    recorder: RecorderSettings = RecorderSettings()
    bots: BotSettings = BotSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    store: StoreSettings = StoreSettings()
    feed: FeedSettings = FeedSettings()
