"""What ends a command: a message for the user and the exit status."""

from __future__ import annotations


class CompanionError(Exception):
    """The command can not go on; the message says why. Exit status 1."""

    status = 1


class UsageError(CompanionError):
    """What the user gave can not be used; the message names it. Exit status 2."""

    status = 2
