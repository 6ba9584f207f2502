"""Blocks of features compared and cut, and candles replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from hhq.features.catalogue import FeatureBlock
from hhq.panel import Panel

MakePanel = Callable[..., Panel]
Features = Callable[..., FeatureBlock]
Cut = Callable[[Panel, int, int], Panel]
ARRAYS = ("open", "high", "low", "close", "volume")


def assert_same(ours: FeatureBlock, theirs: FeatureBlock) -> None:
    assert ours.first_bar == theirs.first_bar
    np.testing.assert_array_equal(ours.values, theirs.values)
    np.testing.assert_array_equal(ours.history, theirs.history)


def columns(block: FeatureBlock, begin: int, end: int) -> FeatureBlock:
    part = slice(begin, end)
    return FeatureBlock(
        block.symbols, block.first_bar + begin, block.values[:, :, part], block.history[:, part]
    )


def with_candle(panel: Panel, name: str, column: int, value: float) -> Panel:
    array = getattr(panel, name).copy()
    array[0, column] = value
    return replace(panel, **{name: array})
