"""What a command prints for a reader who may have seen enough, and whether it can write a file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from companion.ground.errors import UsageError


def write_out(text: str) -> None:
    """Print to standard output; a reader that has gone (head, less) is no error."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # Leave nothing for the interpreter to flush on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def check_writable(option: str, path: Path | None) -> None:
    """Raise UsageError, before the work is done, if an option's file could not be written: a folder, or below a file."""
    if path is None:
        return
    if path.is_dir():
        raise UsageError(f"{option} {path}: cannot be written: it is a folder")
    ancestor = next(above for above in path.absolute().parents if above.exists())
    if not ancestor.is_dir():
        raise UsageError(f"{option} {path}: cannot be written: {ancestor} is no folder")
