"""What the scanner has to find, computed as `companion explain` computes it: from the data folder's arrays."""

from __future__ import annotations

import numpy as np

from companion.offline.decisions import coin_of, decide_panel
from hhq.arrays import FloatArray
from hhq.coins import BTC, ETH
from hhq.decision_rows import decision_digests, decision_rows
from hhq.digest import digest_seed
from hhq.market.series import market_series
from hhq.panel import WINDOW, Panel, RecordedRows
from hhq.settings import HHQSettings
from tests.scanner.fed_market import FedMarket


def digests_of(market: FedMarket, bar: int, settings: HHQSettings) -> FloatArray:
    """Digests of all coins at a candle, live rules, without recorded rows; float64 (coins,)."""
    window = window_of(market.panel, bar)
    series = market_series(coin_of(window, BTC), coin_of(window, ETH), settings.market, bar)
    funding = market.memory.funding.panel(np.arange(window.coins), window.first_bar, window.bars)
    recorded = RecordedRows.of_funding(funding)
    decided = decide_panel(window, recorded, series, market.table, settings, bar)
    digests = decision_digests(decided.block, decision_rows(decided.decisions), digest_seed(settings))
    return digests[:, 0]


def window_of(panel: Panel, bar: int) -> Panel:
    """The last candles up to ``bar``."""
    last = bar - panel.first_bar + 1
    prices = (
        getattr(panel, name)[:, last - WINDOW : last].copy()
        for name in ("open", "high", "low", "close", "volume")
    )
    return Panel(panel.symbols, bar + 1 - WINDOW, *prices)
