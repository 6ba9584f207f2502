"""The root of all exceptions that the companion raises by itself; docs/errors.md shows the tree and who catches what."""

from __future__ import annotations


class CompanionError(Exception):
    """Something foreseen went wrong; the message says what, to a person. A command that it ends has this exit status."""

    exit_status = 1


class UsageError(CompanionError):
    """What the user gave cannot be used; the message names it."""

    exit_status = 2
