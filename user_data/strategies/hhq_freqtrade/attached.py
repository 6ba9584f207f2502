"""What Freqtrade attaches to a strategy once it has made it."""

from __future__ import annotations

from typing import Protocol

from freqtrade.data.dataprovider import DataProvider
from freqtrade.wallets import Wallets


class Attached(Protocol):
    """A strategy as its parts see it. Both attributes come after the strategy's constructor: ask when you need them."""

    dp: DataProvider
    wallets: Wallets | None
