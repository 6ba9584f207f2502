"""Where things are in the project."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config"
USER_DATA = ROOT / "user_data"
STRATEGIES = USER_DATA / "strategies"
RUN = ROOT / "run"
"""Everything that runs leave behind: generated markets, logs, dry-run databases. Not versioned."""
LOCALHOST = "127.0.0.1"
