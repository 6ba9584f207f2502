"""What Freqtrade's markets say of a pair's contract now: its type, and the delivery that a delisting announces."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, MutableMapping
from typing import Any

from hhq.coins import ContractType
from hhq.contracts import PERPETUAL, Contract
from hhq_freqtrade.attached import Attached

logger = logging.getLogger("hhq.trace")


class Contracts:
    """Contracts by pair, read from the markets each time: Freqtrade loads them again while it runs.

    A pair that has gone from the markets keeps its last contract. A backtest knows no deliveries: those of today say
    nothing about its time.
    """

    def __init__(self, freqtrade: Attached, *, live: bool) -> None:
        self._freqtrade = freqtrade
        self._live = live
        self._known: dict[str, Contract] = {}
        self._renamed: set[str] = set()

    def keep_names(self) -> None:
        """Give back their pairs to contracts that ccxt takes for futures since their delivery is announced."""
        exchange = self._freqtrade.dp._exchange
        for pair in () if exchange is None else restore_swaps(exchange.markets):
            if pair not in self._renamed:
                self._renamed.add(pair)
                logger.info("DELISTING: %s was loaded as a future, it keeps its name", pair)

    def of(self, pair: str) -> Contract:
        """Return the contract of a pair; a perpetual without a date if the markets have never named it."""
        if not self._live and pair in self._known:
            return self._known[pair]
        market = self._freqtrade.dp.market(pair)
        if market is not None:
            self._known[pair] = _contract(market.get("info") or {}, live=self._live)
        return self._known.get(pair, PERPETUAL)


def restore_swaps(markets: MutableMapping[str, Any]) -> list[str]:
    """Name the perpetuals among the markets that ccxt lists as futures as the swaps that they are; return their pairs.

    ccxt knows a perpetual by the type PERPETUAL or by a date far ahead. One of another type loses the latter, and with
    it its name, when its delivery is announced: Freqtrade could then not even close a position in it.
    """
    restored = []
    for name, market in tuple(markets.items()):
        kind = ContractType.named(str((market.get("info") or {}).get("contractType")))
        if market.get("future") and kind is ContractType.TRADIFI_PERPETUAL:
            pair = str(name).rpartition("-")[0]
            # In place: ccxt finds the same object by the exchange's name.
            market.update(symbol=pair, type="swap", swap=True, future=False, expiry=None, expiryDatetime=None)
            markets[pair] = markets.pop(name)
            restored.append(pair)
    return restored


def _contract(entry: Mapping[str, Any], *, live: bool) -> Contract:
    kind = ContractType.named(str(entry.get("contractType")))
    return Contract(kind, _delivery(entry.get("deliveryDate")) if live else math.nan)


def _delivery(value: object) -> float:
    """Return a date in ms UTC, NaN for none; ccxt passes on whatever the exchange sends, a number or a text."""
    try:
        date = float(value) if isinstance(value, int | float | str) else math.nan
    except ValueError:
        return math.nan
    return date if math.isfinite(date) and date > 0.0 else math.nan
