"""Options of the commands that decide recorded candles: data folders, pairs, settings; and what they name."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from companion.domain_settings.in_force import named_settings
from companion.ground.errors import UsageError
from companion.offline.data_folder import DataFolder, open_folder, shortened
from companion.offline.named_pairs import named_pairs
from hhq.settings import HHQSettings


def add_settings_options(parser: argparse.ArgumentParser) -> None:
    """Add --settings and --parameters."""
    parser.add_argument("--settings", type=Path, metavar="FILE", help="settings (default: config/hhq.toml)")
    parser.add_argument(
        "--parameters",
        type=Path,
        metavar="FILE",
        help="Freqtrade's parameter file (default: HHQStrategy.json if there)",
    )


def add_sets_options(parser: argparse.ArgumentParser) -> None:
    """Add --data with several folders, and --processes."""
    parser.add_argument(
        "--data",
        type=Path,
        nargs="+",
        default=[],
        metavar="DIR",
        help="Freqtrade data folders, each one set",
    )
    parser.add_argument(
        "--processes",
        type=count_from_one,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes (default: one a core)",
    )


def sets_of(options: argparse.Namespace) -> list[DataFolder]:
    """Open the folders that --data names. Raises UsageError for none, and for two that could not be told apart."""
    if not options.data:
        raise UsageError("--data is missing: one or more Freqtrade data folders")
    folders = [open_folder(path) for path in options.data]
    names = [folder.path.name for folder in folders]
    if len(set(names)) < len(names):
        raise UsageError(f"--data: two folders have the same name: {', '.join(names)}")
    return folders


def count_from_one(text: str) -> int:
    """Return the number that an option gives. Raises ArgumentTypeError for anything but a whole number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text}: a whole number from 1 on is wanted")
    return int(text)


def settings_of(options: argparse.Namespace, overlay: Path | None = None) -> HHQSettings:
    """Read the settings that the options name, and the overlay if it exists. Raises UsageError naming what is unusable."""
    return named_settings(options.settings, options.parameters, overlay)


def pairs_of(folder: DataFolder, texts: list[str]) -> tuple[str, ...]:
    """The pairs that a --pair option names, all of the folder without one; says which files of the folder are not read.

    Raises UsageError naming a pair that is not there, and for an option that names none.
    """
    if folder.unread:
        print(f"not read in {folder.path / 'futures'}: {shortened(folder.unread)}", file=sys.stderr)
    names = [name for text in texts for name in text.split(",") if name.strip()]
    if texts and not names:
        raise UsageError("--pair names no pair")
    return named_pairs(folder, names)
