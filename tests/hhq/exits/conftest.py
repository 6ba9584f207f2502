"""A position with chosen levels, and the market that it meets."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pytest

from hhq.arrays import FloatArray
from hhq.exits.levels import FillMarket, Levels
from hhq.exits.parameters import exit_parameters
from hhq.exits.position import Fill, open_position
from hhq.exits.step import Candle, CandleStep, Decision, Surroundings, Tick, step_candle, step_open, step_tick
from hhq.settings.base import parse
from hhq.settings.exits import ExitSettings
from hhq.settings.levels import LevelSettings

START = 1_700_000_400.0
"""A moment at which a 5m, a 15m and a 1h candle begin."""


def around(**fields: float | bool) -> Surroundings:
    return Surroundings(**fields)  # type: ignore[arg-type]  # each by its name


@dataclass
class Bench:
    """A position at entry 100 with ATR 2, its stop 5 and its target 10 away, taken through its life step by step."""

    side: float = 1.0
    leverage: float = 5.0
    stop: float = 5.0
    target: float = 10.0
    atr: float = 2.0
    fees_pct: float = 0.1
    liquidation: float = math.nan
    cross: bool = False
    confirm: bool = False
    trail_roi: float = 1000.0
    trail_activation: float = 1000.0
    trail_distance: float = 3.0
    level: float = 2.0
    entry: float = 100.0
    changes: dict[str, object] = field(default_factory=dict)
    state: FloatArray = field(init=False)
    parameters: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        settings = parse(ExitSettings, self.changes)
        self.parameters = exit_parameters(settings, LevelSettings(), confirm_stops=self.confirm)
        market = FillMarket(self.atr, self.atr / self.entry * 100.0, 0.5, 0.5, 1.0)
        self.state = open_position(self.fill, self.levels, market, settings, self.parameters)

    @property
    def fill(self) -> Fill:
        return Fill(
            self.entry,
            self.side,
            self.leverage,
            START,
            self.fees_pct,
            self.price(self.liquidation),
            self.cross,
        )

    @property
    def levels(self) -> Levels:
        prices = (self.price(-self.stop), self.price(self.target))
        trail = (self.trail_activation, self.trail_distance, self.trail_roi)
        numbers = (self.level, *prices, self.stop, self.target, 1.0, 1.0, *trail)
        return Levels(*(np.array(number) for number in numbers))

    def price(self, move: float) -> float:
        """The price after a move of ``move`` in the position's favour (entry 100: percent)."""
        return self.entry + self.side * move

    def tick(self, seconds: float, move: float, **market: float | bool) -> Decision:
        tick = Tick(START + seconds, self.price(move), around(**market))
        self.state, decision = step_tick(self.state, tick, self.parameters)
        return decision

    def open(
        self, candles: float, move: float, closed: Candle | None = None, **market: float | bool
    ) -> Decision:
        tick = Tick(START + candles * 300.0, self.price(move), around(**market))
        self.state, decision = step_open(self.state, tick, self.parameters, closed)
        return decision

    def bar(self, candles: float, first: float, best: float, worst: float, last: float) -> Candle:
        """The candle number ``candles`` by its moves in the position's favour."""
        high, low = max(self.price(best), self.price(worst)), min(self.price(best), self.price(worst))
        return Candle(START + candles * 300.0, self.price(first), high, low, self.price(last))

    def candle(
        self, candles: float, first: float, best: float, worst: float, last: float, **market: float | bool
    ) -> CandleStep:
        bar = self.bar(candles, first, best, worst, last)._replace(around=around(**market))
        step = step_candle(self.state, bar, self.parameters)
        self.state = step.state
        return step


@pytest.fixture(params=[1.0, -1.0], ids=["long", "short"])
def side(request: pytest.FixtureRequest) -> float:
    return float(request.param)


@pytest.fixture(scope="session")
def bench() -> type[Bench]:
    return Bench
