"""Compiles the core: decides a small generated market once, and runs the exit engine's steps."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from companion.offline.candles import load_funding, load_panel
from companion.offline.data_folder import embedded_folder
from companion.offline.pair_rules import load_pair_rules
from companion.offline.signals import Candles, CoreDecision
from hhq.digest import column_digests
from hhq.exits.prepare import prepare_steps
from hhq.panel import WINDOW
from hhq.settings import HHQSettings

_COINS, _DAYS = 4, 7


def compile_core() -> None:
    """Call everything that is compiled; the machine code is cached for later processes."""
    with tempfile.TemporaryDirectory() as folder:
        market = embedded_folder(_COINS, _DAYS, parent=Path(folder))
        panel = load_panel(market)
        candles = Candles(panel, load_funding(market, panel), load_pair_rules(market, panel.symbols).coins)
        CoreDecision(HHQSettings())(candles, WINDOW)
    prepare_steps()
    column_digests((np.zeros((1, 1)),), 1, 0)
