"""What the parts of the streams share, and what outlives a single run of them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from companion.ground.clock import Clock
from companion.market.memory import MarketMemory
from companion.settings.streams import StreamSettings
from companion.streams.candle_validator import CandleValidator
from companion.streams.clock import ExchangeClock
from companion.streams.counters import Counters
from companion.streams.intake import Intake
from companion.streams.staleness_monitor import StalenessMonitor
from companion.streams.weight import WeightLedger
from companion.tasks.turns import Turns
from companion.venues.venue import Venue
from hhq.coins import ContractType

TradedTypes: TypeAlias = Callable[[], Collection[ContractType]]
"""The contract types whose coins are watched, by the settings in force."""


def only_perpetuals() -> Collection[ContractType]:
    """The contract types that are traded unless a setting says otherwise."""
    return (ContractType.PERPETUAL,)


@dataclass(frozen=True, slots=True)
class StreamContext:
    """Venue, memory, clocks, rng and counters; each is the only one of its kind in the streams.

    Coins of other contract types than ``traded_types`` are not watched.
    """

    venue: Venue
    market: MarketMemory
    settings: StreamSettings
    clock: Clock
    rng: Random
    ledger: WeightLedger
    counters: Counters
    exchange_clock: ExchangeClock
    staleness: StalenessMonitor
    validator: CandleValidator
    intake: Intake
    turns: Turns
    traded_types: TradedTypes

    @classmethod
    def around(
        cls,
        venue: Venue,
        market: MarketMemory,
        settings: StreamSettings,
        clock: Clock,
        rng: Random,
        ledger: WeightLedger,
        turns: Turns,
        traded_types: TradedTypes = only_perpetuals,
    ) -> StreamContext:
        """A context that adds its own parts to those given."""
        counters, exchange_clock = Counters(), ExchangeClock(clock)
        staleness = StalenessMonitor(market, counters)
        validator = CandleValidator(market, exchange_clock, staleness, counters)
        intake = Intake(market, validator, clock, exchange_clock, counters)
        return cls(
            venue,
            market,
            settings,
            clock,
            rng,
            ledger,
            counters,
            exchange_clock,
            staleness,
            validator,
            intake,
            turns,
            traded_types,
        )
