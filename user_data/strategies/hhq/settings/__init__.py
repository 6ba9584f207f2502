"""All domain settings of HHQ-1: one frozen tree, read from config/hhq.toml.

Every leaf carries its default, range, unit and help text; the documentation, the configuration file and the JSON
schema are generated from here.
"""

from __future__ import annotations

from typing import Literal

from hhq.settings.base import Section, SettingsError, option, parse
from hhq.settings.costs import CostSettings
from hhq.settings.entry import EntrySettings
from hhq.settings.exits import ExitSettings
from hhq.settings.features import FeatureSettings
from hhq.settings.guards import GuardSettings
from hhq.settings.layers import LayersSettings
from hhq.settings.levels import LevelSettings
from hhq.settings.leverage import LeverageSettings
from hhq.settings.market import MarketSettings
from hhq.settings.signal import SignalSettings
from hhq.settings.sizing import SizingSettings

__all__ = ["HHQSettings", "Section", "SettingsError", "parse"]


class HHQSettings(Section):
    """All domain settings."""

    profile: Literal["guide", "measured"] = option(
        "guide",
        "Whose values stand where a key is not given: guide (the defaults) or measured (docs/profiles.md).",
    )
    features: FeatureSettings = FeatureSettings()
    signal: SignalSettings = SignalSettings()
    layers: LayersSettings = LayersSettings()
    market: MarketSettings = MarketSettings()
    leverage: LeverageSettings = LeverageSettings()
    costs: CostSettings = CostSettings()
    entry: EntrySettings = EntrySettings()
    sizing: SizingSettings = SizingSettings()
    levels: LevelSettings = LevelSettings()
    exits: ExitSettings = ExitSettings()
    guards: GuardSettings = GuardSettings()
