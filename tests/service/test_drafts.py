"""What a kill −9 leaves of files that were being replaced is gone after the next start."""

from __future__ import annotations

from pathlib import Path

from companion.service.drafts import remove_left_drafts
from companion.settings import CompanionSettings
from hhq_shared.atomic_file import replace_file


def test_drafts_of_the_companions_files_are_removed_and_nothing_else(tmp_path: Path) -> None:
    settings = CompanionSettings()
    files = [tmp_path / settings.bots.overlay_file, tmp_path / settings.scanner.pairlist_file]
    for path in files:
        replace_file(path, b"kept")
        path.with_name(f".{path.name}.abc123.draft").write_bytes(b"half")
    foreign = files[0].with_name(".bot-1234.json.abc123.draft")
    foreign.touch()
    remove_left_drafts(settings, tmp_path)
    assert [path.read_bytes() for path in files] == [b"kept", b"kept"]
    assert list(tmp_path.rglob(".*.draft")) == [foreign]
