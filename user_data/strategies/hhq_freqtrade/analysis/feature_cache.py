"""Features in a running bot: only those of candles that are new since the pair's last analysis are computed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hhq.arrays import FloatArray
from hhq.features.block import compute_features
from hhq.features.catalogue import FROM_RECORDS, FeatureBlock
from hhq.panel import Panel, RecordedRows
from hhq.settings.features import FeatureSettings


@dataclass(frozen=True, slots=True)
class _Cached:
    """The features of one pair, and everything they were computed from: ``inputs`` has one column per candle."""

    inputs: FloatArray
    settings: FeatureSettings
    block: FeatureBlock


class FeatureCache:
    """Keeps the last features of each pair from one candle to the next.

    A feature depends on its own candle and those before it, at most ``hhq.panel.WINDOW`` in all. A candle that comes
    again, with every candle from the start of the block up to it unchanged, keeps its features, even those that were
    computed with more history than the frame now has. From the first candle that is new or corrected (in a price, a
    recorded row or SMT) on, everything is computed again.
    """

    def __init__(self) -> None:
        self._cached: dict[str, _Cached] = {}

    def block(
        self, panel: Panel, recorded: RecordedRows, smt: FloatArray, settings: FeatureSettings
    ) -> FeatureBlock:
        """Return the features of the one coin of ``panel``, equal to :func:`hhq.features.block.compute_features`."""
        pair = panel.symbols[0]
        inputs = np.vstack(
            (
                panel.open,
                panel.high,
                panel.low,
                panel.close,
                panel.volume,
                *(getattr(recorded, name) for name in FROM_RECORDS.values()),
                smt,
            )
        )
        cached = self._cached.get(pair)
        same = _same_columns(cached, panel.first_bar, inputs) if cached and cached.settings is settings else 0
        if cached is None or same == 0:
            block = compute_features(panel, recorded, smt, settings)
        else:
            block = _extended(cached.block, same, panel, recorded, smt, settings)
        self._cached[pair] = _Cached(inputs, settings, block)
        return block

    def forget(self, pair: str) -> None:
        """Drop the features of a pair."""
        self._cached.pop(pair, None)


def _same_columns(cached: _Cached, first_bar: int, inputs: FloatArray) -> int:
    """Return how many leading columns of ``inputs`` are cached, bit for bit; 0 if the stretches do not overlap."""
    shift = first_bar - cached.block.first_bar
    both = min(cached.inputs.shape[1] - shift, inputs.shape[1])
    if shift < 0 or both <= 0:
        return 0
    before, now = cached.inputs[:, shift : shift + both], inputs[:, :both]
    changed = (before.view(np.int64) != now.view(np.int64)).any(axis=0)
    return int(changed.argmax()) if changed.any() else both


def _extended(
    before: FeatureBlock,
    same: int,
    panel: Panel,
    recorded: RecordedRows,
    smt: FloatArray,
    settings: FeatureSettings,
) -> FeatureBlock:
    """Return the block of ``panel`` whose first ``same`` columns are those of ``before``."""
    kept = slice(panel.first_bar - before.first_bar, panel.first_bar - before.first_bar + same)
    values, history = [before.values[:, :, kept]], [before.history[:, kept]]
    if same < panel.bars:
        fresh = compute_features(panel, recorded, smt, settings, first=same)
        values.append(fresh.values)
        history.append(fresh.history)
    return FeatureBlock(
        panel.symbols, panel.first_bar, np.concatenate(values, axis=2), np.concatenate(history, axis=1)
    )
