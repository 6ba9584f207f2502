"""What the strategy's own columns say about each candle, and a command that is to refuse its arguments."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from companion.__main__ import main
from companion.domain_settings.in_force import named_settings
from companion.offline.candles import load_funding, load_panel
from companion.offline.data_folder import DataFolder
from companion.offline.pair_rules import load_pair_rules
from hhq.arrays import FloatArray
from hhq.coins import BTC, ETH
from hhq.decide import decide
from hhq.digest import digest_seed
from hhq.features.block import compute_features
from hhq.market.series import market_series
from hhq.panel import RecordedRows
from hhq_freqtrade.analysis.columns import DECISION, block_of, decision_columns, market_of, with_features
from hhq_freqtrade.analysis.frames import panel_of

SOL = "SOL/USDT:USDT"
GATE, DIGEST = DECISION.index("hhq_gate"), DECISION.index("hhq_digest")
Run = Callable[..., str]


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(("explain", *arguments)) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("companion: ")
    return printed.err


def strategy_columns(folder: DataFolder, pair: str) -> tuple[FloatArray, pd.DataFrame]:
    """The strategy's decision columns over the whole series, by its own functions, and the frame's dates."""
    settings = named_settings(None, None)
    file = f"{pair.split('/')[0]}_USDT_USDT-5m-futures.feather"
    frame = pd.read_feather(folder.path / "futures" / file)
    panel = panel_of(pair, frame)
    recorded = RecordedRows.not_available(1, panel.bars)
    recorded.funding_rate[:] = load_funding(folder, panel)
    series = market_series(load_panel(folder, [BTC]), load_panel(folder, [ETH]), settings.market)
    here = series.aligned(panel.first_bar, panel.bars)
    block = compute_features(panel, recorded, here.smt, settings.features)
    columns = with_features(frame, block, here.values)
    coins = load_pair_rules(folder, [pair]).coins
    read_back = block_of(pair, columns)
    decisions = decide(read_back, market_of(columns), coins, settings)
    return decision_columns(read_back, decisions, digest_seed(settings)), frame


def one_candle_of_each_gate(rows: FloatArray) -> list[int]:
    return [int(np.flatnonzero(rows[GATE] == gate)[-1]) for gate in np.unique(rows[GATE])]
