"""Write the settings files in config/ (changed values stay) and their pages in docs/ from the definitions."""

from __future__ import annotations

import sys
from pathlib import Path

from companion.domain_settings.reference import companion_page, companion_settings_file, page, settings_file
from companion.ground.errors import UsageError
from companion.settings import CompanionSettings
from companion.settings.files import load_companion_settings
from hhq.settings import HHQSettings, SettingsError
from hhq_shared.settings_files import load_settings

ROOT = Path(__file__).parent.parent
DOMAIN, COMPANION = ROOT / "config" / "hhq.toml", ROOT / "config" / "companion.toml"


def main() -> int:
    """Exit status 1 if one of the existing settings files is wrong: all are left as they are."""
    try:
        domain = load_settings(DOMAIN) if DOMAIN.exists() else HHQSettings()
        companion = load_companion_settings([COMPANION], {}) if COMPANION.exists() else CompanionSettings()
    except (SettingsError, UsageError) as problem:
        print(problem, file=sys.stderr)
        return 1
    DOMAIN.write_text(settings_file(domain), encoding="utf-8")
    COMPANION.write_text(companion_settings_file(companion), encoding="utf-8")
    (ROOT / "docs" / "configuration.md").write_text(page(), encoding="utf-8")
    (ROOT / "docs" / "companion-configuration.md").write_text(companion_page(), encoding="utf-8")
    print("wrote config/hhq.toml, config/companion.toml and their pages in docs/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
