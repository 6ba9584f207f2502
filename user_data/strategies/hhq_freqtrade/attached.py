"""What Freqtrade attaches to a strategy after constructing it."""

from __future__ import annotations

from typing import Protocol

from freqtrade.data.dataprovider import DataProvider
from freqtrade.wallets import Wallets


class Attached(Protocol):
    """A strategy as its parts see it. Freqtrade sets both attributes after the constructor: read them when needed."""

    dp: DataProvider
    wallets: Wallets | None
