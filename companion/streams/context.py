"""What the parts of the streams share, and what outlives a single run of them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from companion.ground.clock import Clock
from companion.market.memory import MarketMemory
from companion.settings.streams import StreamSettings
from companion.streams.clock import ExchangeClock
from companion.streams.counters import Counters
from companion.streams.freshness import Freshness
from companion.streams.gate import CandleGate
from companion.streams.intake import Intake
from companion.streams.weight import WeightLedger
from companion.tasks.turns import Turns


@dataclass(frozen=True, slots=True)
class StreamContext:
    """Memory, clocks, chance and counters; each is the only one of its kind in the streams."""

    market: MarketMemory
    settings: StreamSettings
    clock: Clock
    chance: Random
    ledger: WeightLedger
    counters: Counters
    exchange_clock: ExchangeClock
    freshness: Freshness
    gate: CandleGate
    intake: Intake
    turns: Turns

    @classmethod
    def around(
        cls,
        market: MarketMemory,
        settings: StreamSettings,
        clock: Clock,
        chance: Random,
        ledger: WeightLedger,
        turns: Turns,
    ) -> StreamContext:
        """A context with parts of its own around what is given."""
        counters, exchange_clock = Counters(), ExchangeClock(clock)
        freshness = Freshness(market, counters)
        gate = CandleGate(market, exchange_clock, freshness, counters)
        intake = Intake(market, gate, clock, exchange_clock, counters)
        return cls(
            market, settings, clock, chance, ledger, counters, exchange_clock, freshness, gate, intake, turns
        )
