"""The columns that the strategy writes: first features and market, then decisions made from those columns alone.

``populate_indicators`` runs once, but ``populate_entry_trend`` runs in every epoch of a hyperopt and in other
processes: everything that a decision needs therefore travels in the frame.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd

from hhq.arrays import FloatArray, plain
from hhq.decide import Decisions
from hhq.decision_rows import DECISION_ROWS, decision_digests, decision_rows
from hhq.digest import digest_text
from hhq.features.catalogue import Feature, FeatureBlock
from hhq.input_digests import INPUT_DIGESTS
from hhq.market.values import MarketValues
from hhq.panel import CANDLE_MS
from hhq.regime import Regime
from hhq_freqtrade.analysis.frames import open_times, with_columns

PREFIX = "hhq_"
FEATURES = [PREFIX + feature.name.lower() for feature in Feature]
HISTORY = PREFIX + "history"
MARKET = [f"{PREFIX}market_{field.name}" for field in fields(MarketValues)]
SIGNALS = ["enter_long", "enter_short", "exit_long", "exit_short"]
"""Freqtrade's own columns; exits belong to the exit engine, so the last two stay 0."""
INPUTS = [f"{PREFIX}input_{name}" for name in INPUT_DIGESTS]
"""Digests of what the newest candle was decided from; live only, NaN on every other candle."""
DECISION = [*(PREFIX + name for name in DECISION_ROWS), PREFIX + "digest"]

_FEATURE_INDEX, _MARKET_INDEX = pd.Index(FEATURES), pd.Index(MARKET)
_ANALYSIS_INDEX = pd.Index([*FEATURES, HISTORY, *MARKET])
_DECISION_INDEX = pd.Index([*DECISION, *SIGNALS])
_LIVE_INDEX = pd.Index([*DECISION, *SIGNALS, *INPUTS])
_TAG_INDEX = pd.Index(["enter_tag", "exit_tag"])


def with_features(
    frame: pd.DataFrame, block: FeatureBlock, market: MarketValues, *, tags: bool = False
) -> pd.DataFrame:
    """Return the frame with the features and the history of its one coin, and the market's values.

    ``tags``: with Freqtrade's tag columns as well, empty. Freqtrade clears them before it asks for entries and for
    exits, and overwriting a column takes a tenth of the time of adding one to a frame as wide as this.
    """
    values = [
        block.values[:, 0, :],
        block.history,
        *(getattr(market, field.name) for field in fields(market)),
    ]
    rows = _on_rows(frame, block.first_bar, np.vstack(values))
    return with_columns(frame, _ANALYSIS_INDEX, rows, _empty_tags(frame) if tags else None)


def _empty_tags(frame: pd.DataFrame) -> pd.DataFrame:
    texts = np.full((len(_TAG_INDEX), len(frame)), "", dtype=object)
    return pd.DataFrame(texts.T, columns=_TAG_INDEX, index=frame.index, dtype=object, copy=False)


def block_of(pair: str, frame: pd.DataFrame) -> FeatureBlock:
    """Read the features back from the columns of a frame whose candles have no holes between them."""
    values = plain(frame[_FEATURE_INDEX].to_numpy(dtype=np.float64).T)
    history = frame[HISTORY].to_numpy(dtype=np.float64).astype(np.int64)
    first_bar = int(open_times(frame)[0]) // CANDLE_MS
    return FeatureBlock((pair,), first_bar, values.reshape(len(Feature), 1, -1), history.reshape(1, -1))


def market_of(frame: pd.DataFrame) -> MarketValues:
    """Read the market's values back from the columns of a frame."""
    values = frame[_MARKET_INDEX].to_numpy(dtype=np.float64).T
    named = dict(zip((field.name for field in fields(MarketValues)), values, strict=True))
    macro = named.pop("macro").astype(np.int8)
    return MarketValues(**{name: np.ascontiguousarray(row) for name, row in named.items()}, macro=macro)


def decision_columns(
    block: FeatureBlock, decisions: Decisions, seed: int, shown: Decisions | None = None
) -> FloatArray:
    """Return the values of the ``DECISION`` columns for the one coin of ``block``: float64 (len(DECISION), bars).

    ``shown``: the decisions that the columns hold, if the contract stops some of them; the digest is of ``decisions``.
    """
    rows = decision_rows(decisions)
    columns = rows if shown is None or shown is decisions else decision_rows(shown)
    return np.vstack([columns[:, 0, :], decision_digests(block, rows, seed)])


def with_decisions(
    frame: pd.DataFrame, rows: FloatArray, decisions: Decisions, inputs: FloatArray | None = None
) -> pd.DataFrame:
    """Return the frame with the decision columns and Freqtrade's signal columns.

    ``inputs`` (live): the digests of the newest candle's inputs, float64 (len(INPUTS),), become columns, and the entry tag
    holds the regime and the decision's digest; without them only the regime, so that a backtest's table of tags stays
    readable.
    """
    digests = inputs is not None
    accepted = decisions.accepted()[0]
    side = decisions.side[0]
    none = np.zeros(len(frame))
    signals = np.stack([accepted & (side > 0), accepted & (side < 0), none, none]).astype(np.float64)
    values = [rows, signals]
    if inputs is not None:
        values.append(np.full((len(INPUTS), len(frame)), np.nan))
        values[-1][:, -1:] = inputs[:, np.newaxis]
    frame = with_columns(frame, _LIVE_INDEX if digests else _DECISION_INDEX, np.vstack(values))
    if digests and not accepted.any():
        return frame
    tags = np.full(len(frame), None, dtype=object)
    for row in np.flatnonzero(accepted):
        regime = Regime(int(decisions.regime[0, row])).name
        digest = rows[-1, row]
        tags[row] = f"{regime} {digest_text(float(digest))}" if digests else regime
    frame["enter_tag"] = pd.Series(tags, index=frame.index, dtype=object)
    return frame


def _on_rows(frame: pd.DataFrame, first_bar: int, values: FloatArray) -> FloatArray:
    """Return those columns of ``values`` (rows × candles of the clock) that belong to the frame's candles."""
    if values.shape[1] == len(frame):
        return values
    return values[:, open_times(frame) // CANDLE_MS - first_bar]
