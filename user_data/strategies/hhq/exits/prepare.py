"""Compiles the exit engine before the first trade: a bot that compiles in its loop is late to check its stops."""

from __future__ import annotations

from hhq.exits.answers import stop_price
from hhq.exits.levels import FillMarket, levels_at_fill
from hhq.exits.parameters import exit_parameters
from hhq.exits.position import Fill, open_position
from hhq.exits.step import Candle, Tick, settle_reduction, standing, step_candle, step_open, step_tick
from hhq.settings.exits import ExitSettings
from hhq.settings.levels import LevelSettings


def prepare_steps() -> None:
    """Run every step once on a made-up position; no later call has to compile, whatever numbers it passes."""
    settings, tables = ExitSettings(), LevelSettings()
    parameters = exit_parameters(settings, tables, confirm_stops=True)
    market = FillMarket(2.0, 2.0, 0.5, 0.5, 1.0)
    fill = Fill(100.0, 1.0, 3.0, 0.0, 0.1)
    state = open_position(fill, levels_at_fill(market, 100.0, 1.0, tables), market, settings, parameters)
    candle = Candle(0.0, 100.0, 101.0, 99.0, 100.0)
    state = step_candle(state, candle, parameters).state
    state, _ = step_open(state, Tick(300.0, 100.0), parameters, candle)
    state, _ = step_tick(state, Tick(303.0, 100.0), parameters)
    state = settle_reduction(state)
    stop_price(state, parameters)
    standing(state)
