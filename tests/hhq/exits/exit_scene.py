"""Positions drawn at random, as the engine and as the reference hold them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hhq.arrays import FloatArray
from hhq.exits.levels import FillMarket, levels_at_fill
from hhq.exits.parameters import exit_parameters
from hhq.exits.position import Fill, open_position
from hhq.settings.base import parse
from hhq.settings.exits import ExitSettings
from hhq.settings.levels import LevelSettings
from tests.hhq.exits.exit_reference import HOUR, NAN, Reference


@dataclass
class Scene:
    """A position as the engine and as the reference hold it, and the random numbers of its market."""

    random: np.random.Generator
    state: FloatArray
    parameters: FloatArray
    reference: Reference
    delivery: float
    """When its contract is delivered, NaN for most."""


def scene(seed: int, *, confirm: bool) -> Scene:
    random = np.random.default_rng(seed)
    settings, level_settings = _drawn_settings(random, confirm=confirm), LevelSettings()
    parameters = exit_parameters(settings, level_settings, confirm_stops=confirm)
    entry, side = float(10 ** random.uniform(-5, 5)), float(random.choice([1.0, -1.0]))
    atr_pct = float(random.uniform(0.3, 8.0)) if random.random() < 0.97 else NAN
    market = FillMarket(
        entry * atr_pct / 100, atr_pct, atr_pct / 4, float(random.choice([0.4, 0.6, NAN])), 1.0
    )
    levels = levels_at_fill(market, entry, side, level_settings)
    leverage = float(random.integers(1, 30))
    distance = 0.9 / leverage * float(random.choice([NAN, 1.0]))
    start = 1_700_000_400.0 + float(random.choice([0.0, 130.0]))
    cross = bool(random.random() < 0.1)
    fill = Fill(entry, side, leverage, start, 0.1, entry * (1 - side * distance), cross)
    state = open_position(fill, levels, market, settings, parameters)
    reference = Reference(fill, levels, market, settings, level_settings, confirm)
    return Scene(random, state, parameters, reference, _drawn_delivery(seed, start))


def _drawn_delivery(seed: int, start: float) -> float:
    draw = np.random.default_rng([seed, 24])
    return start + float(draw.uniform(0.0, 24.0)) * HOUR if draw.random() < 0.05 else NAN


def _drawn_settings(random: np.random.Generator, *, confirm: bool) -> ExitSettings:
    """Settings with most of the rules switched on."""
    changes: dict[str, object] = {
        "candle_seconds": float(
            random.choice([0.0, 300.0, 1800.0]) if confirm else random.choice([300.0, 1800.0])
        ),
        "partial_take_profit": {
            "enabled": bool(random.random() < 0.5),
            "close_pct": float(random.choice([25.0, 33.0])),
        },
        "emergency": {"loss_pct": float(random.choice([3.17, 15.0]))},
        "confirmation": {
            "evaluations": int(random.integers(1, 5)),
            "seconds": float(random.choice([0.0, 5.0])),
        },
        "time_reduction": {"close_pct": float(random.choice([10.0, 40.0]))},
    }
    for name in (
        "trail",
        "breakeven",
        "time_reduction",
        "adverse",
        "gradual",
        "force",
        "recovery_exit",
        "reversal",
        "delisting",
    ):
        section = changes.setdefault(name, {})
        assert isinstance(section, dict)
        section["enabled"] = bool(random.random() < 0.85)
    return parse(ExitSettings, changes)
