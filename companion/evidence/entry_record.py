"""What the bot stored with a trade about its entry, as far as it is held against what the trade became."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    settings: str


class EntryRecord(BaseModel):
    """The record of a signal that became an entry (``hhq_shared.trade_keys.SIGNAL_KEY``); what else it holds is not read.

    ``candle``: clock number of the signal's candle; ``price`` its close, ``entry_price`` the price that the signal named for
    its order, both None = n/a; ``forced``: a user asked for the entry.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    candle: int
    side: Literal[-1, 1]
    price: float | None = None
    entry_price: float | None = None
    forced: bool = False
    settings_snapshot: _Settings

    @property
    def settings_digest(self) -> str:
        """Digest of the settings that the entry was decided with."""
        return self.settings_snapshot.settings

    @classmethod
    def of(cls, stored: object) -> Self | None:
        """Return the record as it was stored, None where there is none that can be read."""
        if not isinstance(stored, Mapping):
            return None
        try:
            return cls.model_validate(stored)
        except ValidationError:
            return None
