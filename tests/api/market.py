"""A real scan: the embedded market, decided by the core the way the scanner does it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from companion.market.memory import MarketMemory
from companion.market.universe import Coin
from companion.offline.candles import PRICES, load_panel, load_recorded
from companion.offline.data_folder import embedded_folder
from companion.offline.decisions import coin_of, decide_panel
from companion.offline.pair_rules import load_pair_rules
from companion.scanner.columns import coin_columns
from companion.scanner.funnels import FunnelMemory
from companion.scanner.latest_scan import LiveView, Scan
from hhq.coins import BTC, ETH, CoinTable, base_of
from hhq.decision_rows import decision_digests, decision_rows
from hhq.digest import digest_seed
from hhq.input_digests import candle_digests, input_digests
from hhq.market.series import market_series
from hhq.panel import CANDLE_MS, WINDOW, Panel, RecordedRows
from hhq.settings import HHQSettings

COINS, DAYS, SEED = 10, 11, 3
LOOKED_AT = 1500


@dataclass(frozen=True)
class Scene:
    """A scan with a live view and the market memory that they belong to."""

    scan: Scan
    live: LiveView
    market: MarketMemory


@lru_cache(maxsize=1)
def scene() -> Scene:
    """The scene, made once; tests only read it."""
    folder = embedded_folder(COINS, DAYS, SEED)
    settings = HHQSettings()
    rules = load_pair_rules(folder, folder.pairs)
    panel = load_panel(folder, folder.pairs)
    bar = _bar_with_a_signal(panel, load_recorded(folder, panel), rules.coins, settings)
    end = bar + 1 - panel.first_bar
    columns = (np.ascontiguousarray(getattr(panel, name)[:, end - WINDOW : end]) for name in PRICES)
    window = Panel(panel.symbols, bar + 1 - WINDOW, *columns)
    market = market_series(coin_of(window, BTC), coin_of(window, ETH), settings.market, bar)
    recorded = load_recorded(folder, window)
    decided = decide_panel(window, recorded, market, rules.coins, settings, bar)
    symbols = tuple(f"{base_of(pair)}USDT" for pair in panel.symbols)
    count = len(symbols)
    seed = digest_seed(settings)
    digests = decision_digests(decided.block, decision_rows(decided.decisions), seed)[:, 0]
    inputs = input_digests(decided.block, decided.coins, seed, candle_digests(window, bar), 0.0)
    fresh, late = np.ones(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    rank = np.arange(count, dtype=np.int64) + 1
    views = coin_columns(
        symbols, decided.block, decided.market, decided.decisions, settings,
        digests=digests, fresh=fresh, late=late, rank=rank,
    )  # fmt: skip
    funnels = FunnelMemory().count(decided.decisions, fresh)
    close_ms = (bar + 1) * CANDLE_MS
    scan = Scan(
        bar, decided.block, decided.market, decided.coins, decided.decisions, digests, inputs, fresh, late, rank,
        settings, views, funnels, 1, close_ms, close_ms + 180,
    )  # fmt: skip
    return Scene(scan, _live(scan), _memory(window, symbols, scan))


def _bar_with_a_signal(panel: Panel, recorded: RecordedRows, coins: CoinTable, settings: HHQSettings) -> int:
    """The newest bar with an accepted signal."""
    first = panel.first_bar + panel.bars - LOOKED_AT
    market = market_series(coin_of(panel, BTC), coin_of(panel, ETH), settings.market, first)
    decided = decide_panel(panel, recorded, market, coins, settings, first)
    return first + int(np.flatnonzero(decided.decisions.accepted().any(axis=0))[-1])


def _live(scan: Scan) -> LiveView:
    count = len(scan.columns)
    price = scan.block.values[0, :, 0] * 1.001
    nothing = np.full(count, np.nan)
    return LiveView(
        7, scan.bar, scan.published_ms + 900, np.arange(count), price, price, nothing, nothing, nothing, nothing,
        nothing, nothing, scan.decisions.gate[:, 0], np.zeros(count, dtype=np.bool_),
    )  # fmt: skip


def _memory(window: Panel, symbols: tuple[str, ...], scan: Scan) -> MarketMemory:
    coins = [
        Coin(pair, symbol, funding_hours=4.0) for pair, symbol in zip(window.symbols, symbols, strict=True)
    ]
    market = MarketMemory(coins)
    for row in range(len(coins)):
        values = np.stack([getattr(window, name)[row] for name in PRICES])
        market.candles.put_many(row, window.first_bar, values)
    market.live.mark_price[:] = scan.block.values[0, :, 0]
    market.live.funding_rate[:] = np.linspace(-0.12, 0.05, len(coins))
    market.live.mark_ms[:] = scan.published_ms
    market.live.next_funding_ms[:] = scan.close_ms + 3_600_000
    return market
