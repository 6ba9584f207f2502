"""The analysis of a pair: its frame gets features and market, then decisions; callbacks get a table to look up."""

from __future__ import annotations

import pandas as pd

from hhq.arrays import FloatArray
from hhq.coins import CoinTable
from hhq.contracts import with_contracts
from hhq.decide import decide
from hhq.features.block import compute_features
from hhq.features.catalogue import FeatureBlock
from hhq.input_digests import candle_digests, input_digests
from hhq.panel import Panel
from hhq_freqtrade.analysis.columns import (
    block_of,
    decision_columns,
    market_of,
    with_decisions,
    with_features,
)
from hhq_freqtrade.analysis.context import BotContext
from hhq_freqtrade.analysis.feature_cache import FeatureCache
from hhq_freqtrade.analysis.frames import panel_of
from hhq_freqtrade.analysis.last_analysis import FrameAnalysis, LastAnalysis
from hhq_freqtrade.analysis.market_data import MarketReader, funding_rates
from hhq_freqtrade.analysis.pair_table import CandidateDecisions, PairTable
from hhq_freqtrade.analysis.recorded_rows import RecordedInputs
from hhq_freqtrade.analysis.signal_log import SignalLog
from hhq_freqtrade.attached import Attached
from hhq_shared.bot_configuration import recordings_folder


class PairAnalysis:
    """Analyses pairs one after another, and keeps their tables."""

    def __init__(self, context: BotContext, freqtrade: Attached, timeframe: str) -> None:
        self._settings = context.settings
        self._facts = context.facts
        self._contracts = context.contracts
        self._tables = context.tables
        self._live = context.live
        self._freqtrade = freqtrade
        self._timeframe = timeframe
        self._market = MarketReader()
        self._recorded = RecordedInputs(recordings_folder(context.config), live=context.live)
        self._cache = FeatureCache()
        self._last = LastAnalysis()
        self._log = SignalLog()

    def with_features(self, frame: pd.DataFrame, pair: str) -> pd.DataFrame:
        """Return the frame with the features of the coin and the state of the market."""
        data, settings = self._freqtrade.dp, self._settings.current
        panel = panel_of(pair, frame)
        funding = funding_rates(data, pair, panel.first_bar, panel.bars)
        recorded = self._recorded.rows(pair, panel.first_bar, panel.bars, funding)
        market = self._market.aligned(data, self._timeframe, panel.first_bar, panel.bars, settings.market)
        compute = self._cache.block if self._live else compute_features
        block = compute(panel, recorded, market.smt, settings.features)
        analysed = with_features(frame, block, market.values, tags=self._live)
        if self._live:
            self._last.keep(FrameAnalysis(analysed, panel, block, market.values))
        return analysed

    def with_decisions(self, frame: pd.DataFrame, pair: str) -> tuple[pd.DataFrame, int]:
        """Return the frame with the decision on every candle, made from its feature columns alone.

        Also returns, in a running bot, the side of a fresh accepted signal on the newest candle, else 0.
        """
        settings, last = self._settings.current, self._last.fetch(frame)
        block, market = (last.block, last.market) if last else (block_of(pair, frame), market_of(frame))
        coin = self._facts.of(pair).coin_table(pair, self._contracts.of(pair))
        decided = decide(block, market, coin, settings)
        decisions = with_contracts(decided, coin, settings)
        rows = decision_columns(block, decided, self._settings.seed, decisions)
        if last is not None:
            table = PairTable.of_panel(last.panel, block, market, rows)
        else:
            kept = None if self._live else CandidateDecisions(decisions.signals, settings)
            table = PairTable.of(pair, frame, block, market, rows, kept)
        if decisions is not decided:
            table = table.with_market_signals(decided)
        self._tables.take(table, decisions.accepted()[0])
        side = self._log.write(table, decisions.signals) if self._live else 0
        if not self._live:
            return with_decisions(frame, rows, decisions), side
        inputs = self._inputs(last.panel if last else panel_of(pair, frame), block, coin)
        return with_decisions(frame, rows, decisions, inputs), side

    def _inputs(self, panel: Panel, block: FeatureBlock, coin: CoinTable) -> FloatArray:
        """Return the digests of what the newest candle is decided from, by which the companion knows what it compares."""
        bar = panel.first_bar + panel.bars - 1
        candles, market = candle_digests(panel, bar), self._market.digest(bar)
        return input_digests(block, coin, self._settings.seed, candles, market)[:, 0]

    def drop(self, pair: str) -> None:
        """Forget a pair whose analysis failed."""
        self._tables.drop(pair)
        self._cache.forget(pair)
