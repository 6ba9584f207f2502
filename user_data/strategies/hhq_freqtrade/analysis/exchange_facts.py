"""What Freqtrade's exchange knows about a pair: tick size, smallest order, leverage tiers, last price."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from ccxt import TICK_SIZE
from freqtrade.data.dataprovider import DataProvider
from freqtrade.exchange import Exchange, price_to_precision

from hhq.coins import CoinTable
from hhq.contracts import PERPETUAL, Contract
from hhq.liquidation import LeverageTiers
from hhq_freqtrade.attached import Attached


@dataclass(frozen=True, slots=True)
class PairFacts:
    """Facts about one pair: prices and notional in USDT, amounts in coins, NaN = the exchange does not say."""

    tick_size: float
    minimum_notional: float
    minimum_amount: float
    tiers: LeverageTiers | None

    def smallest_notional(self, price: float) -> float:
        """Return the smallest notional of an order at ``price``, both in USDT; 0 if the exchange names no minimum."""
        candidates = (self.minimum_notional, self.minimum_amount * price)
        return max((value for value in candidates if not math.isnan(value)), default=0.0)

    def on_tick(self, price: float) -> float:
        """Return the price at which an order for ``price`` is placed: Freqtrade computes the amount from the price
        that it is given, and rounds the price to the tick afterwards.
        """
        tick = None if math.isnan(self.tick_size) else self.tick_size
        return float(price_to_precision(price, tick, TICK_SIZE))

    def coin_table(self, pair: str, contract: Contract = PERPETUAL) -> CoinTable:
        """Return the coin table for this pair's market decision."""
        rate = float(self.tiers.maintenance_rate[0]) if self.tiers else math.nan
        largest = float(self.tiers.maximum_leverage[0]) if self.tiers else math.nan
        return CoinTable(
            (pair,),
            np.array([self.tick_size]),
            np.array([rate]),
            np.array([largest]),
            np.array([contract.type], dtype=np.int8),
            np.array([contract.delivery_ms]),
        )


class ExchangeFacts:
    """Facts about pairs, read from the exchange once each, and last prices, read every time."""

    def __init__(self, freqtrade: Attached) -> None:
        self._freqtrade = freqtrade
        self._facts: dict[str, PairFacts] = {}

    def of(self, pair: str) -> PairFacts:
        """Return the facts of ``pair``; raise ValueError for a pair that the exchange does not list."""
        if pair not in self._facts:
            self._facts[pair] = pair_facts(self._freqtrade.dp, pair)
        return self._facts[pair]

    def price_now(self, pair: str) -> float:
        """Return the last price that the exchange reports, NaN if it reports none."""
        price = self._freqtrade.dp.ticker(pair).get("last")
        return float(price) if price is not None else math.nan


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and value > 0 else math.nan


def pair_facts(data: DataProvider, pair: str) -> PairFacts:
    """Read the facts of ``pair``; raise ValueError for a pair that the exchange does not list."""
    market = data.market(pair)
    if market is None:
        raise ValueError(f"{pair}: not listed by the exchange")
    limits = market.get("limits", {})
    return PairFacts(
        tick_size=_number(market.get("precision", {}).get("price")),
        minimum_notional=_number((limits.get("cost") or {}).get("min")),
        minimum_amount=_number((limits.get("amount") or {}).get("min")),
        tiers=leverage_tiers(data._exchange, pair),
    )


def lowest_tiers(exchange: Exchange) -> dict[str, tuple[float, float]]:
    """Return, for every pair with tiers, maintenance margin rate (a fraction) and highest leverage of the lowest tier."""
    found = {}
    for pair in sorted(exchange._leverage_tiers):
        tiers = leverage_tiers(exchange, pair)
        if tiers is not None:
            found[pair] = float(tiers.maintenance_rate[0]), float(tiers.maximum_leverage[0])
    return found


def leverage_tiers(exchange: Exchange | None, pair: str) -> LeverageTiers | None:
    """Return the leverage tiers of ``pair``, None if the exchange has none (in which case there is no entry)."""
    rows = exchange._leverage_tiers.get(pair) if exchange else None
    if not rows:
        return None
    ordered = sorted(rows, key=lambda row: row["minNotional"])
    return LeverageTiers(
        minimum_notional=np.array([row["minNotional"] for row in ordered], dtype=np.float64),
        maximum_notional=np.array([row["maxNotional"] or math.inf for row in ordered], dtype=np.float64),
        maximum_leverage=np.array([row["maxLeverage"] for row in ordered], dtype=np.float64),
        maintenance_rate=np.array([row["maintenanceMarginRate"] for row in ordered], dtype=np.float64),
        maintenance_amount=np.array([row["maintAmt"] or 0.0 for row in ordered], dtype=np.float64),
    )
