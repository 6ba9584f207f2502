"""Which files hold the domain settings of the bots, as the service's own settings name them."""

from __future__ import annotations

from pathlib import Path

from companion.domain_settings.files import TuningFiles
from companion.settings import CompanionSettings

_HISTORY_FILE = "settings-history.jsonl"


def tuned_files(settings: CompanionSettings, root: Path) -> TuningFiles:
    """Return them; names in the settings are relative to ``root``."""
    bots = settings.bots
    overlay = root / bots.overlay_file
    history = overlay.with_name(_HISTORY_FILE)
    return TuningFiles(root / bots.settings_file, overlay, root / bots.parameter_file, history)
