"""Features of a running bot: of each pair's candles only those are computed that were not there at its last analysis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hhq.arrays import FloatArray
from hhq.features.block import compute_features
from hhq.features.catalogue import FROM_RECORDS, FeatureBlock
from hhq.panel import Panel, RecordedRows
from hhq.settings.features import FeatureSettings


@dataclass(frozen=True, slots=True)
class _Known:
    """What was computed of one pair, and all that it was computed from: ``inputs`` one column per candle."""

    inputs: FloatArray
    settings: FeatureSettings
    block: FeatureBlock


class KnownFeatures:
    """Keeps the last block of each pair.

    A feature looks at candles up to its own and at most ``hhq.panel.WINDOW`` of them. A candle that is there again,
    with all candles between it and the start of the block unchanged, has the features that it had; those that were
    computed with more history than the frame now shows stay as they are. From the first candle on that is new or
    corrected (a price, a recorded row, SMT), everything is computed anew.
    """

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    def block(
        self, panel: Panel, recorded: RecordedRows, smt: FloatArray, settings: FeatureSettings
    ) -> FeatureBlock:
        """Return the features of the one coin of ``panel``, as :func:`hhq.features.block.compute_features` does."""
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
        known = self._known.get(pair)
        same = _same_columns(known, panel.first_bar, inputs) if known and known.settings is settings else 0
        if known is None or same == 0:
            block = compute_features(panel, recorded, smt, settings)
        else:
            block = _extended(known.block, same, panel, recorded, smt, settings)
        self._known[pair] = _Known(inputs, settings, block)
        return block

    def forget(self, pair: str) -> None:
        """Drop what is known of a pair."""
        self._known.pop(pair, None)


def _same_columns(known: _Known, first_bar: int, inputs: FloatArray) -> int:
    """Return how many of the first columns of ``inputs`` are known, bit by bit; 0 where the stretches do not join."""
    shift = first_bar - known.block.first_bar
    both = min(known.inputs.shape[1] - shift, inputs.shape[1])
    if shift < 0 or both <= 0:
        return 0
    before, now = known.inputs[:, shift : shift + both], inputs[:, :both]
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
