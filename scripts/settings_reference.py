"""Write config/hhq.toml (changed values stay) and docs/configuration.md from the settings' definitions."""

from __future__ import annotations

import sys
from pathlib import Path

from companion.settings_reference import page, settings_file
from hhq.settings import HHQSettings, SettingsError
from hhq_freqtrade.settings_files import load_settings

ROOT = Path(__file__).parent.parent
SETTINGS = ROOT / "config" / "hhq.toml"
PAGE = ROOT / "docs" / "configuration.md"


def main() -> int:
    """Exit status 1 if the present settings file is wrong: it is left as it is."""
    try:
        settings = load_settings(SETTINGS) if SETTINGS.exists() else HHQSettings()
    except SettingsError as problem:
        print(problem, file=sys.stderr)
        return 1
    SETTINGS.write_text(settings_file(settings), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
    print("wrote config/hhq.toml and docs/configuration.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
