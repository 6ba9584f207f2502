"""What a command is, as seen by the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from companion.ground.errors import UsageError


@dataclass(frozen=True)
class Command:
    """Its options, and what it does: options → exit status. Its name is in :mod:`companion.commands.registry`."""

    add_options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
    passes_on: bool = False
    """Whether arguments after ``--`` are passed on to Freqtrade (options.freqtrade_arguments)."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors take the same way out as all other wrong input."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError instead of printing and exiting."""
        raise UsageError(f"{message} (see {self.prog} --help)")
