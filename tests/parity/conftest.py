"""Recorded candles of all coins, and the decisions on them from the whole series."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from companion.offline.candles import load_funding, load_panel
from companion.offline.data_folder import open_folder
from companion.offline.pair_rules import load_pair_rules
from hhq.arrays import FloatArray
from hhq.settings import HHQSettings
from tests.parity.tape import Tape, one_coin, sealed_rows


@pytest.fixture(scope="session")
def recording(recorded_data: Path) -> Tape:
    """All recorded candles and funding; no recorder's rows exist for them, so those are drawn at random."""
    folder = open_folder(recorded_data / "binance")
    panel = load_panel(folder)
    coins = load_pair_rules(folder, panel.symbols).coins
    recorded = sealed_rows(panel.coins, panel.bars, load_funding(folder, panel), seed=7)
    btc, eth = (one_coin(panel, symbol) for symbol in ("BTC/USDT:USDT", "ETH/USDT:USDT"))
    return Tape(panel, recorded, coins, btc, eth)


@pytest.fixture(scope="session")
def settings() -> HHQSettings:
    return HHQSettings()


@pytest.fixture(scope="session")
def whole_series(recording: Tape, settings: HHQSettings) -> FloatArray:
    """Digests of every coin and candle as the strategy's columns have them: one coin at a time, all candles."""
    bars = recording.panel.bars
    return np.vstack(
        [recording.cut(0, bars, [coin]).decided(settings).digests for coin in range(recording.panel.coins)]
    )
