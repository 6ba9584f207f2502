"""What can go wrong with the database."""

from __future__ import annotations

from companion.ground.errors import CompanionError, UsageError


class StoreError(CompanionError):
    """The database cannot be used; the message says why, with the URL without its password."""


class StoreSettingsError(UsageError):
    """The settings of the database cannot be used; the message names the key."""


class StoreBusyError(StoreError):
    """So much work is waiting for the database that no more is accepted."""


class LeaseLostError(CompanionError):
    """This instance is not (or no longer) the active one of its account: it must not act."""
