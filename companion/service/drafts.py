"""Drafts of files that a kill has left behind: removed before anything of this start writes."""

from __future__ import annotations

from pathlib import Path

from companion.settings import CompanionSettings
from hhq_shared.atomic_file import remove_drafts


def remove_left_drafts(settings: CompanionSettings, root: Path) -> None:
    """Remove the drafts of every file that the companion replaces; the recorder looks after its own folder."""
    bots = settings.bots
    for name in (
        bots.overlay_file,
        bots.parameter_file,
        bots.requests_file,
        settings.scanner.pairlist_file,
        settings.security.users_file,
    ):
        if name:
            remove_drafts(root / name)
