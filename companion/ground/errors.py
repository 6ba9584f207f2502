"""The root of all exceptions that the companion raises by itself; docs/errors.md shows the tree and who catches what."""

from __future__ import annotations


class CompanionError(Exception):
    """A foreseen failure; the message explains it to a person. A command that it ends exits with ``exit_status``."""

    exit_status = 1


class UsageError(CompanionError):
    """The user's input cannot be used; the message names it."""

    exit_status = 2
