"""What a command prints for a reader who may have seen enough."""

from __future__ import annotations

import os
import sys


def write_out(text: str) -> None:
    """Print to standard output; a reader that has gone (head, less) is no error."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # Leave nothing for the interpreter to flush on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
