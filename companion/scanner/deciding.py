"""One pass of the core over all coins: features, decisions, digests, order, columns. Pure work for a thread."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from companion.scanner.columns import CoinColumns, coin_columns
from companion.scanner.gathering import PassInputs
from companion.scanner.ranking import ranks
from hhq.arrays import BoolArray, FloatArray, IntArray
from hhq.coins import CoinTable
from hhq.contracts import with_contracts
from hhq.decide import Decisions, decide
from hhq.decision_rows import decision_digests, decision_rows
from hhq.digest import digest_seed
from hhq.features.block import compute_features
from hhq.features.catalogue import FeatureBlock
from hhq.input_digests import candle_digests, input_digests, market_digest
from hhq.layers import LAYERS
from hhq.market.series import MarketSeries, market_series
from hhq.panel import Panel, RecordedRows
from hhq.settings import HHQSettings

logger = logging.getLogger("companion.scanner")
_LAYER_MODULES = frozenset(f"hhq.layers.{layer.name}" for layer in LAYERS)


@dataclass(frozen=True, slots=True)
class Analysed:
    """Features of coins at one candle (coins × 1 bar) and whatever else the decision reads.

    ``candles`` float64 (coins,) and ``market_inputs``: digests of the coins' candles and of those of BTC and ETH.
    ``fresh`` bool (coins,): the coin's data allow a decision. ``market_lost``: BTC or ETH is traded but its candles
    are missing, so that no decision here can match the bot's.
    """

    block: FeatureBlock
    market: MarketSeries
    candles: FloatArray
    market_inputs: float
    coins: CoinTable
    symbols: tuple[str, ...]
    traded: BoolArray
    fresh: BoolArray
    market_lost: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """What :func:`decide_coins` finds; arrays as in :class:`companion.scanner.latest_scan.Scan`."""

    analysed: Analysed
    decisions: Decisions
    digests: FloatArray
    inputs: FloatArray
    fresh: BoolArray
    rank: IntArray
    columns: CoinColumns


def market_at_close(inputs: PassInputs, settings: HHQSettings) -> MarketSeries:
    """The state of the market at the candle of ``inputs``."""
    return market_series(inputs.btc, inputs.eth, settings.market, inputs.bar).aligned(inputs.bar, 1)


def features_of(
    candles: Panel, inputs: PassInputs, part: slice, market: MarketSeries, settings: HHQSettings
) -> tuple[FeatureBlock, FloatArray]:
    """Features, at the last candle, of the coins of one part of ``inputs``, and the digests of their candles.

    A coin that may not be decided (stale, not traded, without the closing candle, with a hole in its window) has no
    candles here: the core then stops it at the gate DATA.
    """
    recorded = _at_every_bar(inputs.recorded, part, candles.bars)
    features = compute_features(candles, recorded, market.smt, settings.features, candles.bars - 1)
    return features, candle_digests(candles, inputs.bar)


def put_together(
    inputs: PassInputs, market: MarketSeries, parts: Sequence[tuple[FeatureBlock, FloatArray]]
) -> Analysed:
    """The coins of ``inputs``, with what :func:`features_of` found of all parts joined."""
    block = FeatureBlock(
        inputs.pairs,
        inputs.bar,
        np.concatenate([features.values for features, _ in parts], axis=1),
        np.concatenate([features.history for features, _ in parts]),
    )
    return Analysed(
        block,
        market,
        np.concatenate([digests for _, digests in parts]),
        market_digest(inputs.btc, inputs.eth, inputs.bar),
        inputs.coins,
        inputs.symbols,
        inputs.traded,
        inputs.fresh,
        inputs.market_lost,
    )


def with_coins(all_coins: Analysed, some: Analysed, rows: IntArray) -> Analysed:
    """``all_coins`` with the coins at ``rows`` replaced by those of ``some``; the market and the other coins stay."""
    values, history = all_coins.block.values.copy(), all_coins.block.history.copy()
    fresh, traded, candles = all_coins.fresh.copy(), all_coins.traded.copy(), all_coins.candles.copy()
    candles[rows] = some.candles
    values[:, rows], history[rows] = some.block.values, some.block.history
    fresh[rows], traded[rows] = some.fresh, some.traded
    block = FeatureBlock(all_coins.block.symbols, all_coins.block.first_bar, values, history)
    return replace(all_coins, block=block, candles=candles, fresh=fresh, traded=traded)


def decide_coins(analysed: Analysed, late: BoolArray, settings: HHQSettings, failed: list[str]) -> Decided:
    """Decide all coins, with their order and columns; ``late`` bool (coins,) becomes a column.

    Pairs on which the core raises are added to ``failed`` and stop at the gate DATA: one coin's defect does not take
    the others with it.
    """
    try:
        decisions = _decide(analysed, settings)
    except Exception:  # process boundary: the coin that raises is found, counted, logged and left out
        logger.exception(
            "SCANNER_PASS_FAILED: the coins are decided one by one to find whose evaluation raises"
        )
        analysed = _without_failing(analysed, settings, failed)
        decisions = _decide(analysed, settings)
    block = analysed.block
    fresh = np.zeros_like(analysed.fresh) if analysed.market_lost else analysed.fresh
    seed = digest_seed(settings)
    digests = decision_digests(block, decision_rows(decisions), seed)[:, 0]
    inputs = input_digests(block, analysed.coins, seed, analysed.candles, analysed.market_inputs)
    digests[~fresh] = np.nan
    decisions = with_contracts(decisions, analysed.coins, settings)
    rank = ranks(decisions, block, fresh)
    columns = coin_columns(
        analysed.symbols, block, analysed.market, decisions, settings,
        digests=digests, fresh=fresh, late=late, rank=rank,
    )  # fmt: skip
    return Decided(analysed, decisions, digests, inputs, fresh, rank, columns)


def _decide(analysed: Analysed, settings: HHQSettings) -> Decisions:
    return decide(analysed.block, analysed.market.values, analysed.coins, settings)


def _without_failing(analysed: Analysed, settings: HHQSettings, failed: list[str]) -> Analysed:
    """The coins, those on which the decision raises blanked; each of these is logged with the place that raised."""
    block = analysed.block
    raising = [row for row in range(len(block.symbols)) if _raises(analysed, settings, row)]
    failed.extend(block.symbols[row] for row in raising)
    values, history, fresh = block.values.copy(), block.history.copy(), analysed.fresh.copy()
    values[:, raising], history[raising], fresh[raising] = np.nan, 0, False
    return replace(analysed, block=FeatureBlock(block.symbols, block.first_bar, values, history), fresh=fresh)


def _raises(analysed: Analysed, settings: HHQSettings, row: int) -> bool:
    one, block, coins = slice(row, row + 1), analysed.block, analysed.coins
    alone = replace(
        analysed,
        block=FeatureBlock(
            block.symbols[one],
            block.first_bar,
            np.ascontiguousarray(block.values[:, one]),
            block.history[one],
        ),
        coins=coins.one(row),
    )
    try:
        _decide(alone, settings)
    except Exception as error:  # process boundary: any defect of the core stops this coin alone
        logger.exception("SCANNER_COIN_FAILED %s in %s", block.symbols[row], _place(error))
        return True
    return False


def _place(error: BaseException) -> str:
    """The module of the core that raised; the layer's, if a layer did."""
    trace, modules = error.__traceback__, []
    while trace is not None:
        modules.append(str(trace.tb_frame.f_globals.get("__name__", "")))
        trace = trace.tb_next
    layers = [name for name in modules if name in _LAYER_MODULES]
    return (layers or modules)[-1]


def _at_every_bar(recorded: RecordedRows, part: slice, bars: int) -> RecordedRows:
    """A part's rows of one bar, broadcast to a whole window: only the last bar is read, so nothing is copied."""
    rows = (getattr(recorded, field.name)[part] for field in fields(recorded))
    return RecordedRows(*(np.broadcast_to(row, (row.shape[0], bars)) for row in rows))
