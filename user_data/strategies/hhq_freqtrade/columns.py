"""The columns that the strategy writes: features and market first, decisions from nothing but those columns.

``populate_indicators`` runs once, ``populate_entry_trend`` in every epoch of a hyperopt and in other processes: all
that a decision needs therefore travels in the frame.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd

from hhq.arrays import FloatArray
from hhq.decide import Decisions
from hhq.digest import column_digests, digest_text
from hhq.features.catalogue import Feature, FeatureBlock
from hhq.layers import LAYERS
from hhq.market.values import MarketValues
from hhq.panel import CANDLE_MS
from hhq.regime import Regime
from hhq_freqtrade.frames import open_times, with_columns

PREFIX = "hhq_"
FEATURES = [PREFIX + feature.name.lower() for feature in Feature]
HISTORY = PREFIX + "history"
MARKET = [f"{PREFIX}market_{field.name}" for field in fields(MarketValues)]
POINTS = [f"{PREFIX}layer_{layer.number:02d}" for layer in LAYERS]
PER_SIGNAL = (
    "raw",
    "score",
    "minimum",
    "leverage",
    "entry_price",
    "stop_distance_pct",
    "pullback",
    "size_factor",
)
DECISION = [
    *(PREFIX + name for name in ("gate", "regime", "side", "threshold")),
    *(PREFIX + name for name in PER_SIGNAL),
    PREFIX + "mtf_total",
    PREFIX + "mtf_aligned",
    PREFIX + "btc_penalty",
    *POINTS,
    PREFIX + "digest",
]


def with_features(frame: pd.DataFrame, block: FeatureBlock, market: MarketValues) -> pd.DataFrame:
    """Return the frame with the features, the history and the market's values of its one coin."""
    values = [block.values[:, 0, :], block.history.astype(np.float64)]
    values.append(np.stack([getattr(market, field.name).astype(np.float64) for field in fields(market)]))
    rows = _on_rows(frame, block.first_bar, np.vstack(values))
    return with_columns(frame, [*FEATURES, HISTORY, *MARKET], rows)


def block_of(pair: str, frame: pd.DataFrame) -> FeatureBlock:
    """Read the features back from the columns of a frame whose candles have no holes between them."""
    values = np.ascontiguousarray(frame[FEATURES].to_numpy(dtype=np.float64).T)
    history = frame[HISTORY].to_numpy(dtype=np.float64).astype(np.int64)
    first_bar = int(open_times(frame)[0]) // CANDLE_MS
    return FeatureBlock((pair,), first_bar, values.reshape(len(Feature), 1, -1), history.reshape(1, -1))


def market_of(frame: pd.DataFrame) -> MarketValues:
    """Read the market's values back from the columns of a frame."""
    values = frame[MARKET].to_numpy(dtype=np.float64).T
    named = dict(zip((field.name for field in fields(MarketValues)), values, strict=True))
    macro = named.pop("macro").astype(np.int8)
    return MarketValues(**{name: np.ascontiguousarray(row) for name, row in named.items()}, macro=macro)


def decision_rows(block: FeatureBlock, decisions: Decisions, seed: int) -> FloatArray:
    """Return the values of the columns ``DECISION`` (rows) for the one coin of ``block``."""
    signals = decisions.signals
    whole = [decisions.gate[0], decisions.regime[0], decisions.side[0], decisions.threshold[0]]
    per_signal = [getattr(signals, name) for name in PER_SIGNAL]
    per_signal += [
        signals.timeframes.total,
        signals.timeframes.aligned,
        signals.market.penalty,
        *signals.points,
    ]
    rows = [row.astype(np.float64) for row in whole] + [decisions.spread(row)[0] for row in per_signal]
    body = np.stack(rows)
    return np.vstack([body, column_digests(np.vstack([block.values[:, 0, :], body]), seed)])


def with_decisions(
    frame: pd.DataFrame, rows: FloatArray, decisions: Decisions, *, digests: bool
) -> pd.DataFrame:
    """Return the frame with the decision columns and Freqtrade's signal columns.

    ``digests``: the entry tag carries the decision's digest (live); without them it names the regime, so that a
    backtest's table of tags stays readable.
    """
    accepted = decisions.accepted()[0]
    side = decisions.side[0]
    frame = with_columns(frame, DECISION, rows)
    tags = np.full(len(frame), None, dtype=object)
    for row in np.flatnonzero(accepted):
        regime = Regime(int(decisions.regime[0, row])).name
        digest = rows[-1, row]
        tags[row] = f"{regime} {digest_text(float(digest))}" if digests else regime
    signals = {"enter_long": accepted & (side > 0), "enter_short": accepted & (side < 0)}
    for name, mask in signals.items():
        frame[name] = mask.astype(np.int64)
    frame["enter_tag"] = tags
    return frame


def _on_rows(frame: pd.DataFrame, first_bar: int, values: FloatArray) -> FloatArray:
    """Return the columns of ``values`` (rows × clock) that belong to the frame's candles."""
    if values.shape[1] == len(frame):
        return values
    return values[:, open_times(frame) // CANDLE_MS - first_bar]
